"""A review by keys alone, through a lost connection, a reload and a second reader."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.core.findings import Lesion
from backend.services import accounts
from tests.e2e.axe import keeps_nobody_out
from tests.e2e.conftest import USER, Product
from tests.factories import a_finished_analysis, a_lesion, a_stored_slide, findings

FOCI = 12


def lesion(number: int) -> Lesion:
    x, y = 100.0 + 300 * (number % 4), 100.0 + 250 * (number // 4)
    ring = [(x, y), (x + 150, y), (x + 150, y + 120), (x, y + 120), (x, y)]
    made = a_lesion(60 + 10 * number)
    return Lesion(str(uuid4()), [ring], made.area_mm2, made.lymphocyte_count, 0.5 + number / 30, True)


@pytest.fixture
def slide_url(product: Product) -> Iterator[str]:
    """A slide with twelve proposed foci in 8 mm² of gland, none of them decided."""
    with product.sessions.begin() as session:
        reader = accounts.named(session, username=USER)
        slide = a_stored_slide(session, product.storage, reader, name="Twelve foci")
        a_finished_analysis(session, slide, findings(*map(lesion, range(FOCI)), glandular_area_mm2=8.0))
        address = f"/slides/{slide.id}"
    yield address


def decided(page: Page, number: int) -> None:
    expect(page.get_by_text(f"{number} of {FOCI} decided")).to_be_visible()


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def at_lesion(page: Page, number: int) -> Locator:
    """Return the row of a lesion if it is the selected one."""
    row = page.locator("tr[aria-selected=true]")
    return row.filter(has=page.get_by_role("button", name=f"Show focus {number}", exact=True))


def opened(page: Page, url: str) -> None:
    page.goto(url)
    decided(page, 0)


@pytest.mark.e2e
def test_twelve_foci_take_at_most_two_key_presses_each(page: Page, slide_url: str) -> None:
    opened(page, slide_url)
    for number in range(1, 7):
        button = page.get_by_role("button", name=f"Confirm focus {number}", exact=True)
        expect(button).to_be_in_viewport(ratio=1)
    pressed = 0
    for key in ("j", *"aaaaaaaaa", *"r2", *"rr", *"r3"):
        page.keyboard.press(key)
        pressed += 1
    decided(page, FOCI)
    assert pressed <= 2 * FOCI
    saved(page)
    expect(page.get_by_role("group", name="Reviewed focus score")).to_contain_text("9 foci ÷ 8.00 mm² × 4")
    expect(page.get_by_role("group", name="Reviewed focus score")).to_contain_text("4.50")
    page.get_by_role("button", name="Interval and area fraction").click()
    expect(page.get_by_role("group", name="Reviewed focus score")).to_contain_text("95 % interval")

    page.reload()
    decided(page, FOCI)
    expect(page.get_by_role("group", name="Reviewed focus score")).to_contain_text("95 % interval")
    for left in (11, 10):
        page.keyboard.press("u")
        decided(page, left)
    page.keyboard.press("Shift+U")
    decided(page, 11)


@pytest.mark.e2e
def test_verdicts_given_without_a_connection_arrive_later_and_in_order(page: Page, slide_url: str) -> None:
    opened(page, slide_url)
    page.context.set_offline(True)
    for key in ("j", "a", "a", "r", "1"):
        page.keyboard.press(key)
    decided(page, 3)
    expect(page.get_by_text("3 not saved yet, trying again")).to_be_visible()
    page.context.set_offline(False)
    saved(page)
    page.reload()
    decided(page, 3)
    expect(page.get_by_role("group", name="Reviewed focus score")).to_contain_text("2 foci ÷")


@pytest.mark.e2e
def test_two_readers_see_each_other_and_overwrite_nothing(page: Page, colleague: Page, slide_url: str) -> None:
    opened(page, slide_url)
    opened(colleague, slide_url)
    expect(colleague.get_by_text("Reader has this review open, too")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Confirm focus 1", exact=True).click()
    rejects = colleague.get_by_role("button", name="Reject focus 1", exact=True)
    for answer, pressed, then_at in (("Leave it", "false", 1), ("Go on together", "true", 2)):
        rejects.click()
        colleague.get_by_role("button", name="Plasma cells").click()
        asked = colleague.get_by_role("dialog", name="Reader is at this review already")
        expect(asked).to_be_visible()
        expect(at_lesion(colleague, 1)).to_be_visible()
        keeps_nobody_out(colleague)
        asked.get_by_role("button", name=answer).click()
        expect(rejects).to_have_attribute("aria-pressed", pressed)
        expect(at_lesion(colleague, then_at)).to_be_visible()
    saved(colleague)

    page.context.set_offline(False)
    dialog = page.get_by_role("dialog", name="Somebody else changed this first")
    expect(dialog).to_contain_text("1: confirmed")
    expect(dialog).to_contain_text("1: rejected")
    keeps_nobody_out(page)
    dialog.get_by_role("button", name="Keep what holds now").click()
    expect(page.get_by_role("button", name="Reject focus 1", exact=True)).to_have_attribute("aria-pressed", "true")
    saved(page)


@pytest.mark.e2e
def test_all_visible_are_confirmed_in_one_step_and_the_dimmed_are_not(page: Page, slide_url: str) -> None:
    opened(page, slide_url)
    slider = page.get_by_role("slider", name="Dim undecided lesions below this confidence")
    slider.focus()
    for _ in range(14):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="All visible (6)").click()
    page.get_by_role("menuitem", name="Confirm all 6 undecided lesions").click()
    decided(page, 6)
    page.get_by_role("button", name="Undo").click()
    decided(page, 0)


@pytest.mark.e2e
def test_remark_stays_with_its_lesion(page: Page, slide_url: str) -> None:
    opened(page, slide_url)
    page.keyboard.press("j")
    page.get_by_role("textbox", name="Remark on this lesion").fill("Beside a dilated duct.")
    page.get_by_role("button", name="Add", exact=True).click()
    saved(page)
    page.reload()
    decided(page, 0)
    page.keyboard.press("j")
    expect(page.get_by_text("Beside a dilated duct.")).to_be_visible()
