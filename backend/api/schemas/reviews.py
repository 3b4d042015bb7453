"""A clinician's pass over an analysis, and the scores that follow from it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from backend.api.schemas.common import Schema

Verdict = Literal["confirmed", "rejected", "undecided"]


class DecisionIn(Schema):
    """A verdict on one lesion; `counts_as_focus` overrides the count's own answer where it is not null."""

    lesion_id: UUID
    verdict: Verdict
    counts_as_focus: bool | None = None


class VerdictOut(Schema):
    """The latest decision on one lesion."""

    lesion_id: UUID
    verdict: Verdict
    counts_as_focus: bool
    decided_by: str
    decided_at: datetime


class ScoreOut(Schema):
    """A focus score with its exact Poisson interval; null together with a reason where it cannot be known."""

    foci: int
    glandular_area_mm2: float | None
    focus_score: float | None
    low: float | None
    high: float | None
    reason: str | None
    area_fraction: float | None
    meets_criterion: bool | None


class ReviewOut(Schema):
    """The review so far: what was predicted, what the decisions give, and what confirming the rest would give."""

    analysis_id: UUID
    verdicts: list[VerdictOut]
    decided: int
    total: int
    complete: bool
    predicted: ScoreOut
    reviewed: ScoreOut
    if_rest_confirmed: ScoreOut
