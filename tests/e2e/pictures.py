"""Take a picture of every page and dialog in each language, scheme and size, to be looked at.

python -m tests.e2e.pictures FOLDER [--only sign-in,case] [--languages zh] [--schemes dark] [--sizes 820x1180]

The page must be built. A slide is analysed once, in FOLDER/product, and kept for the next time.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product as combinations_of
from pathlib import Path
from time import monotonic, sleep
from typing import cast
from uuid import UUID

import httpx
import noto_cjk_sans_otc
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Error, Page, sync_playwright
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import Case, Slide, User
from backend.demo.browser import Browser as ApiBrowser
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.services import cases
from backend.storage import Storage
from tests.api.acting import act, complete, sign
from tests.e2e.browser import launch
from tests.e2e.conftest import USER, Product, running_product
from tests.factories import (
    PASSWORD,
    a_case,
    a_finished_analysis,
    a_lesion,
    a_slide,
    a_stored_slide,
    a_user,
    an_analysis,
    findings,
)

say = Console().print

SIZES = {"1440x900": (1440, 900), "1024x768": (1024, 768), "820x1180": (820, 1180)}
SIGNED, OPEN, BLIND, BUSY = "Lip 17 level 1", "Lip 21", "Lip 30 blind", "Lip 22"


@dataclass(frozen=True)
class Place:
    """Where the pictures are taken."""

    product: Product
    slides: dict[str, str]
    cases: dict[str, str]


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


@contextmanager
def prepared(folder: Path) -> Iterator[Place]:
    """Run a product whose worklist has a slide in each state."""
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not (folder / "focusscope.db").exists()
    with running_product(folder) as product, httpx.Client(base_url=product.address, timeout=60) as client:
        client.post("/api/session", json={"username": USER, "password": PASSWORD})
        engine = create_database_engine(f"sqlite:///{folder / 'focusscope.db'}")
        sessions = create_sessions(engine)
        if is_new:
            for seed, name in enumerate((OPEN, SIGNED), 7):
                _analysed(client, product, folder / f"{name}.tiff", seed)
            with sessions.begin() as session:
                _fill(session, Storage(folder))
            _sign(client)
        with sessions() as session:
            slides = {one.name: str(one.id) for one in session.scalars(select(Slide))}
            found = {one.pseudonym: str(one.id) for one in session.scalars(select(Case))}
        engine.dispose()
        yield Place(product, slides, found)


def _analysed(client: httpx.Client, product: Product, path: Path, seed: int) -> None:
    """Upload a phantom as a reader would, and wait for its analysis."""
    write_phantom(PhantomSpec(seed=seed, width_mm=3.0, height_mm=2.5, foci=3), path)
    browser = ApiBrowser(product.address)
    browser.ask("POST", "/api/session", {"username": USER, "password": PASSWORD})
    address = f"/api/slides/{browser.upload(path, lambda _: None)}"
    _wait(lambda: client.get(address).json()["status"] == "ready")
    client.post(f"{address}/analyses").raise_for_status()
    _wait(lambda: client.get(address).json()["standing"] == "ready")


def _wait(condition: Callable[[], bool], seconds: float = 600) -> None:
    until = monotonic() + seconds
    while not condition():
        assert monotonic() < until, "The product does not come to an end."
        sleep(0.5)


def _fill(session: Session, storage: Storage) -> None:
    """Put slides of each other state beside those that were analysed, and some into cases."""
    reader = session.scalars(select(User).where(User.username == USER)).one()
    a_user(session, "li.ming", PASSWORD).display_name = "Dr. Li Ming"
    second, third = (a_stored_slide(session, storage, reader, name=f"Lip 17 level {number}") for number in (2, 3))
    blind = a_stored_slide(session, storage, reader, name=BLIND)
    for slide, foci, area in ((second, 2, 8.4), (third, 1, 1.2), (blind, 2, 9.0)):
        a_finished_analysis(session, slide, findings(*[a_lesion() for _ in range(foci)], glandular_area_mm2=area))
    signed = session.scalars(select(Slide).where(Slide.name == SIGNED)).one()
    case = a_case(session, reader, signed, second, third, pseudonym="SG-0017")
    cases.leave_out(session, case=case, slide=third, reason="damaged", by=reader)
    cases.assign(session, case=case, reader_id=reader.id, by=reader)
    a_case(session, reader, blind, pseudonym="SG-0030", blind_first=True)
    busy = a_stored_slide(session, storage, reader, name=BUSY)
    an_analysis(session, busy, status="running", stage="segmentation", stage_fraction=0.42, attempt=1)
    a_stored_slide(session, storage, reader, name="Lip 23", mpp_x=None, mpp_y=None, mpp_source=None)
    failed = a_stored_slide(session, storage, reader, name="Lip 24 a name so long that no column of a list holds it")
    an_analysis(session, failed, status="failed", failure="The slide could not be read at (1200, 3400).")
    a_slide(session, reader, name="notes", status="rejected", rejection="The file is text, not a whole slide image.")
    a_slide(session, reader, name="Lip 25", status="inspecting")


def _sign(client: httpx.Client) -> None:
    """Sign one review and amend it; begin another."""
    by_name = {one["name"]: one["latest_analysis"] for one in client.get("/api/slides?page_size=200").json()["items"]}
    browser = cast(TestClient, client)
    review = f"/api/analyses/{by_name[SIGNED]['id']}/review"
    complete(browser, review)
    sign(browser, review).raise_for_status()
    act(browser, review, "amend", reason="A lesion beside the large duct was looked at again.")
    act(browser, review, "fields", fields={"atrophy": "severe", "comment": "Periductal foci next to normal acini."})
    sign(browser, review).raise_for_status()
    review = f"/api/analyses/{by_name[OPEN]['id']}/review"
    first = client.get(review).json()["lesions"][0]["id"]
    act(browser, review, "verdict", lesion_ids=[first], verdict="confirmed")


def take(browser: Browser, place: Place, folder: Path, names: list[str], asked: argparse.Namespace) -> None:
    """Take the pictures; a fault on a page is said and the others go on."""
    for size, language, scheme in combinations_of(asked.sizes, asked.languages, asked.schemes):
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=place.product.address, viewport={"width": width, "height": height}, color_scheme=scheme,
            locale={"en": "en-GB", "zh": "zh-CN"}[language], has_touch=width < 1000, reduced_motion="reduce",
        )  # fmt: skip
        context.on("weberror", lambda fault: say(f"{fault.page and fault.page.url}: {fault.error}"))
        for name in names:
            page = context.new_page()
            page.request.post("/api/session", data={"username": USER, "password": PASSWORD})
            try:
                SHOTS[name](page, place)
            except Error as error:
                say(f"{name} {size} {language} {scheme}: {str(error).splitlines()[0]}")
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            if wide:
                say(f"{name} {size} {language} {scheme} is wider than the screen")
            page.screenshot(path=folder / f"{name}_{size}_{language}_{scheme}.png")
            page.close()
        context.close()


def _with_chinese(path: Path) -> Path:
    """Let the browser find the Chinese font of the reports, on machines that have none of their own."""
    folder = Path(str(noto_cjk_sans_otc.FONT_PATH)).parent
    usual = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    path.write_text(f"<?xml version='1.0'?><fontconfig>{usual}<dir>{folder}</dir></fontconfig>")
    return path


def main() -> None:
    """Take all pictures, or those that are asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    for name, default in (("only", list(SHOTS)), ("languages", ["en", "zh"]), ("schemes", ["light", "dark"]),
                          ("sizes", list(SIZES))):  # fmt: skip
        arguments.add_argument(f"--{name}", type=lambda text: text.split(","), default=default)
    asked = arguments.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.environ["FONTCONFIG_FILE"] = str(_with_chinese(asked.folder / "fonts.conf"))  # before the driver starts
    with prepared(asked.folder / "product") as place, sync_playwright() as playwright:
        browser = launch(playwright)
        take(browser, place, asked.folder, asked.only, asked)
        browser.close()


if __name__ == "__main__":
    main()
