"""What brings a page to each state of which a picture is taken."""

import re
from collections.abc import Callable
from typing import cast
from uuid import UUID

import httpx
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from tests.api.acting import act
from tests.e2e.staged import (
    BLIND,
    BUSY,
    COLLEAGUE,
    FAILED,
    INSPECTED,
    NEWCOMER,
    NO_MPP,
    OPEN,
    READY,
    REJECTED,
    SIGNED,
    Place,
)
from tests.factories import PASSWORD

Shot = Callable[[Page, Place], None]
SHOTS: dict[str, Shot] = {}


def shot(take: Shot) -> Shot:
    """Name a picture by what brings the page to it."""
    SHOTS[take.__name__.replace("_", "-")] = take
    return take


def go(page: Page, address: str, *, wait: int = 900) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
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


def on_tab(page: Page, slide: str, tab: int) -> None:
    """Open one of the three tabs of a slide."""
    go(page, f"/slides/{slide}", wait=1500)
    at(page, f"[role=tab] >> nth={tab}")


def from_slide_menu(page: Page, name: str, item: int) -> None:
    """Open what a slide's menu on the worklist leads to."""
    go(page, "/")
    page.locator("tr", has_text=name).last.locator("button[aria-haspopup=menu]").click()
    at(page, f"[role=menuitem] >> nth={item}")


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
def worklist_account(page: Page, place: Place) -> None:
    go(page, "/")
    at(page, "header button[aria-haspopup=menu] >> nth=-1")


@shot
def worklist_keys(page: Page, place: Place) -> None:
    go(page, "/")
    page.keyboard.press("?")
    page.wait_for_timeout(700)


@shot
def case(page: Page, place: Place) -> None:
    go(page, f"/cases/{place.cases['SG-0017']}")


@shot
def case_leave_out(page: Page, place: Place) -> None:
    go(page, f"/cases/{place.cases['SG-0017']}")
    at(page, "tbody tr >> nth=0 >> button >> nth=0")


@shot
def case_not_there(page: Page, place: Place) -> None:
    go(page, f"/cases/{UUID(int=1)}")


@shot
def review(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2500)


@shot
def review_selected(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2500)
    page.keyboard.press("j")
    page.wait_for_timeout(1500)


