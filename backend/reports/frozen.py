"""A report as JSON that never changes, with a hash that tells whether it has."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from backend.reports.content import Report

Content = dict[str, Any]

_REPORT = TypeAdapter(Report)


def freeze(report: Report) -> tuple[Content, Report]:
    """Return all that a report holds as JSON values, and the report with their hash."""
    content = _REPORT.dump_python(report, mode="json", exclude={"content_sha256"}, warnings=False)
    return content, replace(report, content_sha256=hash_of(content))


def thaw(content: Content) -> Report:
    """Return the report that was frozen."""
    return _REPORT.validate_python({**content, "content_sha256": hash_of(content)})


def hash_of(content: Content) -> str:
    """Return the SHA-256 of frozen content: of its JSON with sorted keys, as UTF-8, without spaces."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).hexdigest()
