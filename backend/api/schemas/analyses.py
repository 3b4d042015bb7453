"""One run of the pipeline on one slide, as the page follows it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from backend.api.schemas.common import Schema
from backend.core.findings import Stage

AnalysisStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class StageOut(Schema):
    """How far one stage is, and how long it has taken."""

    stage: Stage
    fraction: float
    seconds: float | None


class ReviewSummary(Schema):
    """How far the review of an analysis is, who acted last, and which other readers have it open now."""

    status: Literal["ready", "in_review", "amending", "signed"]
    decided: int
    total: int
    foci: int
    focus_score: float | None
    started_at: datetime | None
    last_reader: str | None
    last_at: datetime | None
    open_with: list[str]


class AnalysisOut(Schema):
    """An analysis with its progress (0 to 1 overall) and, once it succeeded, its headline numbers.

    `stages` are told while it waits or runs, and empty once it is over.
    Where they are `withheld`, this reader is to record a read of their own first.
    """

    id: UUID
    slide_id: UUID
    status: AnalysisStatus
    urgent: bool
    stage: Stage | None
    progress: float
    stages: list[StageOut]
    failure: str | None
    requested_by: str
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    focus_score: float | None
    focus_score_reason: str | None
    foci: int | None
    glandular_area_mm2: float | None
    warning_count: int | None
    withheld: bool
    review: ReviewSummary | None
