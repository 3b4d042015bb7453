"""A check that reached nobody is no check that found nothing."""

import pytest

from tests.attacks.advisories import KNOWN, NONE_KNOWN, NOT_ASKED, page_packages, python_packages, report

CLEAN = {"name": "pillow", "version": "13.0.0", "vulns": []}
HOLED = {"name": "pillow", "version": "9.0.0", "vulns": [{"id": "PYSEC-2022-9"}]}
SKIPPED = {"name": "pillow", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"dependencies": [CLEAN]}, NONE_KNOWN), ({"dependencies": [CLEAN, HOLED]}, KNOWN), (None, NOT_ASKED),
        ({"dependencies": [CLEAN, SKIPPED]}, NOT_ASKED), ({}, NOT_ASKED),
    ],
)  # fmt: skip
def test_python_packages_pass_only_where_each_was_asked_about(said: object, status: int) -> None:
    assert report("Python packages", python_packages(said)) == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"auditReportVersion": 2, "vulnerabilities": {}}, NONE_KNOWN),
        ({"auditReportVersion": 2, "vulnerabilities": {"vite": {"severity": "high"}}}, KNOWN),
        ({"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}}, NOT_ASKED), (None, NOT_ASKED),
    ],
)  # fmt: skip
def test_packages_of_the_page_pass_only_where_npm_was_answered(said: object, status: int) -> None:
    assert report("Packages of the page", page_packages(said)) == status
