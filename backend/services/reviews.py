"""A clinician's pass over an analysis: decisions are appended, everything else follows from them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, NotFound
from backend.core.focus_score import FocusScore, focus_score
from backend.db.tables import Analysis, Decision, Lesion, Review, User
from backend.services import audit

NOTHING_DECIDED = "No focus has been decided yet."
NOTHING_PROPOSED = "Nothing was proposed, so nothing has been reviewed."


@dataclass(frozen=True, slots=True)
class Scored:
    """A focus score and, beside it, the share of the glandular area that its foci cover."""

    score: FocusScore
    area_fraction: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a review stands: the latest decision on each decided lesion, and the three scores."""

    analysis_id: UUID
    lesions: dict[UUID, Lesion]
    latest: dict[UUID, Decision]
    predicted: Scored
    reviewed: Scored
    if_rest_confirmed: Scored

    @property
    def decided(self) -> int:
        """How many lesions have been confirmed or rejected."""
        return len(self.latest)

    @property
    def total(self) -> int:
        """How many lesions there are."""
        return len(self.lesions)


def decide(
    session: Session, *, analysis: Analysis, lesion_id: UUID, verdict: str, counts_as_focus: bool | None, by: User
) -> Decision:
    """Append a verdict on one lesion; “undecided” takes an earlier one back.

    Raises:
        Conflict: where the analysis has no findings.
        NotFound: where it has no such lesion.
    """
    _require_findings(analysis)
    if session.get(Lesion, (analysis.id, lesion_id)) is None:
        raise NotFound("The analysis has no such lesion.")
    review = _review_of(session, analysis, by)
    before = _latest(session, [analysis.id])[analysis.id].get(lesion_id)
    decision = Decision(
        review_id=review.id,
        analysis_id=analysis.id,
        lesion_id=lesion_id,
        verdict=verdict,
        counts_as_focus=counts_as_focus,
        decided_by=by,
    )
    session.add(decision)
    session.flush()
    said = {"lesion": str(lesion_id), "verdict": verdict, "counts_as_focus": counts_as_focus}
    audit.note(session, action="review.decide", subject_id=review.id, by=by, before=_said(before), after=said)
    return decision


def standing(session: Session, *, analysis: Analysis) -> Standing:
    """Return where the review of an analysis stands.

    Raises:
        Conflict: where the analysis has no findings.
    """
    _require_findings(analysis)
    return standings(session, analyses=[analysis])[analysis.id]


def standings(session: Session, *, analyses: Collection[Analysis]) -> dict[UUID, Standing]:
    """Return where the reviews stand, for those of the analyses that succeeded."""
    succeeded = [one for one in analyses if one.status == "succeeded"]
    ids = [one.id for one in succeeded]
    lesions: dict[UUID, dict[UUID, Lesion]] = defaultdict(dict)
    in_order = select(Lesion).where(Lesion.analysis_id.in_(ids)).order_by(Lesion.number)
    for lesion in session.scalars(in_order):
        lesions[lesion.analysis_id][lesion.id] = lesion
    latest = _latest(session, ids)
    return {one.id: _standing(one, lesions[one.id], latest[one.id]) for one in succeeded}


def counts(lesion: Lesion, decision: Decision | None) -> bool:
    """Say whether a lesion counts as a focus: as the reader decided, else by its lymphocytes."""
    if decision is not None and decision.counts_as_focus is not None:
        return decision.counts_as_focus
    return lesion.counts_as_focus


def _standing(analysis: Analysis, lesions: dict[UUID, Lesion], latest: Mapping[UUID, Decision]) -> Standing:
    decided = {id_: decision for id_, decision in latest.items() if decision.verdict != "undecided"}
    confirmed = [lesions[id_] for id_, decision in decided.items() if decision.verdict == "confirmed"]
    rest = [lesion for id_, lesion in lesions.items() if id_ not in decided]

    def scored(chosen: Sequence[Lesion]) -> Scored:
        return _score([one for one in chosen if counts(one, decided.get(one.id))], analysis.glandular_area_mm2)

    return Standing(
        analysis_id=analysis.id,
        lesions=lesions,
        latest=decided,
        predicted=_predicted(analysis),
        reviewed=scored(confirmed) if decided else _unknown(analysis, NOTHING_DECIDED if lesions else NOTHING_PROPOSED),
        if_rest_confirmed=scored(confirmed + rest),
    )


def _score(foci: Sequence[Lesion], glandular_area_mm2: float | None) -> Scored:
    score = focus_score(len(foci), glandular_area_mm2)
    area_mm2 = sum(focus.area_mm2 for focus in foci)
    return Scored(score, area_mm2 / glandular_area_mm2 if glandular_area_mm2 else None)


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


def _unknown(analysis: Analysis, reason: str) -> Scored:
    return Scored(FocusScore(0, analysis.glandular_area_mm2, None, None, None, reason), None)


def _latest(session: Session, analysis_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Decision]]:
    latest: dict[UUID, dict[UUID, Decision]] = defaultdict(dict)
    in_order = select(Decision).where(Decision.analysis_id.in_(analysis_ids)).order_by(Decision.id)
    for decision in session.scalars(in_order):
        latest[decision.analysis_id][decision.lesion_id] = decision
    return latest


def _review_of(session: Session, analysis: Analysis, by: User) -> Review:
    review = session.scalar(select(Review).where(Review.analysis_id == analysis.id))
    if review is None:
        review = Review(analysis_id=analysis.id, started_by_id=by.id)
        session.add(review)
        session.flush()
    return review


def _require_findings(analysis: Analysis) -> None:
    if analysis.status != "succeeded":
        raise Conflict("The analysis has not succeeded, so there is nothing to review.")


def _said(decision: Decision | None) -> dict[str, object] | None:
    if decision is None:
        return None
    return {
        "lesion": str(decision.lesion_id),
        "verdict": decision.verdict,
        "counts_as_focus": decision.counts_as_focus,
    }
