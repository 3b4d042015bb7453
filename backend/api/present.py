"""Rows as the API shows them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.api.schemas.analyses import AnalysisOut, ReviewSummary, StageOut
from backend.api.schemas.findings import FindingsOut
from backend.api.schemas.reviews import (
    CommentOut,
    ReadOut,
    ReviewGlandOut,
    ReviewLesionOut,
    ReviewOut,
    ScoreOut,
    SignatureOut,
    StepOut,
)
from backend.api.schemas.slides import CaseOfSlide, SlideOut
from backend.core.consensus import suggested_chisholm_mason
from backend.core.findings import STAGES
from backend.core.focus_score import BORDERLINE_LYMPHOCYTES
from backend.core.review import Command, ReviewedLesion, to_redo, to_undo
from backend.db.tables import Analysis, Signature, Slide, User
from backend.services import analyses as analysis_service
from backend.services import blinding, presence, slides, summaries, worklist
from backend.services.blinding import Reader
from backend.services.reviews import Scored, Standing
from backend.services.summaries import Progress
from backend.services.worklist import Status

NUMBERS = ("focus_score", "foci", "glandular_area_mm2")
ACTIVE = ("queued", "running")
SLIDE_COLUMNS = SlideOut.model_fields.keys() & Slide.__mapper__.columns.keys()
LESION_FIELDS = ReviewLesionOut.model_fields.keys() - {"overridden", "borderline", "decided_by"}
ANALYSIS_COLUMNS = AnalysisOut.model_fields.keys() & Analysis.__mapper__.columns.keys()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of some analyses beside their rows, and may be shown to one reader."""

    progress: Mapping[UUID, Progress]
    withheld: Collection[UUID]
    open_with: Mapping[UUID, list[str]]

    @classmethod
    def read(cls, session: Session, analyses: Sequence[Analysis], reader: Reader) -> "Shown":
        """Read it in a fixed number of queries."""
        progress = summaries.progress_of(session, analyses=analyses)
        withheld = blinding.withheld_from(session, analyses=analyses, reader=reader)
        return cls(progress, withheld, presence.readers_of(session, analyses=analyses, but=reader.user))


def slides_out(session: Session, slides: Sequence[Slide], reader: Reader) -> list[SlideOut]:
    """Show slides with the analyses that they stand by, in a fixed number of queries."""
    current = analysis_service.current_of(session, slides=slides)
    shown = Shown.read(session, list(current.values()), reader)
    return [
        slide_out(one, current.get(one.id), worklist.status_of(one, current.get(one.id), shown.progress), shown)
        for one in slides
    ]


def analyses_out(session: Session, analyses: Sequence[Analysis], reader: Reader) -> list[AnalysisOut]:
    """Show analyses with how far their reviews are, in a fixed number of queries."""
    shown = Shown.read(session, analyses, reader)
    return [_analysis_out(one, shown) for one in analyses]


def findings_out(analysis: Analysis) -> FindingsOut:
    """Show all that an analysis found."""
    found: dict[str, Any] = analysis_service.findings(analysis).as_dict()
    for number, lesion in enumerate(found["lesions"], 1):
        lesion.update(number=number, borderline=lesion["lymphocyte_count"] in BORDERLINE_LYMPHOCYTES)
    return FindingsOut(analysis_id=analysis.id, **found)


