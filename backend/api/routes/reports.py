"""What leaves the building: the review as it stands, in each format, marked preliminary until it is signed."""

from typing import Any, Literal

from fastapi import APIRouter, Response

from backend.api.dependencies import AnalysisDep, CurrentUser, HandlesDep, SessionDep, StorageDep
from backend.api.report import Language, report_of
from backend.reports.archive import archive
from backend.reports.content import Report
from backend.reports.fhir import bundle
from backend.reports.geojson import write_geojson
from backend.reports.pdf import pdf
from backend.reports.pictures import Pictures, draw_pictures
from backend.reports.tables import lesions_csv
from backend.services import reviews

router = APIRouter(prefix="/analyses/{analysis_id}/review", tags=["reports"])

Format = Literal["pdf", "csv", "geojson", "fhir", "zip"]
MEDIA: dict[Format, tuple[str, str]] = {
    "pdf": ("application/pdf", "pdf"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "geojson": ("application/geo+json", "geojson"),
    "fhir": ("application/fhir+json", "json"),
    "zip": ("application/zip", "zip"),
}
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {kind: {} for kind, _ in MEDIA.values()}}}


@router.get("/report/{format}", response_class=Response, responses=FILE)
def get_report(
    format: Format, session: SessionDep, analysis: AnalysisDep, user: CurrentUser, storage: StorageDep,
    handles: HandlesDep, language: Language = "en",
) -> Response:  # fmt: skip
    """Return the review as it stands as a file; a zip holds all formats, and the PDF in both languages."""
    standing = reviews.standing(session, analysis=analysis)
    report = report_of(standing, user, language)

    def drawn() -> Pictures:
        with handles.reading(storage.slide_file(analysis.slide.id, analysis.slide.suffix)) as slide:
            return draw_pictures(slide, report)

    def in_both(pictures: Pictures) -> dict[Language, bytes]:
        chosen: tuple[Language, ...] = ("en", "zh")
        return {one: pdf(report_of(standing, user, one), pictures, one) for one in chosen}

    media_type, suffix = MEDIA[format]
    name = {"Content-Disposition": f'attachment; filename="focusscope-{analysis.id}.{suffix}"'}
    if format == "pdf":
        return Response(pdf(report, drawn(), language), media_type=media_type, headers=name)
    if format == "zip":
        return Response(archive(report, in_both(drawn())), media_type=media_type, headers=name)
    return Response(_plain(report, format), media_type=media_type, headers=name)


def _plain(report: Report, format: Format) -> bytes:
    if format == "csv":
        return lesions_csv(report)
    return write_geojson(report) if format == "geojson" else bundle(report)
