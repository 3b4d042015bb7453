"""Take a picture of every page and dialog in each language, scheme and size, to be looked at.

python -m tests.e2e.pictures FOLDER [--only sign-in,case] [--languages zh] [--schemes dark] [--sizes 820x1180]

The page must be built. A slide is analysed once, in FOLDER/product, and kept for the next time. The pictures of a state
in one scheme come together in a contact sheet, FOLDER/sheets/STATE_SCHEME.png: a row for each language.
"""

import os
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from concurrent.futures import ThreadPoolExecutor
from itertools import product as combinations_of
from pathlib import Path
from typing import Any

import noto_cjk_sans_otc
from httpx import HTTPError
from playwright.sync_api import Browser, Error, Page, sync_playwright
from rich.console import Console

from tests.e2e.browser import launch
from tests.e2e.conftest import USER
from tests.e2e.contact import sheet
from tests.e2e.shots import SHOTS
from tests.e2e.staged import Place, staged_product
from tests.factories import PASSWORD

say = Console().print

SIZES = {"1440x900": (1440, 900), "1024x768": (1024, 768), "820x1180": (820, 1180)}
LEAST_DESK = 1000
"""Narrower screens, in pixels, are touched."""
PATIENCE_MS = 30_000
SETTLE_MS = 500
OUTGROWN = "(page => page.scrollWidth > innerWidth || page.scrollHeight > innerHeight)(document.documentElement)"


def take(place: Place, folder: Path, language: str, asked: Namespace) -> None:
    """Take the pictures in one language; a fault on a page is said and the others go on."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for touch in (False, True):
            if sizes := [size for size in asked.sizes if (SIZES[size][0] < LEAST_DESK) == touch]:
                _take_in(browser, place, folder, language, touch, sizes, asked)
        browser.close()


def _take_in(
    browser: Browser, place: Place, folder: Path, language: str, touch: bool, sizes: list[str], asked: Namespace
) -> None:
    locale = {"en": "en-GB", "zh": "zh-CN"}[language]
    for name in asked.only:
        # A browser of its own each: what waits in one to be sent would stand in the way of the next.
        context = browser.new_context(
            base_url=place.product.address, locale=locale, has_touch=touch, reduced_motion="reduce"
        )
        context.on("weberror", lambda fault: say(f"{fault.page and fault.page.url}: {fault.error}"))
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.request.post("/api/session", data={"username": USER, "password": PASSWORD})
        if not name.startswith("upload"):  # which leaves some on their way
            for waiting in page.request.get("/api/incoming").json():
                page.request.delete(f"/api/incoming/{waiting['id']}")
        _dress(page, sizes[0], asked.schemes[0])
        try:
            SHOTS[name](page, place)
        except (Error, AssertionError, HTTPError) as error:  # shown as far as it came
            say(f"{name} {sizes[0]} {language}: {str(error).splitlines()[0]}")
        for size, scheme in combinations_of(sizes, asked.schemes):
            kind = f"{name}_{size}_{language}_{scheme}"
            try:
                _dress(page, size, scheme)
                page.wait_for_timeout(SETTLE_MS)
                if page.evaluate(OUTGROWN):
                    say(f"{kind} is larger than the screen")
                page.screenshot(path=folder / f"{kind}.png")
            except Error as error:
                say(f"{kind}: {str(error).splitlines()[0]}")
        context.close()


def _dress(page: Page, size: str, scheme: Any) -> None:
    """Give the page a size and a scheme, which it follows while it is open."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)


def _with_chinese(path: Path) -> Path:
    """Let the browser find the Chinese font of the reports, on machines that have none of their own."""
    folder = Path(str(noto_cjk_sans_otc.FONT_PATH)).parent
    usual = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    path.write_text(f"<?xml version='1.0'?><fontconfig>{usual}<dir>{folder}</dir></fontconfig>")
    return path


def main() -> None:
    """Take all pictures, or those that are asked for."""
    arguments = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    for name, default in (("only", list(SHOTS)), ("languages", ["en", "zh"]), ("schemes", ["light", "dark"]),
                          ("sizes", list(SIZES))):  # fmt: skip
        arguments.add_argument(f"--{name}", type=lambda text: text.split(","), default=default)
    asked = arguments.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.environ["FONTCONFIG_FILE"] = str(_with_chinese(asked.folder / "fonts.conf"))  # before the driver starts
    (asked.folder / "sheets").mkdir(exist_ok=True)
    with staged_product(asked.folder / "product") as place, ThreadPoolExecutor() as pool:
        list(pool.map(lambda language: take(place, asked.folder, language, asked), asked.languages))
    for name, scheme in combinations_of(asked.only, asked.schemes):
        rows = [[asked.folder / f"{name}_{size}_{one}_{scheme}.png" for size in asked.sizes] for one in asked.languages]
        sheet(rows, asked.folder / "sheets" / f"{name}_{scheme}.png")


if __name__ == "__main__":
    main()
