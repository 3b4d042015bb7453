"""Which version of a review a page saw: the entity tag of what it got, and If-Match with what it sends."""

import re
from typing import Annotated, Any

from fastapi import Header, Response
from fastapi.responses import JSONResponse

from backend.api.present import review_out
from backend.api.schemas.common import Problem
from backend.api.schemas.reviews import ReviewChangedOut, ReviewOut
from backend.core.errors import FocusScopeError
from backend.db.tables import User
from backend.services.commands import ReviewChanged

OF_A_VERSION: dict[int | str, dict[str, Any]] = {
    412: {"model": ReviewChangedOut, "description": "Somebody else was first."},
    428: {"model": Problem, "description": "It is not said which version is to be changed."},
}
"""What may be answered to a change of what was seen."""

_MARKS = re.compile(r'^W/|-(?:gzip|zstd|br)(?="?$)')

IfMatch = Annotated[str | None, Header(description="The `version` that the page last saw.")]


class VersionNotStated(FocusScopeError):
    """A change without If-Match could overwrite what the reader has not seen."""

    status = 428

    def __init__(self) -> None:
        super().__init__("Say with If-Match which version of the review is to be changed.")


def stated(if_match: str | None) -> str:
    """Return the version that the page saw; a proxy that compresses may have marked its tag as one of an encoding.

    Raises:
        VersionNotStated: where it does not say.
    """
    if if_match is None:
        raise VersionNotStated
    return _MARKS.sub("", if_match).strip('"')


def tagged(response: Response, review: ReviewOut) -> ReviewOut:
    """Send a review with its entity tag."""
    response.headers["ETag"] = f'"{review.version}"'
    return review


def changed_answer(changed: ReviewChanged, user: User) -> JSONResponse:
    """Answer that somebody else was first, and with what."""
    current = review_out(changed.standing, user)
    return JSONResponse(ReviewChangedOut(detail=changed.sentence, current=current).model_dump(mode="json"), 412)
