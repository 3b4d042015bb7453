"""The CSV files of a report, as a spreadsheet reads them."""

import csv
import io
from dataclasses import replace

import pytest

from backend.reports.content import Report, ReportedCase, SlideOfCase
from backend.reports.tables import lesions_csv, summary_csv
from tests.reports.samples import a_lesion, a_report, a_score, preliminary


def lesions(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lesions_csv(report).decode("utf-8-sig"), newline="")))


def summary(report: Report) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(summary_csv(report).decode("utf-8-sig"), newline=""))
    return {row["field"]: row["value"] for row in rows}


def test_every_lesion_is_a_row_with_its_verdict_and_measures() -> None:
    first, second, third, _ = lesions(a_report())
    assert (first["number"], first["lymphocytes"], first["counts_as_focus"]) == ("1", "120", "yes")
    assert (second["borderline_40_to_60"], second["comments"]) == ("yes", "Outline widened.")
    assert (third["verdict"], third["counts_as_focus"], third["reason"]) == ("rejected", "no", "Around a duct only.")
    assert (float(first["centroid_x_level0_px"]), float(first["centroid_y_level0_px"])) == (520, 520)


def test_summary_says_of_each_slide_of_the_case_what_it_contributes() -> None:
    slides = (SlideOfCase("a", 3, 9.1, None, None, True), SlideOfCase("b", 2, 8.4, None, "damaged", False))
    rows = summary(a_report(case=ReportedCase(a_score(3, 9.1, None), slides)))
    assert (rows["case_reviewed_foci"], rows["case_slide: a"]) == ("3", "3 foci in 9.1 mm2, signed")
    assert rows["case_slide: b"] == "left out: damaged"


def test_what_was_not_measured_is_empty_and_never_0() -> None:
    (row,) = lesions(a_report(a_lesion(1, None, "added")))
    assert (row["lymphocytes"], row["confidence_0_to_1"], row["borderline_40_to_60"]) == ("", "", "")


@pytest.mark.parametrize("text", ["=cmd()|A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", "  =1"])
def test_no_comment_is_a_formula(text: str) -> None:
    (row,) = lesions(a_report(a_lesion(1, comments=(text,))))
    assert row["comments"] == f"'{text}"
    assert summary(a_report(slide=replace(a_report().slide, name=text)))["slide"] == f"'{text}"


def test_commas_quotes_lines_and_chinese_survive() -> None:
    text = '张伟: "ring, thick"\nsecond line'
    (row,) = lesions(a_report(a_lesion(1, comments=(text,))))
    assert row["comments"] == text


def test_file_begins_with_a_mark_that_says_utf_8_and_ends_its_lines_as_rfc_4180_says() -> None:
    data = lesions_csv(a_report())
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 5


def test_summary_keeps_the_unrounded_score_and_its_interval() -> None:
    report = a_report(area=4.1, reviewed=a_score(1, 4.1))
    found = summary(report)
    assert float(found["reviewed_focus_score"]) == report.reviewed.focus_score == 4 / 4.1
    assert found["reviewed_meets_focus_score_of_1"] == "no"
    assert float(found["reviewed_focus_score_high_95"]) == pytest.approx(5.44, abs=0.01)


def test_undefined_score_is_empty_with_its_reason() -> None:
    found = summary(a_report(area=None))
    assert found["reviewed_focus_score"] == found["reviewed_meets_focus_score_of_1"] == ""
    assert found["reviewed_focus_score_undefined_because"] == "The glandular area is unknown."


def test_summary_says_what_state_it_is_in_and_that_it_is_for_research() -> None:
    assert summary(a_report())["status"] == "signed"
    assert summary(preliminary(a_report()))["status"] == "preliminary"
    assert "For Research Use Only" in summary(a_report())["notice"]
    assert all("For Research Use Only" in row["notice"] for row in lesions(a_report()))
