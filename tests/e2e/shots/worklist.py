"""The worklist, what is chosen on it, and the menus of its rows."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, choose, from_slide_menu, go, named, shot
from tests.e2e.staged import BLIND, NEWCOMER, NO_MPP, READY, SIGNED, Place
from tests.factories import PASSWORD


@shot
def worklist(page: Page, place: Place) -> None:
    go(page, "/")


@shot
def worklist_chosen(page: Page, place: Place) -> None:
    go(page, "/")
    page.locator("tbody input[type=checkbox]").nth(1).check()
    page.wait_for_timeout(400)


@shot
def worklist_nothing(page: Page, place: Place) -> None:
    go(page, "/?search=nothing+is+called+so&status=failed")


@shot
def worklist_keys(page: Page, place: Place) -> None:
    go(page, "/")
    page.keyboard.press("?")
    page.wait_for_timeout(700)


@shot
def worklist_empty(page: Page, place: Place) -> None:
    page.request.post("/api/session", data={"username": NEWCOMER, "password": PASSWORD})
    go(page, "/")


@shot
def worklist_row_menu(page: Page, place: Place) -> None:
    go(page, "/")
    page.locator("tr", has_text=SIGNED).last.locator("button[aria-haspopup=menu]").click()
    page.wait_for_timeout(600)


@shot
def worklist_rename(page: Page, place: Place) -> None:
    from_slide_menu(page, SIGNED, "pencil")


@shot
def worklist_delete(page: Page, place: Place) -> None:
    from_slide_menu(page, SIGNED, "trash")


@shot
def worklist_mpp(page: Page, place: Place) -> None:
    from_slide_menu(page, NO_MPP, "ruler-2")


@shot
def worklist_compare(page: Page, place: Place) -> None:
    from_slide_menu(page, SIGNED, "columns-2")


@shot
def worklist_put_into_case(page: Page, place: Place) -> None:
    choose(page, READY)
    named(page, "Put into a case…|归入病例…|放入病例…")


@shot
def worklist_assign(page: Page, place: Place) -> None:
    choose(page, READY, BLIND)
    named(page, "Assign…|分配…|指派…")


@shot
def worklist_status_choice(page: Page, place: Place) -> None:
    go(page, "/")
    at(page, "input[role=combobox], input[aria-haspopup=listbox]")
