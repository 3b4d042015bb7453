"""Two slides side by side."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import keeps_nobody_out
from tests.e2e.conftest import Product
from tests.e2e.drawing import an_analysed_slide, lesion, square, stands_still

pytestmark = pytest.mark.e2e


def magnification(page: Page, side: int) -> Locator:
    return page.locator("[aria-live=off]").nth(side)


def open_pair(page: Page, product: Product) -> None:
    fine = an_analysed_slide(product, lesion(square(500, 900, 600)), glands=[], mpp=0.25)
    coarse = an_analysed_slide(product, lesion(square(500, 900, 600)), glands=[], mpp=0.5, size=(2000, 1500))
    page.goto(f"/compare/{fine}/{coarse}")
    expect(magnification(page, 1)).not_to_have_text("")
    stands_still(page)


def zoom(page: Page, side: int) -> None:
    page.get_by_role("button", name="Zoom in").nth(side).click()
    stands_still(page)


def test_slides_show_the_same_magnification_until_they_are_unlocked_and_again_once_aligned(
    page: Page, product: Product
) -> None:
    open_pair(page, product)
    expect(magnification(page, 1)).to_have_text(magnification(page, 0).inner_text())
    keeps_nobody_out(page)

    before = magnification(page, 1).inner_text()
    zoom(page, 0)
    expect(magnification(page, 1)).not_to_have_text(before)
    expect(magnification(page, 1)).to_have_text(magnification(page, 0).inner_text())
    zoom(page, 1)
    expect(magnification(page, 0)).to_have_text(magnification(page, 1).inner_text())

    page.get_by_role("switch", name="Move together").click()
    held = magnification(page, 1).inner_text()
    zoom(page, 0)
    expect(magnification(page, 1)).to_have_text(held)

    page.get_by_role("switch", name="Move together").click()
    page.get_by_role("button", name="Align again").click()
    expect(magnification(page, 1)).to_have_text(magnification(page, 0).inner_text())


def test_slides_turn_together_and_keys_move_the_one_at_hand(page: Page, product: Product) -> None:
    open_pair(page, product)
    page.get_by_role("application", name="Slide").nth(1).click(position={"x": 200, "y": 400})
    page.keyboard.press(".")
    expect(page.get_by_role("button", name=re.compile("Turned by 15°"))).to_have_count(2)


def test_another_slide_is_chosen_from_the_menu_of_one(page: Page, product: Product) -> None:
    one, other = (an_analysed_slide(product, lesion(square(500, 900, 600)), glands=[]) for _ in range(2))
    page.goto(f"/slides/{one}")
    page.get_by_role("button", name="More about Drawn on").click()
    page.get_by_role("menuitem", name="Compare with…").click()
    page.get_by_role("dialog").locator(f"a[href='/compare/{one}/{other}']").click()
    expect(page.get_by_role("application", name="Slide")).to_have_count(2)
    page.get_by_role("link", name="Back to the left slide").click()
    expect(page.get_by_role("table", name="Lesions")).to_be_visible()


def test_slide_that_does_not_exist_is_said_to_be_missing(page: Page, product: Product) -> None:
    there = an_analysed_slide(product, lesion(square(500, 900, 600)), glands=[])
    for missing in (str(uuid4()), "nonsense"):
        page.goto(f"/compare/{there}/{missing}")
        expect(page.get_by_text("There is no such slide")).to_be_visible()
        expect(page.get_by_role("link", name="To the worklist", exact=True)).to_be_visible()
