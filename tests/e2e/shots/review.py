"""A review: the queue of lesions, the viewer and its tools."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, named, on_tab, shot, under_review
from tests.e2e.staged import OPEN, Place


@shot
def review(page: Page, place: Place) -> None:
    under_review(page, place)


@shot
def review_selected(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("j")
    page.wait_for_timeout(1500)


@shot
def review_reject(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_timeout(900)


@shot
def review_draw(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("j")
    page.wait_for_timeout(1200)
    page.keyboard.press("e")
    page.wait_for_timeout(900)


@shot
def review_facts(page: Page, place: Place) -> None:
    under_review(page, place)
    at(page, "[role=tab] >> nth=2")


@shot
def review_keys(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("?")
    page.wait_for_timeout(900)


@shot
def review_overlays(page: Page, place: Place) -> None:
    under_review(page, place)
    named(page, "Overlays|叠加图层")


@shot
def review_display(page: Page, place: Place) -> None:
    under_review(page, place)
    named(page, "Display|显示$")


@shot
def review_all_visible(page: Page, place: Place) -> None:
    under_review(page, place)
    at(page, "aside button[aria-haspopup=menu] >> nth=1")


@shot
def review_remarks(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.wait_for_timeout(1500)


@shot
def review_glands(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("Shift+L")
    page.keyboard.press("b")
    page.wait_for_timeout(800)


@shot
def review_key_taken(page: Page, place: Place) -> None:
    under_review(page, place)
    page.keyboard.press("?")
    page.wait_for_timeout(500)
    page.locator("[role=dialog] kbd, [role=dialog] button:has(kbd)").nth(2).click()
    page.keyboard.press("j")
    page.wait_for_timeout(400)


@shot
def import_refused(page: Page, place: Place) -> None:
    on_tab(page, place.slides[OPEN], 2)
    bad = place.product.data_dir / "photo.geojson"
    bad.write_text("no GeoJSON")
    page.locator("aside input[type=file]").set_input_files(str(bad))
    page.wait_for_timeout(1500)
