"""A review as reports are written from it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend.core.focus_score import FocusScore
from backend.core.review import ReviewedLesion
from backend.db.tables import Slide
from backend.reports.content import (
    BlindRead,
    Change,
    Report,
    ReportedCase,
    ReportedLesion,
    ReportedScore,
    ReportedSlide,
    Signature,
    SlideOfCase,
)
from backend.reports.frozen import freeze
from backend.reports.pdf import pdf
from backend.reports.pictures import draw_pictures
from backend.reports.wording import LANGUAGES, Language
from backend.services import analyses, blinding, case_scores, slides, summaries, worklist
from backend.services.blinding import Reader
from backend.services.reviews import Scored, Standing
from backend.storage import Storage
from backend.wsi.handles import Handles


def preliminary_of(standing: Standing, case: ReportedCase | None) -> Report:
    """Return what a report of the review as it stands holds; it is preliminary, for nobody has signed it."""
    return freeze(report_of(standing, case))[1]


def case_of(session: Session, standing: Standing, reader: Reader, *, signing: bool = False) -> ReportedCase | None:
    """Return the case of the slide with its sum, as a reader may see it; None where the slide stands alone.

    `signing` counts the slide itself among those that are signed.
    """
    slide = standing.analysis.slide
    if slide.case is None:
        return None
    members = worklist.of_case(session, case=slide.case, reader=reader)
    analysed = [one.analysis for one in members if one.analysis]
    withheld = blinding.withheld_from(session, analyses=analysed, reader=reader)
    total = case_scores.reviewed(members, withheld, summaries.progress_of(session, analyses=analysed))
    score = total.score
    signed = {one.slide.id for one in members if one.status == "signed"} | ({slide.id} if signing else set())
    return ReportedCase(
        ReportedScore(
            score.foci, score.glandular_area_mm2, score.value, score.low, score.high, score.reason, area_fraction=None
        ),
        tuple(_of_case(one, part, one.id in signed) for one, part in total.parts),
    )


def _of_case(slide: Slide, part: FocusScore, signed: bool) -> SlideOfCase:
    known = part.value is not None
    return SlideOfCase(
        slide.name, part.foci if known else None, part.glandular_area_mm2 if known else None, part.reason,
        slide.left_out, signed,
    )  # fmt: skip


def report_of(
    standing: Standing,
    case: ReportedCase | None,
    signature: Signature | None = None,
    changes: Sequence[Change] = (),
) -> Report:
    """Return what a report of the review holds, but for its hash."""
    analysis, state = standing.analysis, standing.state
    slide, found = analysis.slide, analyses.findings(analysis)
    names = {one.by_id: one.by.display_name for one in standing.row.commands} if standing.row else {}
    return Report(
        review_id=standing.row.id if standing.row else analysis.id,
        analysis_id=analysis.id,
        analysed_at=analysis.finished_at or analysis.queued_at,
        slide=ReportedSlide(
            slide.id,
            slide.name,
            slide.case.pseudonym if slide.case else None,
            slide.sha256,
            slides.size_of(slide),
            standing.proposal.mpp,
            slide.vendor,
        ),
        predicted=_score(standing.predicted),
        reviewed=_score(standing.reviewed),
        fields=state.fields,
        lesions=tuple(_lesion(one, standing) for one in state.in_order()),
        glands=tuple(one.polygon for one in state.glands.values()),
        blind_reads=tuple(
            BlindRead(one.pattern, one.estimated_focus_score, names[one.by], one.at) for one in state.reads
        ),
        signature=signature,
        changes=tuple(changes),
        content_sha256="",
        software=found.software,
        networks=tuple(found.networks),
        warnings=tuple(found.warnings),
        case=case,
    )


def pdfs_of(
    report: Report, storage: Storage, handles: Handles, entry: str, languages: Sequence[Language] = LANGUAGES
) -> dict[Language, bytes]:
    """Set the pages of a report in some languages; `entry` names the slide's file."""
    with handles.reading(storage.slide_file(report.slide.id, entry)) as slide:
        pictures = draw_pictures(slide, report)
    return {one: pdf(report, pictures, one) for one in languages}


def _lesion(lesion: ReviewedLesion, standing: Standing) -> ReportedLesion:
    about = {lesion.id, *lesion.parents}
    return ReportedLesion(
        lesion.id, lesion.number, lesion.polygon, lesion.area_mm2, lesion.lymphocyte_count, lesion.confidence,
        lesion.verdict, lesion.accepted and bool(lesion.counts_as_focus), lesion.reason,
        tuple(one.text for one in standing.state.comments if one.lesion_id in about),
    )  # fmt: skip


def _score(scored: Scored) -> ReportedScore:
    score = scored.score
    return ReportedScore(
        score.foci, score.glandular_area_mm2, score.value, score.low, score.high, score.reason, scored.area_fraction
    )
