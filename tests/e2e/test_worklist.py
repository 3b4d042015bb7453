"""Many slides: found, put into cases, analysed at once, and gone through by keys."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.db.base import utc_now
from backend.db.tables import Slide, User
from tests.e2e.axe import barriers
from tests.e2e.conftest import USER, Product
from tests.e2e.worklist import row
from tests.factories import a_case, a_finished_analysis, a_lesion, a_slide, a_stored_slide, findings

pytestmark = pytest.mark.e2e

Fill = Callable[[Callable[[Session, User], Any]], None]


@pytest.fixture
def fill(product: Product) -> Fill:
    """Write rows as the server would, before the page asks for them."""

    def write(rows: Callable[[Session, User], Any]) -> None:
        with product.sessions.begin() as session:
            rows(session, session.scalars(select(User).where(User.username == USER)).one())

    return write


def two_levels(session: Session, user: User, name: str) -> None:
    """3 foci in 9.1 mm², and 2 in 8.4."""
    for level, foci, area in ((1, 3, 9.1), (2, 2, 8.4)):
        slide = a_slide(session, user, name=f"{name} level {level}")
        a_finished_analysis(session, slide, findings(*[a_lesion() for _ in range(foci)], glandular_area_mm2=area))


def search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    box.fill(text)
    expect(page).to_have_url(re.compile("search="))


def names(page: Page) -> Locator:
    return page.locator("[data-opens-row]")


def test_two_slides_become_a_case_with_their_summed_score(page: Page, fill: Fill) -> None:
    fill(lambda session, user: two_levels(session, user, "Sum"))
    page.goto("/?search=Sum level&sort=name")
    expect(names(page)).to_have_text(["Sum level 1", "Sum level 2"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.get_by_role("status").filter(has_text="chosen")).to_have_text("2 slides chosen")

    page.get_by_role("button", name="Put into a case…").click()
    dialog = page.get_by_role("dialog", name="Put into a case")
    expect(dialog).to_contain_text("A pseudonym, no name or record number.")
    dialog.get_by_role("textbox", name="Pseudonym").fill("SG-1001")
    dialog.get_by_role("button", name="Create case").click()

    case = page.get_by_role("row").filter(has=page.get_by_role("link", name="SG-1001"))
    expect(case).to_contain_text("(3 + 2) foci ÷ (9.10 + 8.40) mm² × 4 = 1.14")
    expect(names(page)).to_have_text(["SG-1001", "Sum level 1", "Sum level 2"])
    case.get_by_role("button", name="Fold SG-1001").click()
    expect(names(page)).to_have_text(["SG-1001"])


def test_case_has_a_page_where_it_is_assigned_and_read_blind_first(page: Page, fill: Fill) -> None:
    fill(lambda session, user: two_levels(session, user, "Blind"))
    page.goto("/?search=Blind level")
    page.get_by_role("checkbox", name="Choose all on this page").check()
    page.get_by_role("button", name="Put into a case…").click()
    page.get_by_role("textbox", name="Pseudonym").fill("SG-1002")
    page.get_by_role("button", name="Create case").click()
    page.get_by_role("link", name="SG-1002").click()

    predicted = page.get_by_role("group", name="Predicted focus score of the case")
    expect(predicted).to_contain_text("1.14")
    expect(predicted).to_contain_text("95 % interval 0.37–2.67")
    page.get_by_role("combobox", name="Assigned reader").click()
    page.get_by_role("option", name="Reader", exact=True).click()
    page.get_by_role("switch", name="Read blind first").click()
    expect(predicted).to_contain_text("Blind level 1: Shown once you have recorded what you see yourself.")
    assert barriers(page) == []

    page.goto("/?search=SG-1002&mine=1")
    expect(page.get_by_text("for Reader")).to_be_visible()
    expect(page.get_by_role("row", name="Choose Blind level 1")).to_contain_text("To read blind first")
    page.goto("/?search=SG-1002&score=meets")
    expect(page.get_by_text("No slide fits this search")).to_be_visible()


def test_damaged_level_is_left_out_of_the_sum_with_a_reason_and_counted_again(page: Page, fill: Fill) -> None:
    def case(session: Session, user: User) -> None:
        two_levels(session, user, "Torn")
        a_case(session, user, *session.scalars(select(Slide).where(Slide.name.startswith("Torn"))), pseudonym="SG-1013")

    fill(case)
    page.goto("/?search=SG-1013")
    page.get_by_role("link", name="SG-1013").click()
    predicted = page.get_by_role("group", name="Predicted focus score of the case")
    expect(predicted).to_contain_text("(3 + 2) foci ÷ (9.10 + 8.40) mm² × 4 = 1.14")
    page.get_by_role("button", name="Leave Torn level 2 out of the sum").click()
    dialog = page.get_by_role("dialog", name="Leave “Torn level 2” out of the sum")
    expect(dialog.get_by_role("button", name="Leave out")).to_be_disabled()
    assert barriers(page) == []
    dialog.get_by_text("Section damaged or lost").click()
    dialog.get_by_role("button", name="Leave out").click()

    expect(predicted).to_contain_text("(3) foci ÷ (9.10) mm² × 4 = 1.32")
    expect(page.get_by_text("Torn level 2 is left out: Section damaged or lost (Reader)")).to_be_visible()
    expect(row(page, "Torn level 2")).to_contain_text("Left out of the sum: Section damaged or lost")
    assert barriers(page) == []
    page.goto("/?search=SG-1013")
    expect(page.get_by_text("2 slides · 1 left out")).to_be_visible()
    page.get_by_role("link", name="SG-1013").click()
    page.get_by_role("button", name="Count Torn level 2 in the sum again").click()
    expect(predicted).to_contain_text("= 1.14")


def test_slide_is_taken_out_and_the_empty_case_is_deleted(page: Page, fill: Fill) -> None:
    fill(lambda session, user: a_slide(session, user, name="Only level"))
    page.goto("/?search=Only level")
    page.get_by_role("checkbox", name="Choose Only level").check()
    page.get_by_role("button", name="Put into a case…").click()
    page.get_by_role("textbox", name="Pseudonym").fill("SG-1003")
    page.get_by_role("button", name="Create case").click()
    page.get_by_role("link", name="SG-1003").click()
    page.get_by_role("button", name="Take Only level out of the case").click()
    expect(page.get_by_text("This case has no slides")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()


def test_many_are_analysed_at_once_and_those_that_cannot_be_say_why(page: Page, fill: Fill, product: Product) -> None:
    def rows(session: Session, user: User) -> None:
        for number in (1, 2):
            a_stored_slide(session, product.storage, user, name=f"Batch {number}")
        a_slide(session, user, name="Batch unmeasured", mpp_x=None, mpp_y=None, mpp_source=None)

    fill(rows)
    page.goto("/?search=Batch&sort=name")
    expect(row(page, "Batch 1")).to_contain_text("Ready to analyse")
    page.get_by_role("checkbox", name="Choose all on this page").check()
    page.get_by_role("region", name="Chosen slides").get_by_role("button", name="Analyse").click()
    refused = page.get_by_role("dialog", name="1 slide was not queued")
    expect(refused).to_contain_text("Batch unmeasured")
    expect(refused).to_contain_text("pixel size")
    page.keyboard.press("Escape")
    expect(refused).to_be_hidden()
    page.get_by_role("button", name="Choose none").click(trial=True)  # no message lies over it
    for number in (1, 2):
        expect(row(page, f"Batch {number}")).not_to_contain_text("Ready to analyse")


def test_filter_and_order_live_in_the_address_and_back_finds_them(page: Page, fill: Fill) -> None:
    def rows(session: Session, user: User) -> None:
        for name, area in (("low", 8.0), ("high", 2.0)):
            found = findings(a_lesion(), glandular_area_mm2=area)
            a_finished_analysis(session, a_slide(session, user, name=f"Order {name}"), found)
        a_slide(session, user, name="Order none")

    fill(rows)
    search(page, "Order")
    expect(names(page)).to_have_count(3)
    page.get_by_role("button", name="Focus score").click()
    expect(names(page)).to_have_text(["Order high", "Order low", "Order none"])
    expect(page.get_by_role("columnheader", name="Focus score")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Focus score").click()
    expect(names(page)).to_have_text(["Order low", "Order high", "Order none"])

    page.get_by_role("combobox", name="Focus score").click()
    page.get_by_role("option", name="1 or more").click()
    expect(names(page)).to_have_text(["Order high"])
    page.get_by_role("link", name="Order high").click()
    expect(page).to_have_url(re.compile("/slides/"))
    page.go_back()
    expect(names(page)).to_have_text(["Order high"])
    page.go_back()
    expect(names(page)).to_have_text(["Order low", "Order high", "Order none"])
    expect(page.get_by_role("searchbox")).to_have_value("Order")


def test_status_filter_shows_only_what_stands_there(page: Page, fill: Fill) -> None:
    def rows(session: Session, user: User) -> None:
        a_finished_analysis(session, a_slide(session, user, name="State analysed"))
        a_slide(session, user, name="State new")

    fill(rows)
    page.goto("/?search=State")
    expect(names(page)).to_have_count(2)
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="To review").click()
    expect(names(page)).to_have_text(["State analysed"])


def test_hundreds_of_slides_are_gone_through_by_pages(page: Page, fill: Fill) -> None:
    def rows(session: Session, user: User) -> None:
        for number in range(120):
            at = utc_now() - timedelta(minutes=number)
            a_slide(session, user, name=f"Page {number:03}", uploaded_at=at)

    fill(rows)
    page.goto("/?search=Page 0&sort=name")
    expect(page.get_by_text("100 slides")).to_be_visible()
    expect(names(page)).to_have_count(50)
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(names(page).first).to_have_text("Page 050")
    expect(page).to_have_url(re.compile("page=2"))
    page.go_back()
    expect(names(page).first).to_have_text("Page 000")
