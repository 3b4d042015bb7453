"""A clinician's pass over an analysis: each action is a command, each answer the review that follows."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from backend.api.dependencies import AnalysisDep, CurrentUser, SessionDep
from backend.api.present import review_out
from backend.api.schemas.reviews import CommandIn, PresentOut, ReviewChangedOut, ReviewOut, payload_of
from backend.core.errors import FocusScopeError
from backend.db.tables import User
from backend.reports.geojson import MOST_BYTES, read_geojson
from backend.services import commands, imports, presence, reviews

router = APIRouter(prefix="/analyses/{analysis_id}/review", tags=["reviews"])

IfMatch = Annotated[str | None, Header(description="The `version` that the page last saw.")]


FILE = {"required": True, "content": {"application/geo+json": {"schema": {"type": "string"}}}}


class VersionNotStated(FocusScopeError):
    """A change without If-Match could overwrite what the reader has not seen."""

    status = 428

    def __init__(self) -> None:
        super().__init__("Say with If-Match which version of the review is to be changed.")


async def sent_file(request: Request) -> bytes:
    """Return the body, no more than one byte too many: whoever reads it says that it is too large."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST_BYTES:
            break
    return bytes(data)


@router.get("")
def get_review(session: SessionDep, analysis: AnalysisDep, user: CurrentUser, response: Response) -> ReviewOut:
    """Return the review so far, with the scores that follow from it."""
    return _tagged(response, review_out(reviews.standing(session, analysis=analysis), user))


@router.post("/commands", status_code=201, response_model=ReviewOut, responses={412: {"model": ReviewChangedOut}})
def act(
    command: CommandIn, session: SessionDep, analysis: AnalysisDep, user: CurrentUser, response: Response,
    if_match: IfMatch = None,
) -> ReviewOut | JSONResponse:  # fmt: skip
    """Do one thing, or undo or redo one, and return the review that follows. A repeated command is done once."""
    if if_match is None and command.kind != "read":
        raise VersionNotStated
    try:
        standing = commands.append(
            session, analysis=analysis, kind=command.kind, payload=payload_of(command), by=user,
            version=if_match.strip('"') if if_match else None, command_id=command.id,
        )  # fmt: skip
    except commands.ReviewChanged as changed:
        return _overtaken(changed, user)
    return _tagged(response, review_out(standing, user))


@router.post(
    "/geojson", status_code=201, response_model=ReviewOut, responses={412: {"model": ReviewChangedOut}},
    openapi_extra={"requestBody": FILE},
)  # fmt: skip
def take_over(
    data: Annotated[bytes, Depends(sent_file)], session: SessionDep, analysis: AnalysisDep, user: CurrentUser,
    response: Response, if_match: IfMatch = None,
) -> ReviewOut | JSONResponse:  # fmt: skip
    """Take the outlines of a GeoJSON file from QuPath into the review as one change; where one is unusable, none."""
    if if_match is None:
        raise VersionNotStated
    size = analysis.slide.width or 0, analysis.slide.height or 0
    change = imports.change_of(reviews.standing(session, analysis=analysis), read_geojson(data, size))
    try:
        standing = commands.append(
            session, analysis=analysis, kind="shape", payload=change, by=user, version=if_match.strip('"')
        )
    except commands.ReviewChanged as changed:
        return _overtaken(changed, user)
    return _tagged(response, review_out(standing, user))


@router.put("/presence")
def be_present(session: SessionDep, analysis: AnalysisDep, user: CurrentUser) -> list[PresentOut]:
    """Say that the reader has the review open; return who else has."""
    others = presence.seen(session, analysis=analysis, user=user)
    return [PresentOut(name=one.user.display_name, since=one.since) for one in others]


def _overtaken(changed: commands.ReviewChanged, user: User) -> JSONResponse:
    current = review_out(changed.standing, user)
    return JSONResponse(ReviewChangedOut(detail=changed.sentence, current=current).model_dump(mode="json"), 412)


def _tagged(response: Response, review: ReviewOut) -> ReviewOut:
    response.headers["ETag"] = f'"{review.version}"'
    return review
