"""Logs: one JSON object a line, in which nothing can name a patient.

What is written is chosen, not filtered: the message, whose gaps hold ids, the fields of `FIELDS`, and of an exception
where it was raised and its type. The words of an exception stay out, because a library may put into them what it
read: a file's name, a row of the database, a tag of the slide. So do loggers that speak of what is in files.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from re import compile as pattern
from types import TracebackType
from typing import Any
from uuid import uuid4

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Which request is being answered; messages carry it on to the workers."""

FIELDS = ("method", "route", "status", "ms")
_OUR_ID = pattern(r"[0-9A-Za-z-]{8,64}")
_SPEAK_OF_FILES = ("tifffile", "pydicom", "PIL", "pyvips", "py.warnings", "fontTools")
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def request_id(told: str | None) -> str:
    """Return the id of a request: the one that a proxy gave it, if it looks like one, or a new one."""
    return told if told and _OUR_ID.fullmatch(told) else uuid4().hex


def configure(level: str = "INFO") -> None:
    """Write the logs of this process to its standard error from now on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("backend", "celery", "alembic"):
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    for name in _SPEAK_OF_FILES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class JsonLines(logging.Formatter):
    """Formats a record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        raised = record.exc_info if record.exc_info and record.exc_info[0] else None
        theirs = raised and not record.name.startswith("backend")  # their messages repeat the exception's words
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": f"fault in {record.name}" if theirs else record.getMessage(),
            "process": record.process,
        }
        if told := REQUEST_ID.get():
            line["request_id"] = told
        line |= {name: vars(record)[name] for name in FIELDS if name in vars(record)}
        if raised:
            line |= _about(raised)
        return json.dumps(line, ensure_ascii=False, default=str)


def _about(raised: _Raised) -> dict[str, Any]:
    kind, error, trace = raised
    assert kind and error  # noqa: S101 - for the type checker
    frames = traceback.extract_tb(trace)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": f"{kind.__module__}.{kind.__qualname__}", "code": _code_of(error), "where": where}


def _code_of(error: BaseException) -> str | None:
    """Return what the system or the database calls the error."""
    if isinstance(error, OSError):
        return error.strerror
    original = getattr(error, "orig", error)  # of SQLAlchemy's
    return getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
