"""What fails or is lost: the server, the connection, the session, a race with a colleague."""

from typing import cast

import httpx
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from tests.api.acting import act
from tests.e2e.shots.steps import go, shot, under_review
from tests.e2e.staged import COLLEAGUE, OPEN, Place
from tests.factories import PASSWORD


@shot
def worklist_broken(page: Page, place: Place) -> None:
    page.route("**/api/worklist*", lambda route: route.fulfill(status=500, body="{}"))
    go(page, "/", wait=6000)


@shot
def worklist_unreachable(page: Page, place: Place) -> None:
    go(page, "/")
    page.route("**/api/**", lambda route: route.abort())
    page.locator("input[type=search]").fill("lip")
    page.wait_for_timeout(9000)


@shot
def worklist_session_over(page: Page, place: Place) -> None:
    go(page, "/")
    page.context.clear_cookies()
    page.locator("input[type=search]").fill("lip")
    page.wait_for_timeout(1500)


@shot
def slide_broken(page: Page, place: Place) -> None:
    page.route("**/api/slides/**", lambda route: route.fulfill(status=503, body="{}"))
    go(page, f"/slides/{place.slides[OPEN]}", wait=6000)


@shot
def tiles_lost(page: Page, place: Place) -> None:
    page.route("**/deepzoom/**", lambda route: route.abort())
    page.route("**/*.dzi", lambda route: route.abort())
    go(page, f"/slides/{place.slides[OPEN]}", wait=2500)


@shot
def offline(page: Page, place: Place) -> None:
    under_review(page, place)
    page.route("**/api/**", lambda route: route.abort())
    for key in ("j", "j", "j", "a"):
        page.keyboard.press(key)
    page.wait_for_timeout(6000)


@shot
def soft_lock(page: Page, place: Place) -> None:
    """A colleague had the review open first; told so here, for it would hold once in 45 s."""
    first = {"name": "Dr. Li Ming", "since": "2026-01-01T09:00:00Z", "first": True}
    page.route("**/review/presence", lambda route: route.fulfill(json=[first]))
    under_review(page, place)
    for key in "jja":
        page.keyboard.press(key)
    page.wait_for_timeout(500)


@shot
def clash(page: Page, place: Place) -> None:
    """A colleague rejects what this reader confirms a moment later."""
    under_review(page, place)
    page.keyboard.press("j")
    page.keyboard.press("j")
    review = f"/api/analyses/{place.analyses[OPEN]}/review"
    with httpx.Client(base_url=place.product.address) as client:
        client.post("/api/session", json={"username": COLLEAGUE, "password": PASSWORD})
        lesion = client.get(review).json()["lesions"][1]
        other = "undecided" if lesion["verdict"] == "rejected" else "rejected"  # an earlier picture may have left it so
        act(cast(TestClient, client), review, "verdict", lesion_ids=[lesion["id"]], verdict=other)
    page.keyboard.press("a")
    page.wait_for_timeout(1500)
