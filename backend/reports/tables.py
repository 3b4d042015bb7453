"""The lesions and the summary of a report as CSV: RFC 4180 with a byte order mark, so that Excel reads the UTF-8."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from backend.core.findings import RESEARCH_USE_ONLY
from backend.core.focus_score import BORDERLINE_LYMPHOCYTES
from backend.core.geometry import polygon_of
from backend.reports.content import Report, ReportedLesion, ReportedScore, SlideOfCase, in_utc
from backend.reports.phrases import Phrases
from backend.reports.sections import Sections
from backend.reports.wording import Language

_LESION_COLUMNS = (
    "number", "id", "verdict", "counts_as_focus", "lymphocytes", "borderline_40_to_60", "area_mm2", "confidence_0_to_1",
    "centroid_x_level0_px", "centroid_y_level0_px", "reason", "comments", "notice",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell; the last four are their full-width forms."""


def lesions_csv(report: Report, language: Language = "en") -> bytes:
    """Write one row for each lesion, rejected ones too. What is not known is empty."""
    said = Phrases(language)
    return csv_of(_LESION_COLUMNS, (_lesion(one, said) for one in report.lesions))


def summary_csv(report: Report) -> bytes:
    """Write one row for each fact: field, value and unit. What is not known, or not stated, is empty."""
    return csv_of(("field", "value", "unit"), _facts(report))


def _lesion(lesion: ReportedLesion, said: Phrases) -> tuple[Any, ...]:
    count = lesion.lymphocyte_count
    centre = polygon_of(lesion.polygon).centroid
    return (
        lesion.number, lesion.id, lesion.verdict, lesion.counts_as_focus, count,
        None if count is None else count in BORDERLINE_LYMPHOCYTES, lesion.area_mm2, lesion.confidence,
        round(centre.x, 2), round(centre.y, 2), lesion.reason and said.rejection(lesion.reason),
        "\n".join(lesion.comments), RESEARCH_USE_ONLY,
    )  # fmt: skip


def _facts(report: Report) -> Iterable[tuple[Any, ...]]:
    yield "notice", RESEARCH_USE_ONLY, None
    signature = report.signature
    yield "status", "signed" if signature else "preliminary", None
    if signature:
        yield "signed_by", signature.signed_by, None
        yield "signed_at", in_utc(signature.signed_at).isoformat(), "UTC"
        yield "signature_version", signature.version, None
        yield "amendment_reason", signature.reason, None
    slide = report.slide
    yield from (
        ("slide", slide.name, None), ("case", slide.case, None), ("slide_id", slide.id, None),
        ("slide_sha256", slide.sha256, None), ("slide_vendor", slide.vendor, None),
        ("slide_width", slide.size[0], "px"), ("slide_height", slide.size[1], "px"),
        ("mpp_x", slide.mpp and slide.mpp[0], "um/px"), ("mpp_y", slide.mpp and slide.mpp[1], "um/px"),
    )  # fmt: skip
    yield from _score("reviewed", report.reviewed)
    yield from _score("predicted", report.predicted)
    if report.case:
        yield from _score("case_reviewed", report.case.reviewed)
        yield from ((f"case_slide: {one.name}", contribution_of(one), None) for one in report.case.slides)
    yield from ((name, value, None) for name, value in report.fields.as_dict().items())
    for blind in report.blind_reads:
        yield "blind_read_pattern", blind.pattern, None
        yield "blind_read_focus_score", blind.estimated_focus_score, "foci/4 mm2"
        yield "blind_read_by", blind.reader, None
        yield "blind_read_at", in_utc(blind.recorded_at).isoformat(), "UTC"
    for changed in Sections(report, "en").changes():
        yield f"changed: {changed[0]}", f"{changed[1]} → {changed[2]}", None
    yield from (
        ("review_id", report.review_id, None), ("analysis_id", report.analysis_id, None),
        ("analysed_at", in_utc(report.analysed_at).isoformat(), "UTC"),
        ("content_sha256", report.content_sha256, None), ("software", report.software, None),
    )  # fmt: skip
    for one in report.networks:
        yield f"network_{one.name}", f"{one.preset}, {one.weights}, trained on {one.trained_on}", None
        yield f"network_{one.name}_sha256", one.sha256, None
    yield from (("warning", sentence, None) for sentence in report.warnings)


def contribution_of(slide: SlideOfCase) -> str:
    """Say in English what a slide contributes to the sum of its case, or why nothing."""
    if slide.left_out is not None:
        return f"left out: {slide.left_out}"
    if slide.foci is None:
        return slide.reason or ""
    return f"{slide.foci} foci in {slide.glandular_area_mm2:g} mm2, {'signed' if slide.signed else 'not signed'}"


def _score(which: str, score: ReportedScore) -> Iterable[tuple[Any, ...]]:
    yield f"{which}_foci", score.foci, "foci"
    yield f"{which}_glandular_area", score.glandular_area_mm2, "mm2"
    yield f"{which}_focus_score", score.focus_score, "foci/4 mm2"
    yield f"{which}_focus_score_low_95", score.low, "foci/4 mm2"
    yield f"{which}_focus_score_high_95", score.high, "foci/4 mm2"
    yield f"{which}_focus_score_undefined_because", score.reason, None
    yield f"{which}_meets_focus_score_of_1", score.meets_criterion, None
    yield f"{which}_area_fraction", score.area_fraction, "mm2/mm2"


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a table; what is not known is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def _cell(value: Any) -> Any:
    """Write unknown as nothing, truth as yes or no, and text so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
