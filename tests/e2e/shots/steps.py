"""Steps that bring a page to a state, and the list of all states of which a picture is taken."""

import re
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Page, TimeoutError

from tests.e2e.staged import OPEN, Place

Shot = Callable[[Page, Place], None]
SHOTS: dict[str, Shot] = {}


def shot(take: Shot) -> Shot:
    """Name a picture by what brings the page to it."""
    SHOTS[take.__name__.replace("_", "-")] = take
    return take


def go(page: Page, address: str, *, wait: int = 900) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    with suppress(TimeoutError):  # some pages are to be seen waiting
        page.locator(".mantine-Loader-root").first.wait_for(state="detached", timeout=10_000)
    page.wait_for_timeout(wait)


def at(page: Page, selector: str) -> None:
    page.locator(selector).first.click()
    page.wait_for_timeout(700)


def named(page: Page, names: str) -> None:
    """Press the button that is called so in either language."""
    page.get_by_role("button", name=re.compile(f"^({names})")).first.click()
    page.wait_for_timeout(700)


def choose(page: Page, *row: str) -> None:
    """Choose rows of the worklist."""
    go(page, "/")
    for name in row:
        page.locator("tr", has_text=name).last.locator("input[type=checkbox]").check()
    page.wait_for_timeout(400)


def under_review(page: Page, place: Place) -> None:
    """Open the slide whose review is begun, and wait for its queue and its tiles."""
    go(page, f"/slides/{place.slides[OPEN]}")
    page.locator("tr[data-verdict]").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


def on_tab(page: Page, slide: str, tab: int) -> None:
    """Open one of the three tabs of a slide."""
    go(page, f"/slides/{slide}", wait=1500)
    at(page, f"[role=tab] >> nth={tab}")


def from_slide_menu(page: Page, name: str, icon: str) -> None:
    """Open what a slide's menu on the worklist leads to."""
    go(page, "/")
    page.locator("tr", has_text=name).last.locator("button[aria-haspopup=menu]").click()
    menu_item(page, icon)


def menu_item(page: Page, icon: str) -> None:
    """Choose what the open menu has beside an icon, which is the same in either language."""
    at(page, f"[role=menuitem]:has(.tabler-icon-{icon})")
