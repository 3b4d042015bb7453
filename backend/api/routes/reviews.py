"""A clinician's pass over an analysis: each action is a command, each answer the review that follows."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from backend.api.dependencies import (
    AnalysisDep,
    AnalysisToReadDep,
    CurrentUser,
    ReaderDep,
    SessionDep,
    ShownAnalysisDep,
    ShownToReadDep,
    noted,
)
from backend.api.present import review_out
from backend.api.schemas.reviews import CommandIn, PresentOut, ReviewGlandOut, ReviewOut, payload_of
from backend.api.versions import OF_A_VERSION, IfMatch, changed_answer, stated, tagged
from backend.reports.geojson import MOST_BYTES, read_geojson
from backend.services import blinding, commands, imports, presence, reviews

router = APIRouter(prefix="/analyses/{analysis_id}/review", tags=["reviews"])

FILE = {"required": True, "content": {"application/geo+json": {"schema": {"type": "string"}}}}


async def sent_file(request: Request) -> bytes:
    """Return the body, no more than one byte too many: whoever reads it says that it is too large."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST_BYTES:
            break
    return bytes(data)


@router.get("", dependencies=[noted("analysis.view_review")])
def get_review(session: SessionDep, analysis: ShownAnalysisDep, user: CurrentUser, response: Response) -> ReviewOut:
    """Return the review so far, with the scores that follow from it."""
    return tagged(response, review_out(reviews.standing(session, analysis=analysis), user))


@router.get("/glands", dependencies=[noted("analysis.view_review")])
def get_glands(session: SessionDep, analysis: AnalysisDep) -> list[ReviewGlandOut]:
    """Return the outlines of the glands, which no reader needs to be kept from."""
    glands = reviews.standing(session, analysis=analysis).state.glands.values()
    return [ReviewGlandOut.model_validate(one) for one in glands]


@router.post("/commands", status_code=201, response_model=ReviewOut, responses=OF_A_VERSION)
def act(
    command: CommandIn, session: SessionDep, analysis: AnalysisToReadDep, reader: ReaderDep, response: Response,
    if_match: IfMatch = None,
) -> ReviewOut | JSONResponse:  # fmt: skip
    """Do one thing, or undo or redo one, and return the review that follows. A repeated command is done once."""
    blind = blinding.withheld(session, analysis=analysis, reader=reader)
    try:
        standing = commands.append(
            session, analysis=analysis, kind=command.kind, payload=payload_of(command), by=reader.user,
            version=None if command.kind == "read" else stated(if_match), command_id=command.id, blind=blind,
        )  # fmt: skip
    except commands.ReviewChanged as changed:
        if blind:
            raise blinding.ProposalsWithheld from None
        return changed_answer(changed, reader.user)
    return tagged(response, review_out(standing, reader.user))


@router.post(
    "/geojson", status_code=201, response_model=ReviewOut, responses=OF_A_VERSION,
    openapi_extra={"requestBody": FILE},
)  # fmt: skip
def take_over(
    data: Annotated[bytes, Depends(sent_file)], session: SessionDep, analysis: ShownToReadDep, user: CurrentUser,
    response: Response, if_match: IfMatch = None,
) -> ReviewOut | JSONResponse:  # fmt: skip
    """Take the outlines of a GeoJSON file from QuPath into the review as one change; where one is unusable, none."""
    version = stated(if_match)
    size = analysis.slide.width or 0, analysis.slide.height or 0
    change = imports.change_of(reviews.standing(session, analysis=analysis), read_geojson(data, size))
    try:
        standing = commands.append(session, analysis=analysis, kind="shape", payload=change, by=user, version=version)
    except commands.ReviewChanged as changed:
        return changed_answer(changed, user)
    return tagged(response, review_out(standing, user))


@router.put("/presence", dependencies=[noted("analysis.view_review")])
def be_present(session: SessionDep, analysis: AnalysisToReadDep, user: CurrentUser) -> list[PresentOut]:
    """Say that the reader has the review open; return who else has."""
    mine, others = presence.seen(session, analysis=analysis, user=user)
    return [
        PresentOut(name=one.user.display_name, since=one.since, first=one.since < mine.since) for one in others
    ]  # fmt: skip
