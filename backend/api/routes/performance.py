"""How signed reviews judged what the networks proposed, for leads."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from backend.api.dependencies import SessionDep, noted, user_for
from backend.api.schemas.performance import JudgedOut, NetworkVersionOut, PerformanceOut, PeriodOut, VersionOut
from backend.core.agreement import limits_of_agreement, mean_difference
from backend.core.drift import mean_interval, wilson_interval
from backend.core.findings import RESEARCH_USE_ONLY
from backend.core.tally import REASONS
from backend.db.tables import User
from backend.reports.tables import csv_of
from backend.services import performance
from backend.services.performance import Judged, Span, Version

router = APIRouter(prefix="/performance", tags=["performance"])

Lead = Annotated[User, Depends(user_for("manage"))]


@router.get("", dependencies=[noted("performance.view")])
def get_performance(session: SessionDep, by: Lead, span: Span = "month") -> PerformanceOut:
    """Compare what the networks proposed with what was signed at one's own site, by week or month."""
    found = performance.versions(performance.judged(session, by=by), span)
    return PerformanceOut(
        versions=[_version(one) for one in found], uncounted=performance.uncounted(session, by=by)
    )  # fmt: skip


@router.get(
    "/csv", dependencies=[noted("performance.export", each=True)], response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "One row for each version and period."}},
)  # fmt: skip
def get_performance_file(session: SessionDep, by: Lead, span: Span = "month") -> Response:
    """Return the same as a table."""
    found = performance.versions(performance.judged(session, by=by), span)
    rows = [_row(version.networks, one) for version in map(_version, found) for one in version.periods]
    table = csv_of(_columns(span), rows)
    headers = {"Content-Disposition": f'attachment; filename="focusscope-performance-by-{span}.csv"'}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


def _version(version: Version) -> VersionOut:
    everything = [one for period in version.periods for one in period.reviews]
    return VersionOut(
        networks=[NetworkVersionOut(name=name, preset=preset, sha256=sha) for name, preset, sha in version.networks],
        total=JudgedOut(**_numbers(everything)),
        periods=[PeriodOut(start=one.start, **_numbers(one.reviews)) for one in reversed(version.periods)],
        share_differs=version.share_differs,
        score_differs=version.score_differs,
    )


def _numbers(reviews: Sequence[Judged]) -> dict[str, Any]:
    sums = {name: sum(getattr(one, name) for one in reviews) for name in _SUMMED}
    kept, proposed = sums["confirmed"] + sums["corrected"], sums["proposed"]
    kept_low, kept_high = wilson_interval(kept, proposed) or (None, None)
    pairs = [one for one in reviews if one.difference is not None]
    predicted, reviewed = ([getattr(one, name) for one in pairs] for name in _SCORES)
    mean_low, mean_high = mean_interval([one.difference for one in pairs if one.difference is not None]) or (None, None)
    low, high = limits_of_agreement(predicted, reviewed) or (None, None)
    return {
        **sums, "slides": len({one.slide_id for one in reviews}), "kept": kept / proposed if proposed else None,
        "rejected": sum((Counter(one.rejected) for one in reviews), Counter()), "kept_low": kept_low,
        "kept_high": kept_high, "pairs": len(pairs), "mean_difference": mean_difference(predicted, reviewed),
        "mean_low": mean_low, "mean_high": mean_high, "low": low, "high": high,
    }  # fmt: skip


_SUMMED = ("proposed", "confirmed", "corrected", "not_foci", "added")
_SCORES = ("predicted_focus_score", "reviewed_focus_score")


def _columns(span: Span) -> tuple[str, ...]:
    """Name what `_row` holds, unit and all."""
    return (
        "networks", f"{span}_from_utc", "slides", "foci_proposed", "foci_confirmed", "foci_outline_corrected",
        "foci_not_counted_as_foci", *(f"foci_rejected_{one or 'no_reason'}" for one in _REASONS), "foci_added",
        "share_kept", "share_kept_ci95_low", "share_kept_ci95_high", "pairs_of_scores",
        "mean_ai_minus_reviewed_per_4mm2", "mean_ci95_low", "mean_ci95_high", "limits_of_agreement_95_low",
        "limits_of_agreement_95_high", "notice",
    )  # fmt: skip


def _row(networks: Sequence[NetworkVersionOut], period: PeriodOut) -> tuple[Any, ...]:
    return (
        " ".join(f"{one.name}-{one.preset}@{one.sha256}" for one in networks), period.start, period.slides,
        period.proposed, period.confirmed, period.corrected, period.not_foci,
        *(period.rejected.get(one, 0) for one in _REASONS), period.added, period.kept, period.kept_low,
        period.kept_high, period.pairs, period.mean_difference, period.mean_low, period.mean_high, period.low,
        period.high, RESEARCH_USE_ONLY,
    )  # fmt: skip


_REASONS = (*REASONS, "")
