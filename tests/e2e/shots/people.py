"""Those who use the product: one's own account, all people, agreement."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, go, named, shot
from tests.e2e.staged import ADMIN, LEAD, Place
from tests.factories import PASSWORD


@shot
def worklist_account(page: Page, place: Place) -> None:
    go(page, "/")
    at(page, "header button[aria-haspopup=menu] >> nth=-1")


@shot
def agreement(page: Page, place: Place) -> None:
    go(page, "/agreement")


@shot
def performance(page: Page, place: Place) -> None:
    page.request.post("/api/session", data={"username": LEAD, "password": PASSWORD})
    go(page, "/performance")


def as_admin(page: Page) -> None:
    page.request.post("/api/session", data={"username": ADMIN, "password": PASSWORD})
    go(page, "/people")


@shot
def account(page: Page, place: Place) -> None:
    go(page, "/account")


@shot
def people(page: Page, place: Place) -> None:
    as_admin(page)


@shot
def people_link(page: Page, place: Place) -> None:
    as_admin(page)
    at(page, "main form button[type=submit]")


@shot
def people_change(page: Page, place: Place) -> None:
    as_admin(page)
    at(page, "main table >> nth=0 >> tbody button >> nth=0")


@shot
def join(page: Page, place: Place) -> None:
    page.context.clear_cookies()
    go(page, "/join#a-link-that-was-sent")


@shot
def account_token(page: Page, place: Place) -> None:
    go(page, "/account")
    named(page, "Make a token|创建令牌|新建令牌|生成令牌")


@shot
def account_token_made(page: Page, place: Place) -> None:
    account_token(page, place)
    page.locator("[role=dialog] input[type=text], [role=dialog] input:not([type])").first.fill("Export at night")
    page.locator("[role=dialog] input[type=checkbox]").first.check()
    page.locator("[role=dialog] input[type=password]").fill(PASSWORD)
    at(page, "[role=dialog] button[type=submit]")


@shot
def second_factor(page: Page, place: Place) -> None:
    """What an account shows before a second factor is set up."""
    go(page, "/account")
    named(page, "Set up…|设置…")


@shot
def second_factor_required(page: Page, place: Place) -> None:
    session = page.request.get("/api/session").json() | {"needs_second_factor": True}
    page.route("**/api/session", lambda route: route.fulfill(json=session))
    go(page, "/", wait=1500)


@shot
def status(page: Page, place: Place) -> None:
    page.request.post("/api/session", data={"username": ADMIN, "password": PASSWORD})
    go(page, "/status", wait=1500)
