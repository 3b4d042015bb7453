"""The score of a case: the foci and areas of its slides summed, as predicted and as reviewed.

A slide that is left out keeps its own score, and counts in neither sum.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.core.focus_score import FocusScore, summed_focus_score
from backend.db.tables import Slide
from backend.services import blinding
from backend.services.summaries import Progress
from backend.services.worklist import Member, by_name

STANDING = {
    "checking": "The slide is still being inspected.",
    "new": "The slide has not been analysed.",
    "analysing": "The analysis is under way.",
}


@dataclass(frozen=True, slots=True)
class Sum:
    """The score of a case, and of each slide what it contributes."""

    score: FocusScore
    parts: list[tuple[Slide, FocusScore]]


def predicted(members: Sequence[Member], withheld: Collection[UUID]) -> Sum:
    """Sum what the analyses found."""
    return _sum([(one.slide, _predicted(one, withheld)) for one in members])


def reviewed(members: Sequence[Member], withheld: Collection[UUID], progress: Mapping[UUID, Progress]) -> Sum:
    """Sum what readers accepted so far."""
    return _sum([(one.slide, _reviewed(one, withheld, progress)) for one in members])


def _sum(parts: list[tuple[Slide, FocusScore]]) -> Sum:
    parts = sorted(parts, key=lambda part: by_name(part[0]))  # in one order, however a list is sorted
    counted = [(slide.name, score) for slide, score in parts if slide.left_out is None]
    if parts and not counted:
        return Sum(_unknown("Every slide of the case is left out of the sum."), parts)
    return Sum(summed_focus_score(counted), parts)


def _predicted(member: Member, withheld: Collection[UUID]) -> FocusScore:
    analysis = member.analysis
    if reason := _why_not(member, withheld):
        return _unknown(reason)
    assert analysis is not None  # noqa: S101 - for the type checker
    value, low, high = analysis.focus_score, analysis.focus_score_low, analysis.focus_score_high
    return FocusScore(analysis.foci or 0, analysis.glandular_area_mm2, value, low, high, analysis.focus_score_reason)


def _reviewed(member: Member, withheld: Collection[UUID], progress: Mapping[UUID, Progress]) -> FocusScore:
    reason = _why_not(member, withheld)
    if reason or member.analysis is None:
        return _unknown(reason or STANDING["new"])
    return progress[member.analysis.id].reviewed


def _why_not(member: Member, withheld: Collection[UUID]) -> str | None:
    analysis = member.analysis
    if analysis is not None and analysis.status == "succeeded":
        return blinding.WITHHELD if analysis.id in withheld else None
    if member.status in STANDING:
        return STANDING[member.status]
    return (analysis.failure if analysis else member.slide.rejection) or "The slide could not be analysed."


def _unknown(reason: str) -> FocusScore:
    return FocusScore(0, None, None, None, None, reason)
