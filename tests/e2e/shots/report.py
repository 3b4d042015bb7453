"""A reader's own read, the fields of the report, the signature, an amendment."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, go, named, on_tab, shot
from tests.e2e.staged import BLIND, OPEN, READY, SIGNED, Place


@shot
def blind(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[BLIND]}", wait=1500)


@shot
def review_report(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    at(page, "[role=tab] >> nth=1")


@shot
def review_consensus(page: Page, place: Place) -> None:
    on_tab(page, place.slides[READY], 1)
    page.locator("aside textarea").last.scroll_into_view_if_needed()
    page.wait_for_timeout(600)


@shot
def sign_not_yet(page: Page, place: Place) -> None:
    on_tab(page, place.slides[OPEN], 1)
    at(page, "aside section button >> nth=-1")


@shot
def sign_off(page: Page, place: Place) -> None:
    on_tab(page, place.slides[READY], 1)
    at(page, "aside section button >> nth=-1")


@shot
def sign_refused(page: Page, place: Place) -> None:
    sign_off(page, place)
    page.locator("[role=dialog] input").first.fill("wrong password")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)


@shot
def signed(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[SIGNED]}", wait=1500)


@shot
def signed_report(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[SIGNED]}", wait=1500)
    at(page, "[role=tab] >> nth=1")


@shot
def amend(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[SIGNED]}", wait=1500)
    named(page, "Amend…|修订…|更正…|修改…")
