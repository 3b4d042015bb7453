"""Take a picture of every page and dialog in each language, scheme and size, to be looked at.

python -m tests.e2e.pictures FOLDER [--only sign-in,case] [--languages zh] [--schemes dark] [--sizes 820x1180]

The page must be built. A slide is analysed once, in FOLDER/product, and kept for the next time.
"""

import argparse
import os
from itertools import product as combinations_of
from pathlib import Path

import noto_cjk_sans_otc
from playwright.sync_api import Browser, Error, Page, sync_playwright
from rich.console import Console

from tests.e2e.browser import launch
from tests.e2e.conftest import USER
from tests.e2e.shots import SHOTS
from tests.e2e.staged import Place, staged_product
from tests.factories import PASSWORD

say = Console().print

SIZES = {"1440x900": (1440, 900), "1024x768": (1024, 768), "820x1180": (820, 1180)}
PATIENCE_MS = 30_000
OUTGROWN = "(page => page.scrollWidth > innerWidth || page.scrollHeight > innerHeight)(document.documentElement)"


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
            page.set_default_timeout(PATIENCE_MS)
            page.request.post("/api/session", data={"username": USER, "password": PASSWORD})
            try:
                _take_one(page, place, folder, name, f"{size}_{language}_{scheme}")
            except Error as error:
                say(f"{name} {size} {language} {scheme}: {str(error).splitlines()[0]}")
            page.close()
        context.close()


def _take_one(page: Page, place: Place, folder: Path, name: str, kind: str) -> None:
    """Take one picture; what does not come as far as its state is shown as far as it came."""
    try:
        SHOTS[name](page, place)
    finally:
        if page.evaluate(OUTGROWN):
            say(f"{name} {kind} is larger than the screen")
        page.screenshot(path=folder / f"{name}_{kind}.png")


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
    with staged_product(asked.folder / "product") as place, sync_playwright() as playwright:
        browser = launch(playwright)
        take(browser, place, asked.folder, asked.only, asked)
        browser.close()


if __name__ == "__main__":
    main()
