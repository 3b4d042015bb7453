"""A report as the file that a reader downloads."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from fastapi import Response

from backend.reports.archive import archive
from backend.reports.content import Report
from backend.reports.fhir import bundle
from backend.reports.geojson import write_geojson
from backend.reports.tables import lesions_csv
from backend.reports.wording import Language

Format = Literal["pdf", "csv", "geojson", "fhir", "zip"]
MEDIA: dict[Format, tuple[str, str]] = {
    "pdf": ("application/pdf", "pdf"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "geojson": ("application/geo+json", "geojson"),
    "fhir": ("application/fhir+json", "json"),
    "zip": ("application/zip", "zip"),
}
IN_WORDS = "pdf", "csv", "geojson"
"""What is written in one language."""

FILE: dict[int | str, dict[str, Any]] = {200: {"content": {kind: {} for kind, _ in MEDIA.values()}}}

Pdfs = Callable[[], Mapping[Language, bytes]]


def file_of(report: Report, format: Format, language: Language, pdfs: Pdfs) -> Response:
    """Return a report in one format; `pdfs` are asked for only where they are wanted."""
    media_type, suffix = MEDIA[format]
    version = f"-version-{report.signature.version}" if report.signature else ""
    spoken = f"-{language}" if format in IN_WORDS else ""
    name = f'attachment; filename="focusscope-{report.analysis_id}{version}{spoken}.{suffix}"'
    data = _data(report, format, language, pdfs)
    return Response(data, media_type=media_type, headers={"Content-Disposition": name})


def _data(report: Report, format: Format, language: Language, pdfs: Pdfs) -> bytes:
    if format == "pdf":
        return pdfs()[language]
    if format == "zip":
        return archive(report, pdfs())
    if format == "csv":
        return lesions_csv(report, language)
    return write_geojson(report, language) if format == "geojson" else bundle(report)
