"""Every error as `{"detail": one readable sentence}`."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from starlette.exceptions import HTTPException

from backend.api.observe import HEADER
from backend.core.errors import FocusScopeError
from backend.core.logs import REQUEST_ID

log = logging.getLogger(__name__)


def add_handlers(app: FastAPI) -> None:
    """Make the application answer errors in sentences."""
    app.add_exception_handler(FocusScopeError, _said)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(OperationalError, _said)
    for race in (IntegrityError, StaleDataError, ObjectDeletedError):
        app.add_exception_handler(race, _overtaken)
    app.add_exception_handler(Exception, _fault)


def answer_to(request: Request, error: FocusScopeError | OperationalError) -> JSONResponse:
    """Return what is answered to a request outside the routes."""
    if isinstance(error, FocusScopeError):
        return _answer(error.status, error.sentence)
    log.error("The database did not answer %s %s", request.method, request.url.path, exc_info=error)
    return _answer(503, "The database is busy or cannot be reached: please try again in a moment.")


def _answer(status: int, sentence: str, headers: Any = None) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status, headers)


async def _said(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FocusScopeError | OperationalError)  # noqa: S101 - for the type checker
    return answer_to(request, error)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    sentence = "There is nothing at this address." if error.detail == "Not Found" else str(error.detail)
    return _answer(error.status_code, sentence, error.headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
    return _answer(422, sentence_of(error.errors()))


async def _overtaken(request: Request, error: Exception) -> JSONResponse:
    log.warning("%s %s was overtaken", request.method, request.url.path, exc_info=error)
    return _answer(409, "Somebody else changed or removed this at the same moment: please look again.")


async def _fault(request: Request, error: Exception) -> JSONResponse:
    log.error("Fault in %s %s", request.method, request.url.path, exc_info=error)
    # The id is how the line of the log is found; no other middleware sees this answer.
    headers = {HEADER: REQUEST_ID.get() or ""}
    return _answer(500, "Something went wrong on the server; it has been logged. Please try again.", headers)


def sentence_of(errors: Sequence[Any]) -> str:
    """Say what is not valid: the first field, and what it should be."""
    first = errors[0]
    where = [str(part) for part in first["loc"] if part not in ("body", "query", "path", "header")]
    message = str(first["msg"]).rstrip(".")
    if first["type"] == "json_invalid":
        return "What was sent is not valid JSON."
    if not where:
        return f"What was sent is not valid: {message[:1].lower()}{message[1:]}."
    return f"“{'.'.join(where)}” is not valid: {message[:1].lower()}{message[1:]}."
