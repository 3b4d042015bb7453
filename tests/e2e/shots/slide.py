"""The page of a slide that is not reviewed, and of two beside each other."""

from uuid import UUID

from playwright.sync_api import Page

from tests.e2e.shots.steps import at, go, menu_item, shot, under_review
from tests.e2e.staged import BUSY, FAILED, INSPECTED, NO_MPP, OPEN, REJECTED, SIGNED, TWICE, Place


@shot
def analysing(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[BUSY]}", wait=1500)


@shot
def slide_inspected(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[INSPECTED]}")


@shot
def slide_rejected(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[REJECTED]}")


@shot
def slide_failed(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[FAILED]}")


@shot
def slide_without_mpp(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[NO_MPP]}")


@shot
def slide_not_there(page: Page, place: Place) -> None:
    go(page, f"/slides/{UUID(int=1)}")


@shot
def page_not_there(page: Page, place: Place) -> None:
    go(page, "/nowhere")


@shot
def compare(page: Page, place: Place) -> None:
    go(page, f"/compare/{place.slides[OPEN]}/{place.slides[SIGNED]}", wait=2500)


def analyses_of(page: Page, slide_id: str) -> list[str]:
    """Return the analyses of a slide, newest first."""
    return [one["id"] for one in page.request.get(f"/api/slides/{slide_id}/analyses").json()]


@shot
def compare_analyses(page: Page, place: Place) -> None:
    newest, signed = analyses_of(page, place.slides[TWICE])
    go(page, f"/compare/{place.slides[TWICE]}/{place.slides[TWICE]}?left={signed}&right={newest}", wait=2500)


@shot
def signed_before(page: Page, place: Place) -> None:
    """A signed review, and a newer analysis."""
    go(page, f"/slides/{place.slides[TWICE]}", wait=1500)


@shot
def newer_than_signed(page: Page, place: Place) -> None:
    newest, _signed = analyses_of(page, place.slides[TWICE])
    go(page, f"/slides/{place.slides[TWICE]}?analysis={newest}", wait=1500)


@shot
def without_webgl(page: Page, place: Place) -> None:
    page.add_init_script("""
        const context = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith("webgl") ? null : context.call(this, kind, ...rest);
        };
    """)
    under_review(page, place)
    page.keyboard.press("j")
    page.wait_for_timeout(1500)


@shot
def compare_with(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    at(page, "aside header button[aria-haspopup=menu]")
    menu_item(page, "columns-2")
