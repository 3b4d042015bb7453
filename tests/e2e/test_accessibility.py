"""Readers who use a keyboard or a screen reader, or who want it dark, are kept out nowhere."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import User
from backend.storage import Storage
from tests.e2e.axe import barriers
from tests.e2e.conftest import USER, Product
from tests.factories import a_finished_analysis, a_stored_slide

pytestmark = pytest.mark.e2e

Scheme = Literal["light", "dark"]
in_both_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="module")
def slide(product: Product) -> str:
    """The address of a slide whose analysis waits for a review."""
    engine = create_database_engine(f"sqlite:///{product.data_dir / 'focusscope.db'}")
    with create_sessions(engine).begin() as session:
        reader = session.scalars(select(User).where(User.username == USER)).one()
        slide = a_stored_slide(session, Storage(product.data_dir), reader, name="Gland to review")
        a_finished_analysis(session, slide)
        address = f"/slides/{slide.id}"
    engine.dispose()
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


def test_lesion_is_reached_and_confirmed_by_the_tab_key_alone(page: Page, slide: str) -> None:
    page.goto(slide)
    confirm = page.get_by_role("button", name="Confirm focus 2")
    expect(confirm).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if confirm.evaluate("(button) => button === document.activeElement"):
            break
    expect(confirm).to_be_focused()
    assert confirm.evaluate("(button) => getComputedStyle(button).outlineStyle") == "solid"

    page.keyboard.press("Enter")
    expect(confirm).to_have_attribute("aria-pressed", "true")


def test_chosen_scheme_outlives_a_reload_whatever_the_system_prefers(page: Page) -> None:
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.reload()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
