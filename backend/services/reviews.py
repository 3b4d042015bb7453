"""Where reviews stand: what the pipeline proposed, replayed through what readers did, and the scores that follow."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.core import review
from backend.core.errors import Conflict
from backend.core.focus_score import FocusScore, focus_score
from backend.core.geometry import polygon_of
from backend.core.review import Command, Proposal, ReviewedGland, ReviewedLesion, ReviewState
from backend.db.tables import Analysis, Lesion, Review, ReviewCommand, ShapeCount, Signature

NOTHING_DECIDED = "No focus has been decided yet."
NOTHING_PROPOSED = "Nothing was proposed: state the pattern once you have looked at the slide yourself."
STILL_COUNTED = "The lymphocytes of a drawn outline are still being counted: wait, or say whether it is a focus."


@dataclass(frozen=True, slots=True)
class Scored:
    """A focus score and, beside it, the share of the glandular area that its foci cover."""

    score: FocusScore
    area_fraction: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the review of one analysis stands. `row` is None while nothing has been done.

    `counted` are the lymphocytes of drawn shapes, as far as they are known.
    """

    analysis: Analysis
    row: Review | None
    proposal: Proposal
    counted: dict[UUID, int]
    commands: list[Command]
    state: ReviewState
    predicted: Scored
    reviewed: Scored
    if_rest_confirmed: Scored

    @property
    def version(self) -> str:
        """What changes with each command and each signature: the entity tag of the review."""
        return f"{self.state.version}-{len(self.signatures)}"

    @property
    def signatures(self) -> list[Signature]:
        """The signed versions, oldest first."""
        return self.row.signatures if self.row else []

    @property
    def signed(self) -> bool:
        """Whether the review is signed and no amendment has been begun since."""
        return bool(self.signatures) and not any(
            one.kind == "amend" and one.sequence > self.signatures[-1].sequence for one in self.commands
        )

    @property
    def total(self) -> int:
        """How many lesions there are."""
        return len(self.state.lesions)

    @property
    def decided(self) -> int:
        """How many lesions have been decided."""
        return self.total - len(self.state.undecided())


def hold(session: Session, *, analysis: Analysis) -> bool:
    """Keep other writers from the review until this transaction ends, so that what is signed is what was read.

    False where there is no review yet, and nothing to hold.
    """
    held = select(Review.id).where(Review.analysis_id == analysis.id).with_for_update()
    return session.scalar(held) is not None


def standing(session: Session, *, analysis: Analysis) -> Standing:
    """Return where the review of an analysis stands.

    Raises:
        Conflict: where the analysis has no findings.
    """
    if analysis.status != "succeeded":
        raise Conflict("The analysis has not succeeded, so there is nothing to review.")
    return standings(session, analyses=[analysis])[analysis.id]


def standings(session: Session, *, analyses: Collection[Analysis]) -> dict[UUID, Standing]:
    """Return where the reviews stand, for those of the analyses that succeeded, in a fixed number of queries."""
    succeeded = [one for one in analyses if one.status == "succeeded"]
    ids = [one.id for one in succeeded]
    lesions: dict[UUID, list[Lesion]] = defaultdict(list)
    for lesion in session.scalars(select(Lesion).where(Lesion.analysis_id.in_(ids)).order_by(Lesion.number)):
        lesions[lesion.analysis_id].append(lesion)
    with_all = selectinload(Review.commands), selectinload(Review.signatures)
    rows = session.scalars(
        select(Review).where(Review.analysis_id.in_(ids)).options(*with_all).execution_options(populate_existing=True)
    )
    reviews = {one.analysis_id: one for one in rows}
    drawn = [row.id for row in reviews.values() if any(one.kind == "shape" for one in row.commands)]
    counted: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    if drawn:
        for one in session.scalars(select(ShapeCount).where(ShapeCount.review_id.in_(drawn))):
            counted[one.review_id][one.shape_id] = one.lymphocyte_count
    return {
        one.id: standing_of(one, row, lesions[one.id], counted[row.id] if row else {})
        for one, row in ((one, reviews.get(one.id)) for one in succeeded)
    }


def commands_of(row: Review | None) -> list[Command]:
    """Return the commands of a review as values."""
    return [_command(one) for one in row.commands] if row else []


def standing_of(
    analysis: Analysis, row: Review | None, lesions: Sequence[Lesion], counted: dict[UUID, int]
) -> Standing:
    """Return where a review stands, from rows that have been read already."""
    return _standing(analysis, row, proposal_of(analysis, lesions), counted)


def now(before: Standing) -> Standing:
    """Return where a review stands that stood so `before` a command was appended, by whoever has held it since."""
    return _standing(before.analysis, before.row, before.proposal, before.counted)


def _standing(analysis: Analysis, row: Review | None, proposal: Proposal, counted: dict[UUID, int]) -> Standing:
    commands = commands_of(row)
    state = review.replay(proposal, commands, counted)
    area = review.glandular_area_mm2(proposal, state)
    accepted = [one for one in state.in_order() if one.accepted]
    looked = bool(state.fields.pattern) or any(one.verdict != "undecided" for one in state.lesions.values())
    reason = NOTHING_DECIDED if state.lesions else NOTHING_PROPOSED
    return Standing(
        analysis, row, proposal, counted, commands, state,
        predicted=_predicted(analysis),
        reviewed=_score(accepted, area) if looked else _unknown(0, area, reason),
        if_rest_confirmed=_score(accepted + state.undecided(), area),
    )  # fmt: skip


def proposal_of(analysis: Analysis, lesions: Sequence[Lesion]) -> Proposal:
    """Return what the pipeline said of a slide. Glands have no ids of their own: theirs follow from their order."""
    mpp = analysis.mpp_x or 0.0, analysis.mpp_y or 0.0
    return Proposal(
        lesions=[
            ReviewedLesion(one.id, one.number, one.polygon, one.area_mm2, one.lymphocyte_count, one.confidence)
            for one in lesions
        ],
        glands=[
            ReviewedGland(uuid5(analysis.id, f"gland/{index}"), rings, polygon_of(rings).area * mpp[0] * mpp[1] / 1e6)
            for index, rings in enumerate((analysis.details or {}).get("glands", []))
        ],
        glandular_area_mm2=analysis.glandular_area_mm2,
        mpp=mpp,
    )


def _score(lesions: Sequence[ReviewedLesion], glandular_area_mm2: float | None) -> Scored:
    foci = [one for one in lesions if one.counts_as_focus]
    if any(one.counts_as_focus is None for one in lesions):
        return _unknown(len(foci), glandular_area_mm2, STILL_COUNTED)
    area_mm2 = sum(focus.area_mm2 for focus in foci)
    fraction = area_mm2 / glandular_area_mm2 if glandular_area_mm2 else None
    return Scored(focus_score(len(foci), glandular_area_mm2), fraction)


def _predicted(analysis: Analysis) -> Scored:
    score = FocusScore(
        foci=analysis.foci or 0,
        glandular_area_mm2=analysis.glandular_area_mm2,
        value=analysis.focus_score,
        low=analysis.focus_score_low,
        high=analysis.focus_score_high,
        reason=analysis.focus_score_reason,
    )
    return Scored(score, analysis.area_fraction)


def _unknown(foci: int, glandular_area_mm2: float | None, reason: str) -> Scored:
    return Scored(FocusScore(foci, glandular_area_mm2, None, None, None, reason), None)


def _command(row: ReviewCommand) -> Command:
    return Command(row.sequence, cast(review.Kind, row.kind), row.payload, row.by_id, row.at)
