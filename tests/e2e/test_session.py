"""Signing in, and sessions that end under a page in use."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import keeps_nobody_out
from tests.e2e.conftest import sign_in

pytestmark = pytest.mark.e2e


def test_wrong_password_is_refused_in_a_sentence(stranger: Page) -> None:
    stranger.goto("/")
    sign_in(stranger, password="not the password")
    expect(stranger.get_by_role("alert")).to_contain_text("not right")


def test_sign_in_leads_back_to_the_page_that_was_asked_for(stranger: Page) -> None:
    stranger.goto("/no/such/page")
    sign_in(stranger)
    expect(stranger.get_by_text("There is no page at this address")).to_be_visible()


def test_page_waits_for_a_new_sign_in_and_keeps_what_is_on_screen(page: Page) -> None:
    page.context.clear_cookies()
    search = page.get_by_role("searchbox", name="Search by name")
    search.fill("gland")
    expect(page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    keeps_nobody_out(page)
    sign_in(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(search).to_have_value("gland")


def test_page_that_cannot_be_loaded_says_so_within_the_frame_and_comes_with_a_reload(page: Page) -> None:
    page.route("**/assets/AccountPage-*.js", lambda route: route.abort())
    page.goto("/account")
    expect(page.get_by_role("alert")).to_contain_text("FocusScope was updated while it was open")
    expect(page.get_by_role("link", name="FocusScope, to the worklist")).to_be_visible()
    keeps_nobody_out(page)
    page.unroute_all()
    page.get_by_role("button", name="Reload the page").click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()


def test_every_page_says_that_it_is_for_research_use_only(page: Page) -> None:
    notice = "For Research Use Only. Not for use in diagnostic procedures."
    expect(page.get_by_text(notice)).to_be_visible()
