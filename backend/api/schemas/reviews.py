"""A clinician's pass over an analysis: what may be sent, and what follows from all that was."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, StringConstraints, model_validator

from backend.api.schemas.account import ProofIn
from backend.api.schemas.common import Schema, Sent
from backend.core.consensus import ConsensusFields, Line, Pattern
from backend.core.findings import Rings
from backend.core.review import Kind, Verdict

Given = Literal["confirmed", "rejected", "undecided"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class VerdictIn(Sent):
    """A verdict on some lesions; `counts_as_focus` overrides the count's own answer where it is not null."""

    id: UUID
    kind: Literal["verdict"]
    lesion_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)]
    verdict: Given
    counts_as_focus: bool | None = None
    reason: Line | None = None


class ShapeIn(Sent):
    """A new outline: rings in level-0 pixels, closed. The page chooses the id.

    `parents` are those of the removed that it goes on with: all of them where it is null.
    """

    id: UUID
    layer: Literal["lesion", "gland"]
    polygon: Rings
    parents: list[UUID] | None = None


class ShapesIn(Sent):
    """One edit of outlines: what goes and what comes."""

    id: UUID
    kind: Literal["shape"]
    removed: list[UUID]
    added: list[ShapeIn]


class FieldsIn(Sent):
    """Answers to some of the consensus fields; null takes one back, what is left out stays."""

    id: UUID
    kind: Literal["fields"]
    fields: ConsensusFields

    _given: frozenset[str] = PrivateAttr(default=frozenset())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_given(cls, said: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        made = validate(said)
        made._given = frozenset(said["fields"])
        return made

    def given(self) -> dict[str, Any]:
        """Return the answers that were sent, and no others."""
        return {name: answer for name, answer in self.fields.as_dict().items() if name in self._given}


class CommentIn(Sent):
    """A remark on one lesion, or on the slide."""

    id: UUID
    kind: Literal["comment"]
    lesion_id: UUID | None = None
    text: Text


class ReadIn(Sent):
    """What the reader sees before the proposals are shown."""

    id: UUID
    kind: Literal["read"]
    pattern: Pattern
    estimated_focus_score: Annotated[float, Field(ge=0, le=100)] | None = None


class AmendIn(Sent):
    """The reason for which a signed review is opened again."""

    id: UUID
    kind: Literal["amend"]
    reason: Text


class StepIn(Sent):
    """One step back or forward through the reader's own actions."""

    id: UUID
    kind: Literal["undo", "redo"]


CommandIn = Annotated[
    VerdictIn | ShapesIn | FieldsIn | CommentIn | ReadIn | AmendIn | StepIn, Field(discriminator="kind")
]


def payload_of(command: Schema) -> dict[str, Any]:
    """Return what is stored of a command, as JSON can write it."""
    if isinstance(command, FieldsIn):
        return command.given()
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


class ChangeOut(Schema):
    """What a version says otherwise than the one before it, in words."""

    what: str
    before: str
    after: str


class SignedVersionOut(SignatureOut):
    """A signed version with what had changed since the one before; `changes` is empty in the first."""

    changes: list[ChangeOut]


class SignatureIn(ProofIn):
    """The signer's proof, asked for again."""


class MissingOut(Schema):
    """What is still to be answered: a lesion by its number, or a consensus field."""

    kind: Literal["undecided", "counting", "field"]
    lesion: int | None
    field: str | None


class NotCompleteOut(Schema):
    """Why a review cannot be signed yet."""

    detail: str
    missing: list[MissingOut]


class StepOut(Schema):
    """What one step back or forward would undo or do."""

    kind: Kind
    lesions: int


class PresentOut(Schema):
    """Another reader who has the review open; `first` says that they had it open before whoever asks."""

    name: str
    since: datetime
    first: bool


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
    fields: ConsensusFields
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
