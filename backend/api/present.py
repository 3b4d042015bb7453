"""Rows as the API shows them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.api.schemas.analyses import AnalysisOut, ReviewSummary, StageOut
from backend.api.schemas.findings import FindingsOut
from backend.api.schemas.reviews import ReviewOut, ScoreOut, VerdictOut
from backend.api.schemas.slides import SlideOut
from backend.core.findings import STAGES
from backend.core.focus_score import BORDERLINE_LYMPHOCYTES
from backend.db.tables import Analysis, Slide
from backend.services import analyses as analysis_service
from backend.services import reviews, slides
from backend.services.reviews import Scored, Standing


def slides_out(session: Session, shown: Sequence[Slide]) -> list[SlideOut]:
    """Show slides with their latest analyses, in a fixed number of queries."""
    latest = analysis_service.latest_of(session, slides=shown)
    shown_analyses = dict(zip(latest, analyses_out(session, list(latest.values())), strict=True))
    return [_slide_out(slide, shown_analyses.get(slide.id)) for slide in shown]


def analyses_out(session: Session, shown: Sequence[Analysis]) -> list[AnalysisOut]:
    """Show analyses with how far their reviews are, in a fixed number of queries."""
    standings = reviews.standings(session, analyses=shown)
    return [_analysis_out(one, standings.get(one.id)) for one in shown]


def findings_out(analysis: Analysis) -> FindingsOut:
    """Show all that an analysis found."""
    found: dict[str, Any] = analysis_service.findings(analysis).as_dict()
    for number, lesion in enumerate(found["lesions"], 1):
        lesion.update(number=number, borderline=lesion["lymphocyte_count"] in BORDERLINE_LYMPHOCYTES)
    return FindingsOut(analysis_id=analysis.id, **found)


def review_out(standing: Standing) -> ReviewOut:
    """Show where a review stands."""
    return ReviewOut(
        analysis_id=standing.analysis_id,
        verdicts=[
            VerdictOut(
                lesion_id=lesion_id,
                verdict=decision.verdict,
                counts_as_focus=reviews.counts(standing.lesions[lesion_id], decision),
                decided_by=decision.decided_by.display_name,
                decided_at=decision.decided_at,
            )
            for lesion_id, decision in standing.latest.items()
        ],
        decided=standing.decided,
        total=standing.total,
        complete=standing.decided == standing.total,
        predicted=_score_out(standing.predicted),
        reviewed=_score_out(standing.reviewed),
        if_rest_confirmed=_score_out(standing.if_rest_confirmed),
    )


def _slide_out(slide: Slide, latest_analysis: AnalysisOut | None) -> SlideOut:
    reason = slides.reason_not_analysable(slide)
    columns = {name: getattr(slide, name) for name in SlideOut.model_fields if hasattr(slide, name)}
    return SlideOut(
        **columns
        | {
            "analysable": reason is None,
            "not_analysable_reason": reason,
            "uploaded_by": slide.uploaded_by.display_name,
            "latest_analysis": latest_analysis,
        }
    )


def _analysis_out(analysis: Analysis, standing: Standing | None) -> AnalysisOut:
    columns = {name: getattr(analysis, name) for name in AnalysisOut.model_fields if hasattr(analysis, name)}
    return AnalysisOut(
        **columns
        | {
            "progress": analysis_service.progress(analysis),
            "stages": [_stage_out(analysis, stage) for stage in STAGES],
            "requested_by": analysis.requested_by.display_name,
            "review": _review_summary(standing) if standing else None,
        }
    )


def _stage_out(analysis: Analysis, stage: Any) -> StageOut:
    fraction = analysis_service.stage_fraction(analysis, stage)
    return StageOut(stage=stage, fraction=fraction, seconds=analysis.stage_seconds.get(stage))


def _review_summary(standing: Standing) -> ReviewSummary:
    score = standing.reviewed.score.value
    return ReviewSummary(decided=standing.decided, total=standing.total, focus_score=score)


def _score_out(scored: Scored) -> ScoreOut:
    score = scored.score
    return ScoreOut(
        foci=score.foci,
        glandular_area_mm2=score.glandular_area_mm2,
        focus_score=score.value,
        low=score.low,
        high=score.high,
        reason=score.reason,
        area_fraction=scored.area_fraction,
        meets_criterion=score.meets_criterion,
    )
