"""A clinician's pass over an analysis: what may be sent, and what follows from all that was."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from backend.api.schemas.common import Schema
from backend.core.consensus import Grade, Pattern, Presence
from backend.core.findings import Rings
from backend.core.review import Kind, Verdict

Given = Literal["confirmed", "rejected", "undecided"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000)]


class VerdictIn(Schema):
    """A verdict on some lesions; `counts_as_focus` overrides the count's own answer where it is not null."""

    id: UUID
    kind: Literal["verdict"]
    lesion_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)]
    verdict: Given
    counts_as_focus: bool | None = None
    reason: Line | None = None


class ShapeIn(Schema):
    """A new outline: rings in level-0 pixels, closed. The page chooses the id.

    `parents` are those of the removed that it goes on with: all of them where it is null.
    """

    id: UUID
    layer: Literal["lesion", "gland"]
    polygon: Rings
    parents: list[UUID] | None = None


class ShapesIn(Schema):
    """One edit of outlines: what goes and what comes."""

    id: UUID
    kind: Literal["shape"]
    removed: list[UUID]
    added: list[ShapeIn]


class FieldsChange(Schema):
    """Answers to some of the consensus fields; null takes one back, what is left out stays."""

    specimen: Line | None = None
    sections: Count | None = None
    levels: Count | None = None
    glands: Count | None = None
    pattern: Pattern | None = None
    confluent: bool | None = None
    gc_like: Presence | None = None
    lymphoepithelial_lesions: Presence | None = None
    atrophy: Grade | None = None
    fibrosis: Grade | None = None
    duct_dilatation: Grade | None = None
    nscs: Grade | None = None
    fatty_replacement: Grade | None = None
    granuloma: Presence | None = None
    amyloid: Presence | None = None
    igg4_type: Presence | None = None
    chisholm_mason: Annotated[int, Field(ge=0, le=4)] | None = None
    tarpley: Line | None = None
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] | None = None


class FieldsIn(Schema):
    """Answers to the consensus fields."""

    id: UUID
    kind: Literal["fields"]
    fields: FieldsChange


class CommentIn(Schema):
    """A remark on one lesion, or on the slide."""

    id: UUID
    kind: Literal["comment"]
    lesion_id: UUID | None = None
    text: Text


class ReadIn(Schema):
    """What the reader sees before the proposals are shown."""

    id: UUID
    kind: Literal["read"]
    pattern: Pattern
    estimated_focus_score: Annotated[float, Field(ge=0, le=100)] | None = None


class AmendIn(Schema):
    """The reason for which a signed review is opened again."""

    id: UUID
    kind: Literal["amend"]
    reason: Text


class StepIn(Schema):
    """One step back or forward through the reader's own actions."""

    id: UUID
    kind: Literal["undo", "redo"]


CommandIn = Annotated[
    VerdictIn | ShapesIn | FieldsIn | CommentIn | ReadIn | AmendIn | StepIn, Field(discriminator="kind")
]


def payload_of(command: Schema) -> dict[str, Any]:
    """Return what is stored of a command, as JSON can write it."""
    if isinstance(command, FieldsIn):
        return command.fields.model_dump(mode="json", exclude_unset=True)
    return command.model_dump(mode="json", exclude={"id", "kind"})


class ReviewLesionOut(Schema):
    """A lesion as it stands; `parents` are the proposals that it was made from."""

    id: UUID
    number: int
    polygon: Rings
    area_mm2: float
    lymphocyte_count: int | None
    confidence: float | None
    parents: list[UUID]
    verdict: Verdict
    counts_as_focus: bool | None
    overridden: bool
    borderline: bool
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None


class ReviewGlandOut(Schema):
    """An outlined gland as it stands."""

    id: UUID
    polygon: Rings
    area_mm2: float


class FieldsOut(Schema):
    """The consensus fields; null is not answered."""

    specimen: str | None
    sections: int | None
    levels: int | None
    glands: int | None
    pattern: Pattern | None
    confluent: bool | None
    gc_like: Presence | None
    lymphoepithelial_lesions: Presence | None
    atrophy: Grade | None
    fibrosis: Grade | None
    duct_dilatation: Grade | None
    nscs: Grade | None
    fatty_replacement: Grade | None
    granuloma: Presence | None
    amyloid: Presence | None
    igg4_type: Presence | None
    chisholm_mason: int | None
    tarpley: str | None
    comment: str | None


class CommentOut(Schema):
    """A remark, and whose."""

    lesion_id: UUID | None
    text: str
    by: str
    at: datetime


class ReadOut(Schema):
    """What a reader recorded before the proposals were shown."""

    pattern: Pattern
    estimated_focus_score: float | None
    by: str
    at: datetime


class SignatureOut(Schema):
    """A signed version, and the files that went with it."""

    version: int
    reason: str | None
    signed_by: str
    signed_at: datetime
    content_sha256: str
    files: dict[str, str]


class StepOut(Schema):
    """What one step back or forward would undo or do."""

    kind: Kind
    lesions: int


class PresentOut(Schema):
    """Another reader who has the review open."""

    name: str
    since: datetime


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
    """The review so far: outlines, answers, and the scores that were predicted, follow, and would follow.

    `version` is the entity tag to send as If-Match with the next command.
    """

    analysis_id: UUID
    version: str
    signed: bool
    started_by: str | None
    started_at: datetime | None
    lesions: list[ReviewLesionOut]
    glands: list[ReviewGlandOut]
    fields: FieldsOut
    missing_fields: list[str]
    suggested_chisholm_mason: int | None
    comments: list[CommentOut]
    reads: list[ReadOut]
    undo: StepOut | None
    redo: StepOut | None
    signatures: list[SignatureOut]
    decided: int
    total: int
    complete: bool
    predicted: ScoreOut
    reviewed: ScoreOut
    if_rest_confirmed: ScoreOut


class ReviewChangedOut(Schema):
    """Why a command was not taken, and what holds now."""

    detail: str
    current: ReviewOut
