"""From a drop on the worklist to a reviewed focus score that stays."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.worklist import choose_files, row

INSPECTION_MS = 180_000
ANALYSIS_MS = 10 * 60_000


def lay_over(page: Page, title: str) -> None:
    """Choose a map, and see its tiles arrive and its legend appear without moving the slide."""
    page.get_by_role("button", name="Overlays").click()
    with page.expect_response(lambda answer: "/maps/" in answer.url and answer.url.endswith(".png")) as tile:
        page.get_by_role("checkbox", name=title).check()
    assert (tile.value.status, tile.value.headers["content-type"]) == (200, "image/png")
    expect(page.get_by_role("group", name=f"Legend: {title}")).to_be_visible()
    page.keyboard.press("Escape")


@pytest.mark.e2e
def test_slide_goes_from_upload_to_a_reviewed_score_that_survives_a_reload(page: Page, phantom: Path) -> None:
    choose_files(page, phantom)
    expect(row(page, "Phantom gland")).to_contain_text("Ready to analyse", timeout=INSPECTION_MS)

    page.get_by_role("button", name="Analyse Phantom gland").click()
    page.get_by_role("link", name="Phantom gland").click()
    expect(page.get_by_text(re.compile(r"^0 of \d+ decided$"))).to_be_visible(timeout=ANALYSIS_MS)
    reviewed = page.get_by_role("group", name="Reviewed focus score")
    expect(reviewed).to_contain_text("No focus has been decided yet.")

    page.get_by_role("button", name=re.compile("^Confirm focus")).first.click()
    expect(reviewed).to_contain_text("1 focus ÷")
    expect(page.get_by_text(re.compile(r"^1 of \d+ decided$"))).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    score = reviewed.inner_text()

    lay_over(page, "Probability of lesion")
    lay_over(page, "ROI classes")

    page.reload()
    expect(reviewed).to_have_text(re.compile("1 focus ÷"))
    assert reviewed.inner_text() == score
