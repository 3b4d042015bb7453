"""Signing in."""

from playwright.sync_api import Page, Route

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


@shot
def sign_in_code(page: Page, place: Place) -> None:
    """What whoever has a second factor is asked for after the password."""
    page.context.clear_cookies()
    page.route("**/api/session", _ask_for_code)
    go(page, "/sign-in")
    page.locator("input[name=username]").fill("reader")
    page.locator("input[name=password]").fill("a password")
    at(page, "button[type=submit]")


@shot
def sign_in_provider(page: Page, place: Place) -> None:
    """Signing in where there is a single sign-on."""
    page.context.clear_cookies()
    page.route("**/api/session/provider", lambda route: route.fulfill(json={"name": "Hospital"}))
    go(page, "/sign-in")


@shot
def sign_in_provider_refused(page: Page, place: Place) -> None:
    """Coming back from one that this browser was not sent to."""
    page.context.clear_cookies()
    go(page, "/sign-in/provider?state=unknown")


def _ask_for_code(route: Route) -> None:
    if route.request.method == "POST":
        route.fulfill(json={"needs": "code"})
    else:
        route.continue_()
