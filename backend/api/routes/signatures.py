"""Sign-off: who signed which version of a review, what had changed, and the files that were signed."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from backend.api.dependencies import (
    HandlesDep,
    ReaderDep,
    SessionDep,
    ShownAnalysisDep,
    ShownToExportDep,
    ShownToReadDep,
    StorageDep,
    UserSessionDep,
    noted,
)
from backend.api.present import review_out
from backend.api.report_files import FILE, Format, file_of
from backend.api.schemas.account import plain
from backend.api.schemas.common import Problem
from backend.api.schemas.reviews import (
    MissingOut,
    NotCompleteOut,
    ReviewOut,
    SignatureIn,
    SignedVersionOut,
)
from backend.api.signed import frozen_report, pages_of, signed_report, stored_pages, version_out
from backend.api.versions import OF_A_VERSION, IfMatch, changed_answer, stated, tagged
from backend.reports.wording import Language
from backend.services import reviews, signing
from backend.services.commands import ReviewChanged

router = APIRouter(prefix="/analyses/{analysis_id}/review", tags=["signatures"])


@router.post(
    "/signature", status_code=201, response_model=ReviewOut,
    responses=OF_A_VERSION | {409: {"model": NotCompleteOut | Problem}},
)  # fmt: skip
def sign_review(
    said: SignatureIn, session: SessionDep, analysis: ShownToReadDep, reader: ReaderDep, storage: StorageDep,
    handles: HandlesDep, here: UserSessionDep, response: Response, if_match: IfMatch = None,
) -> ReviewOut | JSONResponse:  # fmt: skip
    """Sign the review as it was seen: its content and its pages in both languages are kept as a version."""
    user = reader.user
    try:
        standing = signing.to_sign(
            session, analysis=analysis, here=here, password=plain(said.password), version=stated(if_match)
        )
        frozen, report = frozen_report(session, standing, reader)
        files = pages_of(report, analysis, storage, handles)
        signing.record(session, standing=standing, by=user, frozen=frozen, files=files, storage=storage)
    except ReviewChanged as changed:
        return changed_answer(changed, user)
    except signing.NotComplete as refused:
        lacking = [MissingOut.model_validate(one) for one in refused.missing]
        return JSONResponse(NotCompleteOut(detail=refused.sentence, missing=lacking).model_dump(mode="json"), 409)
    return tagged(response, review_out(reviews.standing(session, analysis=analysis), user))


@router.get("/signatures", dependencies=[noted("analysis.view_review")])
def list_signatures(
    session: SessionDep, analysis: ShownAnalysisDep, language: Language = "en"
) -> list[SignedVersionOut]:
    """List the signed versions, newest first, each with what it says otherwise than the one before."""
    signatures = reviews.standing(session, analysis=analysis).signatures
    return [version_out(one, language) for one in reversed(signatures)]


@router.get(
    "/signatures/{number}/report/{format}",
    dependencies=[noted("analysis.report", each=True)],
    response_class=Response,
    responses=FILE,
)
def get_signed_report(
    number: int, format: Format, session: SessionDep, analysis: ShownToExportDep, storage: StorageDep,
    language: Language = "en",
) -> Response:  # fmt: skip
    """Return a signed version as a file: the PDF as it was signed, all else from what was frozen."""
    signature = signing.version_of(session, analysis=analysis, number=number)
    return file_of(signed_report(signature), format, language, lambda: stored_pages(signature, analysis, storage))