@shot
def review_reject(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_timeout(900)


@shot
def review_draw(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    page.keyboard.press("j")
    page.wait_for_timeout(1200)
    page.keyboard.press("e")
    page.wait_for_timeout(900)


@shot
def review_report(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    at(page, "[role=tab] >> nth=1")


@shot
def review_facts(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    at(page, "[role=tab] >> nth=2")


@shot
def review_keys(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    page.keyboard.press("?")
    page.wait_for_timeout(900)


@shot
def blind(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[BLIND]}", wait=1500)


@shot
def analysing(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[BUSY]}", wait=1500)


@shot
def signed(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[SIGNED]}", wait=1500)


@shot
def signed_report(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[SIGNED]}", wait=1500)
    at(page, "[role=tab] >> nth=1")


@shot
def compare(page: Page, place: Place) -> None:
    go(page, f"/compare/{place.slides[OPEN]}/{place.slides[SIGNED]}", wait=2500)


@shot
def agreement(page: Page, place: Place) -> None:
    go(page, "/agreement")


@shot
def slide_not_there(page: Page, place: Place) -> None:
    go(page, f"/slides/{UUID(int=1)}")


@shot
def page_not_there(page: Page, place: Place) -> None:
    go(page, "/nowhere")


@shot
def worklist_empty(page: Page, place: Place) -> None:
    page.request.post("/api/session", data={"username": NEWCOMER, "password": PASSWORD})
    go(page, "/")


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
def worklist_row_menu(page: Page, place: Place) -> None:
    go(page, "/")
    page.locator("tr", has_text=SIGNED).last.locator("button[aria-haspopup=menu]").click()
    page.wait_for_timeout(600)


@shot
def worklist_rename(page: Page, place: Place) -> None:
    from_slide_menu(page, SIGNED, 1)


@shot
def worklist_delete(page: Page, place: Place) -> None:
    from_slide_menu(page, SIGNED, -1)


@shot
def worklist_mpp(page: Page, place: Place) -> None:
    from_slide_menu(page, NO_MPP, 2)


@shot
def worklist_compare(page: Page, place: Place) -> None:
    from_slide_menu(page, SIGNED, 0)


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


@shot
def upload(page: Page, place: Place) -> None:
    """One slide refused, one under way, one that waits, one that is here already."""
    again = place.product.data_dir / f"{OPEN}.tiff"
    page.route("**/api/uploads/**", lambda route: route.continue_())
    go(page, "/")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    network.send("Network.emulateNetworkConditions", slow)
    empty, twin = (
        place.product.data_dir / "empty.svs",
        place.product.data_dir / "唇腺 一个很长很长的文件名 第十七号 第二层.tiff",
    )
    empty.write_bytes(b"")
    twin.write_bytes(again.read_bytes()[:2_000_000])
    page.locator("input[type=file]").first.set_input_files([str(empty), str(twin), str(again)])
    page.wait_for_timeout(3500)


@shot
def upload_over_page(page: Page, place: Place) -> None:
    go(page, "/")
    page.evaluate("""() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["x"], "a.svs"));
        document.body.dispatchEvent(new DragEvent("dragenter", { bubbles: true, dataTransfer: transfer }));
        document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, dataTransfer: transfer }));
    }""")
    page.wait_for_timeout(500)


@shot
def case_rename(page: Page, place: Place) -> None:
    go(page, f"/cases/{place.cases['SG-0017']}")
    named(page, "Rename|重命名")


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
def slide_broken(page: Page, place: Place) -> None:
    page.route("**/api/slides/**", lambda route: route.fulfill(status=503, body="{}"))
    go(page, f"/slides/{place.slides[OPEN]}", wait=6000)


@shot
def review_overlays(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    named(page, "Overlays|叠加层|图层")


@shot
def review_display(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    named(page, "Display|显示")


@shot
def review_all_visible(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    at(page, "aside button[aria-haspopup=menu] >> nth=1")


@shot
def review_remarks(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.wait_for_timeout(1500)


@shot
def review_glands(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=2000)
    page.keyboard.press("Shift+L")
    page.keyboard.press("b")
    page.wait_for_timeout(800)


@shot
def review_key_taken(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    page.keyboard.press("?")
    page.wait_for_timeout(500)
    page.locator("[role=dialog] kbd, [role=dialog] button:has(kbd)").nth(2).click()
    page.keyboard.press("j")
    page.wait_for_timeout(400)


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
def amend(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[SIGNED]}", wait=1500)
    named(page, "Amend…|修订…|更正…|修改…")


@shot
def import_refused(page: Page, place: Place) -> None:
    on_tab(page, place.slides[OPEN], 2)
    bad = place.product.data_dir / "photo.geojson"
    bad.write_text("no GeoJSON")
    page.locator("aside input[type=file]").set_input_files(str(bad))
    page.wait_for_timeout(1500)


@shot
def compare_with(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    at(page, "aside header button[aria-haspopup=menu]")
    at(page, "[role=menuitem] >> nth=0")


@shot
def tiles_lost(page: Page, place: Place) -> None:
    page.route("**/deepzoom/**", lambda route: route.abort())
    page.route("**/*.dzi", lambda route: route.abort())
    go(page, f"/slides/{place.slides[OPEN]}", wait=2500)


@shot
def offline(page: Page, place: Place) -> None:
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    page.route("**/api/**", lambda route: route.abort())
    for key in ("j", "j", "j", "a"):
        page.keyboard.press(key)
    page.wait_for_timeout(6000)


@shot
def clash(page: Page, place: Place) -> None:
    """A colleague rejects what this reader confirms a moment later."""
    go(page, f"/slides/{place.slides[OPEN]}", wait=1500)
    page.keyboard.press("j")
    page.keyboard.press("j")
    review = f"/api/analyses/{place.analyses[OPEN]}/review"
    with httpx.Client(base_url=place.product.address) as client:
        client.post("/api/session", json={"username": COLLEAGUE, "password": PASSWORD})
        lesion = client.get(review).json()["lesions"][1]["id"]
        act(cast(TestClient, client), review, "verdict", lesion_ids=[lesion], verdict="rejected")
    page.keyboard.press("a")
    page.wait_for_timeout(1500)
