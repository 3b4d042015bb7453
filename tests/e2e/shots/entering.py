"""Signing in."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, go, shot
from tests.e2e.staged import Place


@shot
def sign_in(page: Page, place: Place) -> None:
    page.context.clear_cookies()
    go(page, "/sign-in")


@shot
def sign_in_refused(page: Page, place: Place) -> None:
    page.context.clear_cookies()
    go(page, "/sign-in")
    page.locator("input[name=username]").fill("reader")
    page.locator("input[name=password]").fill("wrong password")
    at(page, "button[type=submit]")
