"""What a new version of a signed report says otherwise than the version before."""

from collections.abc import Iterator
from typing import Any

from backend.core.consensus import FIELDS
from backend.reports.content import Change, Report, ReportedLesion

NUMBERS = ("foci", "glandular_area", "focus_score", "area_fraction", "criterion")
"""What of a score is compared, in the words of the report."""


def changes_between(before: Report, after: Report) -> tuple[Change, ...]:
    """Return the changes of the scores of slide and case, of the consensus fields, and of each lesion by its number."""
    scores = zip(NUMBERS, _numbers(before), _numbers(after), strict=True)
    fields = ((name, getattr(before.fields, name), getattr(after.fields, name)) for name in FIELDS)
    of_case = ("case_score", _of_case(before), _of_case(after))
    common = (Change(what, None, old, new) for what, old, new in (*scores, of_case, *fields) if old != new)
    return (*common, *_of_lesions(before, after))


def _of_lesions(before: Report, after: Report) -> Iterator[Change]:
    old, new = ({one.number: one for one in report.lesions} for report in (before, after))
    for number in sorted(old.keys() | new.keys()):
        was, now = _facts(old.get(number)), _facts(new.get(number))
        for what in was if was and now else ("verdict",):
            if was.get(what) != now.get(what):
                yield Change(what, number, was.get(what), now.get(what))


def _facts(lesion: ReportedLesion | None) -> dict[str, Any]:
    """Return what of a lesion is compared, by the words of the report; nothing where there is none."""
    if lesion is None:
        return {}
    return {
        "verdict": lesion.verdict,
        "counts": lesion.counts_as_focus,
        "area": lesion.area_mm2,
        "reason": lesion.reason,
        "comments": "\n".join(lesion.comments) or None,
    }


def _of_case(report: Report) -> float | None:
    return report.case.reviewed.focus_score if report.case else None


def _numbers(report: Report) -> tuple[Any, ...]:
    score = report.reviewed
    return score.foci, score.glandular_area_mm2, score.focus_score, score.area_fraction, score.meets_criterion
