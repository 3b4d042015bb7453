"""What became of the foci that a network proposed, once a review is over."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from backend.core.review import Proposal, ReviewedLesion, ReviewState

REASONS = ("duct", "plasma_cells", "too_few", "outside_gland", "artefact", "other")
"""Why a lesion is rejected, as the page offers it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many foci were proposed, and of how many of those readers said what; `added` are foci that were not proposed.

    `confirmed` stand as they were outlined, `corrected` with another outline, `not_foci` stand, but count as none.
    `rejected` is by reason, "" where none was given, as of a proposal that was deleted; what was typed is "other".
    """

    proposed: int
    confirmed: int
    corrected: int
    not_foci: int
    rejected: Mapping[str, int]
    added: int


def tally(proposal: Proposal, state: ReviewState) -> Tally:
    """Count, over a review in which everything is decided."""
    made_of: dict[UUID, list[ReviewedLesion]] = {}
    for lesion in state.lesions.values():
        for origin in _origins(lesion):
            made_of.setdefault(origin, []).append(lesion)
    foci = {one.id for one in proposal.lesions if one.counts_as_focus}
    said: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for focus in foci:
        now = made_of.get(focus, [])
        outcome = _outcome(focus, now)
        said[outcome] += 1
        if outcome == "rejected":
            rejected[_kind(next((one.reason for one in now if one.reason), ""))] += 1
    added = [one for one in state.lesions.values() if _is_focus(one) and foci.isdisjoint(_origins(one))]
    return Tally(len(foci), said["confirmed"], said["corrected"], said["not_foci"], dict(rejected), len(added))


def _kind(reason: str) -> str:
    return reason if reason in ("", *REASONS) else "other"


def _origins(lesion: ReviewedLesion) -> tuple[UUID, ...]:
    """Return the proposals that a lesion is, or was made from."""
    return lesion.parents if lesion.confidence is None else (lesion.id,)


def _outcome(focus: UUID, now: list[ReviewedLesion]) -> str:
    if any(_is_focus(one) for one in now):
        return "confirmed" if now[0].id == focus else "corrected"
    return "not_foci" if any(one.accepted for one in now) else "rejected"


def _is_focus(lesion: ReviewedLesion) -> bool:
    return lesion.accepted and bool(lesion.counts_as_focus)
