"""Real slides, from the file chooser to what the worklist says of them."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_whole_path import INSPECTION_MS
from tests.e2e.worklist import choose_files, row
from tests.realdata import real_slide

EXPECTED = {
    "CMU-1-Small-Region.svs": "Ready to analyse",
    "tcga-cr-7395-01a-01-ts1.svs": "Pixel size unknown",
    "fluorescence.ndpi": "fluorescence",
    "multiframe_camelyon_challenge_image.dcm": "too coarse to analyse",
    "multi_frame_jpeg2000_camelyon_challenge_image.dcm": "too coarse to analyse",
}


@pytest.mark.e2e
def test_every_real_slide_is_uploaded_shown_and_judged(page: Page) -> None:
    choose_files(page, *map(real_slide, EXPECTED))
    for name, said in EXPECTED.items():
        expect(row(page, name.rsplit(".", 1)[0])).to_contain_text(said, timeout=INSPECTION_MS)
    page.get_by_role("link", name="CMU-1-Small-Region").first.click()
    for fact in ("Out of focus", "0 % of the tissue", "Pen", "% of the slide"):
        expect(page.get_by_text(fact).first).to_be_visible()


@pytest.mark.e2e
def test_slide_that_cannot_be_analysed_can_be_viewed_and_says_why(page: Page) -> None:
    choose_files(page, real_slide("fluorescence.ndpi"))
    expect(row(page, "fluorescence").first).to_contain_text("View only", timeout=INSPECTION_MS)
    page.get_by_role("link", name="fluorescence").first.click()
    expect(page.get_by_text("only bright-field H&E can be analysed")).to_be_visible()
    expect(page.locator("canvas").first).to_be_visible()
