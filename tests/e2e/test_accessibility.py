"""Readers who use a keyboard or a screen reader, or who want it dark, are kept out nowhere."""

from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from backend.db.tables import User
from tests.e2e.axe import barriers, keeps_nobody_out
from tests.e2e.conftest import USER, Product
from tests.e2e.signing import REQUIRED
from tests.factories import PASSWORD, a_finished_analysis, a_stored_slide

pytestmark = pytest.mark.e2e

Scheme = Literal["light", "dark"]
SEEN = """() => {
    const marked = (one) => {
        const style = getComputedStyle(one);
        const text = one.matches("input:not([type=radio]), textarea");
        return text || style.outlineStyle !== "none" || style.boxShadow !== "none";
    };
    const one = document.activeElement;
    return one === document.body || marked(one) || marked(one.parentElement);
}"""
"""Whether the focus is marked on what has it, or on the label about it; text fields change their border."""

in_both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="module")
def slide(product: Product) -> str:
    """The address of a slide whose analysis waits for a review."""
    return new_slide(product, "Gland to review")


def new_slide(product: Product, name: str) -> str:
    with product.sessions.begin() as session:
        reader = session.scalars(select(User).where(User.username == USER)).one()
        slide = a_stored_slide(session, product.storage, reader, name=name)
        a_finished_analysis(session, slide)
        address = f"/slides/{slide.id}"
    return address


def show(page: Page, scheme: Scheme) -> None:
    """Prefer a colour scheme and stillness, as the reader's system does, and see the page follow."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)


@in_both_schemes
def test_sign_in_keeps_nobody_out(stranger: Page, scheme: Scheme) -> None:
    stranger.goto("/sign-in")
    expect(stranger.get_by_role("textbox", name="User name")).to_be_focused()
    show(stranger, scheme)
    assert barriers(stranger) == []


@in_both_schemes
def test_worklist_its_menus_and_dialogs_keep_nobody_out(page: Page, slide: str, scheme: Scheme) -> None:
    expect(page.get_by_role("link", name="Gland to review")).to_be_visible()
    show(page, scheme)
    assert barriers(page) == []

    page.get_by_role("button", name="Account of").click()
    expect(page.get_by_role("menuitemradio", name="System")).to_be_checked()
    assert barriers(page) == []
    page.keyboard.press("Escape")

    page.get_by_role("button", name="More about Gland to review").click()
    delete = page.get_by_role("menuitem", name="Delete…")
    expect(delete).to_be_visible()
    assert barriers(page) == []

    delete.click()
    expect(page.get_by_role("dialog", name="Delete this slide?")).to_be_visible()
    assert barriers(page) == []


@in_both_schemes
def test_slide_page_keeps_nobody_out_before_and_after_a_verdict(page: Page, slide: str, scheme: Scheme) -> None:
    page.goto(slide)
    show(page, scheme)
    expect(page.get_by_role("table", name="Lesions")).to_be_visible()
    assert barriers(page) == []

    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    assert barriers(page) == []

    page.get_by_role("tab", name="Analysis and slide").click()
    expect(page.get_by_text("Software")).to_be_visible()
    assert barriers(page) == []


def test_dialogs_keep_nobody_out(page: Page, slide: str) -> None:
    for item in ("Compare with…", "Rename…"):
        page.get_by_role("button", name="More about Gland to review").click()
        page.get_by_role("menuitem", name=item).click()
        dialog_keeps_nobody_out(page)
    page.get_by_role("row", name="Gland to review").get_by_role("checkbox").check()
    for button in ("Put into a case…", "Assign…"):
        page.get_by_role("button", name=button).click()
        dialog_keeps_nobody_out(page)

    page.goto(slide)
    expect(page.get_by_role("table", name="Lesions")).to_be_visible()
    for keys in (("?",), ("j", "r")):
        for key in keys:
            page.keyboard.press(key)
        dialog_keeps_nobody_out(page)
    for button in ("Overlays", "Display"):
        page.get_by_role("button", name=button).click()
        dialog_keeps_nobody_out(page)
    page.get_by_role("tab", name="Report and sign-off").click()
    page.get_by_role("button", name="Sign…").click()
    dialog_keeps_nobody_out(page)


def dialog_keeps_nobody_out(page: Page) -> None:
    """See that the dialog on screen keeps nobody out, and close it."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    keeps_nobody_out(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_review_is_signed_by_keyboard_alone(stranger: Page, product: Product) -> None:
    page = stranger
    page.goto(new_slide(product, "By keyboard"))
    expect(page.get_by_role("textbox", name="User name")).to_be_focused()
    page.keyboard.type(USER)
    tab_to(page, page.get_by_role("textbox", name="Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("table", name="Lesions")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Skip the slide, to the findings"))
    page.keyboard.press("Enter")
    confirm = page.get_by_role("button", name="Confirm focus 1")
    tab_to(page, confirm)
    page.keyboard.press("Enter")
    expect(confirm).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Reject focus 1")
    expect(dialog).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(confirm).to_be_focused()
    for key in ("j", "a", "r", "1"):  # accepts the second, rejects the third
        page.keyboard.press(key)
    expect(page.get_by_text("3 of 3 decided")).to_be_visible()

    tab_to(page, page.get_by_role("tab", name="Review", exact=True), "Shift+Tab")
    page.keyboard.press("ArrowRight")
    for field, steps in REQUIRED:
        tab_to(page, page.get_by_role("group", name=field).get_by_role("radio").first)
        page.keyboard.press("Space")
        for _ in range(steps):
            page.keyboard.press("ArrowRight")
    sign_off = page.get_by_role("button", name="Sign…")
    expect(page.get_by_text("Everything is answered.")).to_be_visible()
    expect(sign_off).to_be_enabled()  # everything is saved
    tab_to(page, sign_off)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the page itself scrolls"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Password")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sign_off).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Signed by Reader on")).to_be_visible()


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Move the focus as far as a control, and see where it is at each step."""
    for _ in range(40):
        page.keyboard.press(key)
        assert page.evaluate(SEEN), f"The focus is not seen on {page.evaluate('document.activeElement.outerHTML')}"
        if target.evaluate("(one) => one === document.activeElement"):
            return
    expect(target).to_be_focused()


def test_chosen_scheme_outlives_a_reload_whatever_the_system_prefers(page: Page) -> None:
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.reload()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
