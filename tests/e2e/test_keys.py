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
    slide_id = an_analysed_slide(product, lesion(square(500, 900, 600)), lesion(square(2000, 900, 600)), glands=[])
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
    page.wait_for_function("document.activeElement?.closest('[aria-modal=true]')")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(confirm(page, 1)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("textbox", name="Remark on this lesion")).to_have_value("a?u")


def test_keys_go_on_with_the_lesion_that_a_button_decided(slide_page: Page) -> None:
    page = slide_page
    page.keyboard.press("j")
    confirm(page, 2).click()
    page.keyboard.press("r")
    page.get_by_role("dialog", name="Reject focus 2").get_by_role("button", name="Plasma cells").click()
    expect(page.get_by_role("button", name="Reject focus 2")).to_have_attribute("aria-pressed", "true")
    expect(confirm(page, 1)).to_have_attribute("aria-pressed", "false")


def test_one_key_of_an_action_is_changed_and_the_other_stays(slide_page: Page) -> None:
    page = slide_page
    page.keyboard.press("?")
    panel(page).get_by_role("button", name="Change the key for “Undo”").click()
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("j")
    for key in ("y", "Control+z"):
        page.keyboard.press("a")
        expect(confirm(page, 1)).to_have_attribute("aria-pressed", "true")
        page.keyboard.press(key)
        expect(confirm(page, 1)).to_have_attribute("aria-pressed", "false")
        page.get_by_role("button", name="Show focus 1", exact=True).click()


def test_letters_decide_nothing_while_one_answers_the_report(slide_page: Page) -> None:
    page = slide_page
    page.keyboard.press("j")
    page.get_by_role("tab", name="Report and sign-off").click()
    page.get_by_role("group", name="Atrophy").get_by_role("radio").first.focus()
    page.keyboard.press("a")
    page.get_by_role("tab", name="Review", exact=True).click()
    expect(confirm(page, 1)).to_have_attribute("aria-pressed", "false")


def test_worklist_tells_its_keys(page: Page) -> None:
    page.keyboard.press("?")
    own = panel(page).get_by_role("region", name="Worklist")
    expect(own).to_contain_text("Search by name/")
    expect(own).to_contain_text("Choose the slide or caseX")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_chosen_lesion_and_the_next_stay_in_view_on_a_low_screen_with_a_brush_in_hand(
    page: Page, product: Product
) -> None:
    lesions = [lesion(square(200 + 600 * number, 900, 300)) for number in range(6)]
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"/slides/{an_analysed_slide(product, *lesions, glands=[])}")
    expect(page.get_by_role("table", name="Lesions")).to_be_visible()
    page.keyboard.press("b")
    for number in (1, 2, 3):
        page.keyboard.press("j")
        expect(page.get_by_role("row", selected=True)).to_contain_text(str(number))
        for shown in (number, number + 1):
            expect(confirm(page, shown)).to_be_in_viewport(ratio=1)
