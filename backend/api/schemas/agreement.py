"""A reader's own reads against what was signed."""

from datetime import datetime
from uuid import UUID

from backend.api.schemas.common import Schema
from backend.core.consensus import Pattern


class ComparedOut(Schema):
    """One slide. Scores are foci per 4 mm²; null where the reader could not say, or the signed one is undefined."""

    analysis_id: UUID
    slide_id: UUID
    slide: str
    read_at: datetime
    pattern: Pattern
    estimated_focus_score: float | None
    signed_at: datetime
    signed_pattern: Pattern | None
    signed_focus_score: float | None


class AgreementOut(Schema):
    """A reader's own slides, oldest first; the numbers are over the `pairs` that have both scores.

    `mean_difference` and its 95 % limits of agreement are estimated minus signed; null where there are too few.
    """

    slides: list[ComparedOut]
    pairs: int
    mean_difference: float | None
    low: float | None
    high: float | None
    icc: float | None
