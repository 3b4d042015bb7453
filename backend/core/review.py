"""A review as the sum of its commands: what the pipeline proposed, changed by what readers did, in order.

Proposals are never altered. Each action of a reader is one appended command; an undo is a command that puts an earlier
one out of force, a redo one that puts it back. `replay` returns what holds now, so undo and redo are right across
verdicts and shapes alike, after a reload as on another device. Polygons are in level-0 pixels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shapely import unary_union

from backend.core.consensus import FIELDS, ConsensusFields
from backend.core.errors import Conflict
from backend.core.findings import Rings
from backend.core.focus_score import counts_as_focus
from backend.core.geometry import polygon_of

Kind = Literal["verdict", "shape", "fields", "comment", "read", "amend", "undo", "redo"]
Verdict = Literal["undecided", "confirmed", "corrected", "added", "rejected"]

UNDOABLE = ("verdict", "shape", "fields", "comment")


@dataclass(frozen=True, slots=True)
class Command:
    """One action of one reader; `sequence` counts from 1 within a review."""

    sequence: int
    kind: Kind
    payload: Mapping[str, Any]
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewedLesion:
    """A lesion as it stands. `parents` are the proposals that it was made from; `number` is what readers call it.

    `counts` is the reader's own answer to whether it is a focus, None where the lymphocytes answer. A drawn shape has
    no confidence, and no lymphocyte count until it has been counted.
    """

    id: UUID
    number: int
    polygon: Rings
    area_mm2: float
    lymphocyte_count: int | None
    confidence: float | None
    parents: tuple[UUID, ...] = ()
    verdict: Verdict = "undecided"
    counts: bool | None = None
    reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None

    @property
    def counts_as_focus(self) -> bool | None:
        """Whether it is a focus: as the reader says, else by its lymphocytes; None where neither is known."""
        if self.counts is not None:
            return self.counts
        return None if self.lymphocyte_count is None else counts_as_focus(self.lymphocyte_count)

    @property
    def accepted(self) -> bool:
        """Whether a reader has let it stand, as proposed or as drawn."""
        return self.verdict in ("confirmed", "corrected", "added")


@dataclass(frozen=True, slots=True)
class ReviewedGland:
    """An outlined gland as it stands."""

    id: UUID
    polygon: Rings
    area_mm2: float


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reader wrote about one lesion, or about the slide where `lesion_id` is None."""

    lesion_id: UUID | None
    text: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader recorded before the proposals were shown."""

    pattern: str
    estimated_focus_score: float | None
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the pipeline said; `mpp` is (x, y) in µm per level-0 pixel."""

    lesions: Sequence[ReviewedLesion]
    glands: Sequence[ReviewedGland]
    glandular_area_mm2: float | None
    mpp: tuple[float, float]


@dataclass(slots=True)
class ReviewState:
    """What holds after some commands. `version` is the sequence of the last."""

    version: int
    lesions: dict[UUID, ReviewedLesion]
    glands: dict[UUID, ReviewedGland]
    next_number: int
    fields: ConsensusFields = field(default_factory=ConsensusFields)
    comments: list[Comment] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    glands_changed: bool = False

    def in_order(self) -> list[ReviewedLesion]:
        """Return the lesions by number."""
        return sorted(self.lesions.values(), key=lambda one: one.number)

    def undecided(self) -> list[ReviewedLesion]:
        """Return the lesions that still want a verdict."""
        return [one for one in self.in_order() if one.verdict == "undecided"]


def replay(proposal: Proposal, commands: Iterable[Command], counted: Mapping[UUID, int]) -> ReviewState:
    """Return what holds now. `counted` are the lymphocytes of drawn shapes, as far as they are known.

    Raises:
        Conflict: where a command in force refers to what another has taken away.
    """
    commands = list(commands)
    state = ReviewState(
        version=commands[-1].sequence if commands else 0,
        lesions={one.id: one for one in proposal.lesions},
        glands={one.id: one for one in proposal.glands},
        next_number=max((one.number for one in proposal.lesions), default=0) + 1,
    )
    for command in in_force(commands):
        _APPLY[command.kind](state, command, proposal, counted)
    return state


def in_force(commands: Sequence[Command]) -> list[Command]:
    """Return the commands that hold: all but the undone, the undos and the redos."""
    undone = undone_of(commands)
    return [one for one in commands if one.kind not in ("undo", "redo") and one.sequence not in undone]


def undone_of(commands: Iterable[Command]) -> set[int]:
    """Return the sequences that are out of force."""
    undone: set[int] = set()
    for one in commands:
        if one.kind == "undo":
            undone.add(one.payload["sequence"])
        elif one.kind == "redo":
            undone.discard(one.payload["sequence"])
    return undone


def to_undo(commands: Sequence[Command], by: UUID) -> Command | None:
    """Return what this reader would undo: their latest action in force since the last amendment."""
    own = [one for one in _since_amended(in_force(commands)) if one.by == by and one.kind in UNDOABLE]
    return own[-1] if own else None


def to_redo(commands: Sequence[Command], by: UUID) -> Command | None:
    """Return what this reader would redo: what they undid last, unless they have done something new since."""
    undone: list[int] = []
    for one in _since_amended(commands):
        if one.by != by:
            continue
        if one.kind == "undo":
            undone.append(one.payload["sequence"])
        elif one.kind == "redo":
            undone.remove(one.payload["sequence"])
        elif one.kind in UNDOABLE:
            undone.clear()
    return next((one for one in commands if undone and one.sequence == undone[-1]), None)


