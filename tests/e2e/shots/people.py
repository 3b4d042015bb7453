"""Those who use the product: one's own account, all people, agreement."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, go, shot
from tests.e2e.staged import ADMIN, Place
from tests.factories import PASSWORD


@shot
def worklist_account(page: Page, place: Place) -> None:
    go(page, "/")
    at(page, "header button[aria-haspopup=menu] >> nth=-1")


@shot
def agreement(page: Page, place: Place) -> None:
    go(page, "/agreement")


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
