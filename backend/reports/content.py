"""What a report holds: plain values that every format is written from, so that none says more than another."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from backend.core.consensus import ConsensusFields
from backend.core.findings import NetworkUsed, Rings

Verdict = Literal["confirmed", "corrected", "added", "rejected", "undecided"]


@dataclass(frozen=True, slots=True)
class ReportedScore:
    """A focus score in foci per 4 mm² with its 95 % interval, None with a `reason` where it cannot be known."""

    foci: int
    glandular_area_mm2: float | None
    focus_score: float | None
    low: float | None
    high: float | None
    reason: str | None
    area_fraction: float | None

    @property
    def meets_criterion(self) -> bool | None:
        """Whether the unrounded score is at least 1; None where the score is undefined."""
        return None if self.focus_score is None else self.focus_score >= 1


@dataclass(frozen=True, slots=True)
class ReportedLesion:
    """A lesion as it was reviewed. `number` is what the reader saw; `polygon` is in level-0 pixels.

    `counts_as_focus` is the reader's answer, of a rejected lesion False. `reason` is one of those that the page offers,
    or free text. `confidence` is None for what a reader drew, `lymphocyte_count` where it was not counted.
    """

    id: UUID
    number: int
    polygon: Rings
    area_mm2: float
    lymphocyte_count: int | None
    confidence: float | None
    verdict: Verdict
    counts_as_focus: bool
    reason: str | None
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlindRead:
    """What the reader recorded before the proposals were shown."""

    pattern: str
    estimated_focus_score: float | None
    reader: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ReportedSlide:
    """Which slide, in no patient's name. `size` is (width, height) and `mpp` (x, y) of level 0."""

    id: UUID
    name: str
    case: str | None
    sha256: str
    size: tuple[int, int]
    mpp: tuple[float, float] | None
    vendor: str | None


@dataclass(frozen=True, slots=True)
class SlideOfCase:
    """What one slide of a case contributes to its sum: None with a `reason` where that is not known.

    `left_out` says why it contributes nothing: one of the reasons that the page offers, or free text.
    """

    name: str
    foci: int | None
    glandular_area_mm2: float | None
    reason: str | None
    left_out: str | None
    signed: bool


@dataclass(frozen=True, slots=True)
class ReportedCase:
    """The slides of the biopsy and their reviewed score together, as they stood when the report was made."""

    reviewed: ReportedScore
    slides: tuple[SlideOfCase, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed which version, when; `reason` is that of an amendment, None of the first version."""

    version: int
    signed_by: str
    signed_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the version signed before; None where there was, or is, no such thing.

    `what` is a fact of one lesion, a score's number, or the name of a consensus field.
    """

    what: str
    lesion: int | None
    before: bool | int | float | str | None
    after: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One review of one analysis of one slide. `signature` is None while it is preliminary.

    `changes` are those since the version signed before; `content_sha256` is the hash of all else here, as it was
    frozen; `warnings` are sentences. `case` is None for a slide that stands alone, and in what was frozen before
    reports told of cases.
    """

    review_id: UUID
    analysis_id: UUID
    analysed_at: datetime
    slide: ReportedSlide
    predicted: ReportedScore
    reviewed: ReportedScore
    fields: ConsensusFields
    lesions: tuple[ReportedLesion, ...]
    glands: tuple[Rings, ...]
    blind_reads: tuple[BlindRead, ...]
    signature: Signature | None
    changes: tuple[Change, ...]
    content_sha256: str
    software: str
    networks: tuple[NetworkUsed, ...]
    warnings: tuple[str, ...]
    case: ReportedCase | None = None

    @property
    def foci(self) -> tuple[ReportedLesion, ...]:
        """The lesions that count."""
        return tuple(one for one in self.lesions if one.counts_as_focus)


def in_utc(when: datetime) -> datetime:
    """Return a time in UTC; a database that keeps no time zone keeps UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