def glandular_area_mm2(proposal: Proposal, state: ReviewState) -> float | None:
    """Return the glandular area: as measured, and where glands were redrawn, changed by as much as their outlines."""
    if not state.glands_changed:
        return proposal.glandular_area_mm2
    before, now = (_area_mm2(some, proposal.mpp) for some in (proposal.glands, list(state.glands.values())))
    return max(0.0, (proposal.glandular_area_mm2 or 0.0) + now - before)


def _since_amended(commands: Sequence[Command]) -> Sequence[Command]:
    """Return what came after the last amendment was begun: what was signed before it stays."""
    amended = [index for index, one in enumerate(commands) if one.kind == "amend"]
    return commands[amended[-1] + 1 :] if amended else commands


def _area_mm2(glands: Sequence[ReviewedGland], mpp: tuple[float, float]) -> float:
    union = unary_union([polygon_of(one.polygon) for one in glands])
    return float(union.area) * mpp[0] * mpp[1] / 1e6


def _verdict(state: ReviewState, command: Command, proposal: Proposal, counted: Mapping[UUID, int]) -> None:
    said = command.payload
    for lesion_id in map(UUID, said["lesion_ids"]):
        lesion = _known(state, lesion_id)
        verdict = said["verdict"]
        if verdict == "confirmed" and lesion.confidence is None:
            verdict = "corrected" if lesion.parents else "added"
        state.lesions[lesion_id] = replace(
            lesion, verdict=verdict, counts=said.get("counts_as_focus"), reason=said.get("reason"),
            decided_by=command.by, decided_at=command.at,
        )  # fmt: skip


def _shape(state: ReviewState, command: Command, proposal: Proposal, counted: Mapping[UUID, int]) -> None:
    removed = [UUID(one) for one in command.payload["removed"]]
    taken = [state.lesions.pop(one) for one in removed if one in state.lesions]
    glands = [state.glands.pop(one) for one in removed if one in state.glands]
    if len(taken) + len(glands) != len(removed):
        raise Conflict("The outline is no longer there: another change has replaced it.")
    numbers = {one.number for one in taken}
    for shape in command.payload["added"]:
        shape_id = UUID(shape["id"])
        if shape["layer"] == "gland":
            state.glands[shape_id] = ReviewedGland(shape_id, shape["polygon"], shape["area_mm2"])
            state.glands_changed = True
            continue
        old = _made_from(shape, taken)
        parents = _proposals(old)
        state.lesions[shape_id] = ReviewedLesion(
            shape_id, _number(state, old, numbers), shape["polygon"], shape["area_mm2"], counted.get(shape_id), None,
            parents=parents, verdict="corrected" if parents else "added",
            counts=old[0].counts if len(old) == 1 else None, decided_by=command.by, decided_at=command.at,
        )  # fmt: skip
        _move_comments(state, old, shape_id)
    state.glands_changed |= bool(glands)


def _made_from(shape: Mapping[str, Any], taken: Sequence[ReviewedLesion]) -> list[ReviewedLesion]:
    """Return those of the lesions taken away that a shape goes on with: as it says, else all."""
    said = shape.get("parents")
    return [one for one in taken if said is None or str(one.id) in said]


def _proposals(lesions: Sequence[ReviewedLesion]) -> tuple[UUID, ...]:
    """Return the proposals that lesions are, or were made from through any number of edits."""
    found = [parent for one in lesions for parent in ((one.id,) if one.confidence is not None else one.parents)]
    return tuple(dict.fromkeys(found))


def _number(state: ReviewState, old: Sequence[ReviewedLesion], free: set[int]) -> int:
    """Give a shape the lowest number of those that it goes on with and that is still free, else a new one."""
    number = min((one.number for one in old if one.number in free), default=state.next_number)
    free.discard(number)
    state.next_number = max(state.next_number, number + 1)
    return number


def _move_comments(state: ReviewState, old: Sequence[ReviewedLesion], new: UUID) -> None:
    """Let remarks follow their lesion through an edit; where it was split, the first part takes them along."""
    ids = {one.id for one in old}
    state.comments = [replace(one, lesion_id=new) if one.lesion_id in ids else one for one in state.comments]


def _fields(state: ReviewState, command: Command, proposal: Proposal, counted: Mapping[UUID, int]) -> None:
    state.fields = replace(state.fields, **{name: command.payload[name] for name in FIELDS if name in command.payload})


def _comment(state: ReviewState, command: Command, proposal: Proposal, counted: Mapping[UUID, int]) -> None:
    about = command.payload.get("lesion_id")
    state.comments.append(Comment(UUID(about) if about else None, command.payload["text"], command.by, command.at))


def _read(state: ReviewState, command: Command, proposal: Proposal, counted: Mapping[UUID, int]) -> None:
    said = command.payload
    state.reads.append(Read(said["pattern"], said.get("estimated_focus_score"), command.by, command.at))


def _amend(state: ReviewState, command: Command, proposal: Proposal, counted: Mapping[UUID, int]) -> None:
    """Change nothing: it opens a signed review again."""


def _known(state: ReviewState, lesion_id: UUID) -> ReviewedLesion:
    lesion = state.lesions.get(lesion_id)
    if lesion is None:
        raise Conflict("The lesion is no longer there: another change has replaced it.")
    return lesion


_APPLY = {
    "verdict": _verdict, "shape": _shape, "fields": _fields, "comment": _comment, "read": _read, "amend": _amend,
}  # fmt: skip
