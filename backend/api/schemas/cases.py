"""The slides of one biopsy, and the score that they have together."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from backend.api.schemas.common import Schema, Sent
from backend.api.schemas.slides import SlideOut

Pseudonym = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
SlideIds = Annotated[list[UUID], Field(max_length=200)]


class ReaderOut(Schema):
    """Somebody who may read a case."""

    id: UUID
    name: str
    site: str


class PartOut(Schema):
    """What one slide contributes to the score of its case; null with a reason where that is not known.

    `left_out` says why it contributes nothing, where a reader left it out.
    """

    slide_id: UUID
    name: str
    foci: int | None
    glandular_area_mm2: float | None
    reason: str | None
    left_out: str | None
    left_out_by: str | None


class SumOut(Schema):
    """The focus score over all slides of a case: foci and areas are summed, scores never averaged."""

    foci: int | None
    glandular_area_mm2: float | None
    focus_score: float | None
    low: float | None
    high: float | None
    reason: str | None
    meets_criterion: bool | None
    parts: list[PartOut]


class CaseOut(Schema):
    """A case; `slide_count` counts all of its slides."""

    id: UUID
    pseudonym: str
    blind_first: bool
    assigned_to: ReaderOut | None
    created_by: str
    created_at: datetime
    slide_count: int
    predicted: SumOut
    reviewed: SumOut


class CaseDetail(CaseOut):
    """A case with its slides."""

    slides: list[SlideOut]


class CaseName(Schema):
    """A case to choose from a list."""

    id: UUID
    pseudonym: str
    assigned_to: ReaderOut | None


class NewCase(Sent):
    """A case to begin: a pseudonym, no name or record number."""

    pseudonym: Pseudonym
    blind_first: bool = False
    assigned_to_id: UUID | None = None
    slide_ids: SlideIds = Field(default_factory=list)


class CaseChange(Sent):
    """What may be changed about a case; what is left out stays, and null takes the reader away."""

    pseudonym: Pseudonym | None = None
    blind_first: bool | None = None
    assigned_to_id: UUID | None = None


class LeftOutIn(Sent):
    """Why a slide does not count in the sum of its case.

    One of `damaged`, `stain`, `blurred`, `no_gland`, `same_section`, or text.
    """

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class SlidesIn(Sent):
    """Some slides."""

    slide_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class QueuedOut(Schema):
    """Whether the analysis of one slide was queued, or why not."""

    slide_id: UUID
    analysis_id: UUID | None
    reason: str | None


class EntryOut(Schema):
    """A case with those of its slides that match, or one slide that has no case."""

    case: CaseOut | None
    slides: list[SlideOut]


class WorklistPage(Schema):
    """One page of cases and lone slides: `total` counts these, `slides` the slides that match."""

    items: list[EntryOut]
    total: int
    slides: int
    page: int
    page_size: int


Order = Literal["asc", "desc"]