def review_out(standing: Standing, user: User) -> ReviewOut:
    """Show where a review stands; `user` is whose actions can be undone."""
    state, row = standing.state, standing.row
    names = {one.by_id: one.by.display_name for one in row.commands} if row else {}
    score = standing.reviewed.score
    return ReviewOut(
        analysis_id=standing.analysis.id,
        version=standing.version,
        signed=standing.signed,
        started_by=row.started_by.display_name if row else None,
        started_at=row.started_at if row else None,
        lesions=[_lesion_out(one, names) for one in state.in_order()],
        glands=[ReviewGlandOut.model_validate(one) for one in state.glands.values()],
        fields=state.fields,
        missing_fields=state.fields.missing(),
        suggested_chisholm_mason=suggested_chisholm_mason(score.value),
        comments=[CommentOut(lesion_id=c.lesion_id, text=c.text, by=names[c.by], at=c.at) for c in state.comments],
        reads=[ReadOut(**{**asdict(one), "by": names[one.by]}) for one in state.reads],
        undo=_step_out(to_undo(standing.commands, user.id)),
        redo=_step_out(to_redo(standing.commands, user.id)),
        signatures=[_signature_out(one) for one in standing.signatures],
        decided=standing.decided,
        total=standing.total,
        complete=standing.decided == standing.total,
        predicted=_score_out(standing.predicted),
        reviewed=_score_out(standing.reviewed),
        if_rest_confirmed=_score_out(standing.if_rest_confirmed),
    )


def _lesion_out(lesion: ReviewedLesion, names: Mapping[UUID, str]) -> ReviewLesionOut:
    own = {name: getattr(lesion, name) for name in LESION_FIELDS}
    return ReviewLesionOut(
        **own
        | {
            "overridden": lesion.counts is not None,
            "borderline": lesion.lymphocyte_count in BORDERLINE_LYMPHOCYTES,
            "decided_by": names[lesion.decided_by] if lesion.decided_by else None,
        }
    )


def _step_out(command: Command | None) -> StepOut | None:
    if command is None:
        return None
    said = command.payload
    return StepOut(kind=command.kind, lesions=len(said.get("lesion_ids", ())) or len(said.get("added", ())))


def _signature_out(signature: Signature) -> SignatureOut:
    columns = {name: getattr(signature, name) for name in SignatureOut.model_fields}
    return SignatureOut(**columns | {"signed_by": signature.signed_by.display_name})


def slide_out(slide: Slide, analysis: Analysis | None, standing: Status, shown: Shown) -> SlideOut:
    """Show a slide with the analysis that it stands by."""
    reason = slides.reason_not_analysable(slide)
    columns = {name: getattr(slide, name) for name in SLIDE_COLUMNS}
    return SlideOut(
        **columns
        | {
            "analysable": reason is None,
            "not_analysable_reason": reason,
            "uploaded_by": slide.uploaded_by.display_name,
            "case": CaseOfSlide.model_validate(slide.case) if slide.case else None,
            "standing": standing,
            "current_analysis": _analysis_out(analysis, shown) if analysis else None,
        }
    )


def _analysis_out(analysis: Analysis, shown: Shown) -> AnalysisOut:
    columns = {name: getattr(analysis, name) for name in ANALYSIS_COLUMNS}
    withheld = analysis.id in shown.withheld
    if withheld:
        columns |= dict.fromkeys(NUMBERS) | {"focus_score_reason": blinding.WITHHELD}
    return AnalysisOut(
        **columns
        | {
            "progress": analysis_service.progress(analysis),
            "stages": [_stage_out(analysis, one) for one in STAGES] if analysis.status in ACTIVE else [],
            "requested_by": analysis.requested_by.display_name,
            "withheld": withheld,
            "review": None if withheld else _review_summary(analysis, shown),
        }
    )


def _stage_out(analysis: Analysis, stage: Any) -> StageOut:
    fraction = analysis_service.stage_fraction(analysis, stage)
    return StageOut(stage=stage, fraction=fraction, seconds=analysis.stage_seconds.get(stage))


def _review_summary(analysis: Analysis, shown: Shown) -> ReviewSummary | None:
    progress = shown.progress.get(analysis.id)
    if progress is None:
        return None
    row = progress.row
    return ReviewSummary(
        status=progress.status,
        decided=row.decided if row else 0,
        total=progress.total,
        foci=row.foci if row else 0,
        focus_score=progress.reviewed.value,
        started_at=row.started_at if row else None,
        last_reader=row.last_reader.display_name if row else None,
        last_at=row.last_at if row else None,
        open_with=shown.open_with.get(analysis.id, []),
    )


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
