"""What leaves the building: the review as it stands, in each format."""

from fastapi import APIRouter, Response

from backend.api.dependencies import HandlesDep, ReaderDep, SessionDep, ShownToExportDep, StorageDep, noted
from backend.api.report import case_of, pdfs_of, preliminary_of
from backend.api.report_files import FILE, Format, file_of
from backend.api.signed import signed_report, stored_pages
from backend.reports.wording import LANGUAGES, Language
from backend.services import reviews

router = APIRouter(prefix="/analyses/{analysis_id}/review", tags=["reports"])


@router.get(
    "/report/{format}", dependencies=[noted("analysis.report", each=True)], response_class=Response, responses=FILE
)
def get_report(
    format: Format, session: SessionDep, analysis: ShownToExportDep, reader: ReaderDep, storage: StorageDep,
    handles: HandlesDep, language: Language = "en",
) -> Response:  # fmt: skip
    """Return the review as it stands as a file; a zip holds all formats, and the PDF in both languages.

    Where it is signed, that is the signed version; else it is marked preliminary.
    """
    standing = reviews.standing(session, analysis=analysis)
    if standing.signed:
        last = standing.signatures[-1]
        return file_of(signed_report(last), format, language, lambda: stored_pages(last, analysis, storage))
    report = preliminary_of(standing, case_of(session, standing, reader))
    wanted = LANGUAGES if format == "zip" else (language,)
    pictured = (report, storage, handles, analysis.slide.entry)
    return file_of(report, format, language, lambda: pdfs_of(*pictured, wanted))
