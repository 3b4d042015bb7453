"""The panel of all keys, and keys of one's own."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Product
from tests.e2e.drawing import an_analysed_slide, lesion, square

pytestmark = pytest.mark.e2e


@pytest.fixture
def slide_page(page: Page, product: Product) -> Page:
    """The page of a slide with two foci."""
    slide_id = an_analysed_slide(
        product.data_dir, lesion(square(500, 900, 600)), lesion(square(2000, 900, 600)), glands=[]
    )
    page.goto(f"/slides/{slide_id}")
    expect(page.get_by_role("table", name="Lesions")).to_be_visible()
    return page


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Keys")


def confirm(page: Page, number: int) -> Locator:
    return page.get_by_role("button", name=f"Confirm focus {number}")


def test_key_is_changed_unless_it_is_taken_and_outlives_a_reload(slide_page: Page) -> None:
    page = slide_page
    page.keyboard.press("?")
    change = panel(page).get_by_role("button", name="Change the key for “Accept the lesion and go on”")
    change.click()
    page.keyboard.press("j")
    expect(panel(page).get_by_role("status")).to_have_text("J is already used for “Next lesion”.")
    page.keyboard.press("y")
    expect(change).to_have_text("Y")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()

    page.reload()
    expect(confirm(page, 1)).to_have_attribute("title", re.compile(r"\(Y\)$"))
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(confirm(page, 1)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("y")
    expect(confirm(page, 1)).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="Keys", exact=True).click()
    panel(page).get_by_role("button", name="Back to the usual keys").click()
    expect(change).to_have_text("A")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(confirm(page, 2)).to_have_attribute("aria-pressed", "true")


def test_keys_do_nothing_where_one_types_or_behind_the_panel(slide_page: Page) -> None:
    page = slide_page
    page.keyboard.press("j")
    page.get_by_role("textbox", name="Remark on this lesion").press_sequentially("a?u")
    page.get_by_role("button", name="Keys", exact=True).click()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(confirm(page, 1)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("textbox", name="Remark on this lesion")).to_have_value("a?u")
