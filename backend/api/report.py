"""A review as reports are written from it."""

from collections.abc import Sequence

from backend.core.review import ReviewedLesion
from backend.reports.content import BlindRead, Change, Report, ReportedLesion, ReportedScore, ReportedSlide, Signature
from backend.reports.frozen import freeze
from backend.reports.pdf import pdf
from backend.reports.pictures import draw_pictures
from backend.reports.wording import LANGUAGES, Language
from backend.services import analyses, slides
from backend.services.reviews import Scored, Standing
from backend.storage import Storage
from backend.wsi.handles import Handles


def preliminary_of(standing: Standing) -> Report:
    """Return what a report of the review as it stands holds; it is preliminary, for nobody has signed it."""
    return freeze(report_of(standing))[1]


def report_of(standing: Standing, signature: Signature | None = None, changes: Sequence[Change] = ()) -> Report:
    """Return what a report of the review holds, but for its hash."""
    analysis, state = standing.analysis, standing.state
    slide, found = analysis.slide, analyses.findings(analysis)
    names = {one.by_id: one.by.display_name for one in standing.row.commands} if standing.row else {}
    return Report(
        review_id=standing.row.id if standing.row else analysis.id,
        analysis_id=analysis.id,
        analysed_at=analysis.finished_at or analysis.queued_at,
        slide=ReportedSlide(
            slide.id, slide.name, None, slide.sha256, slides.size_of(slide), standing.proposal.mpp, slide.vendor
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
