"""How smoothly a slide with thousands of outlines moves, in a real Chromium without a graphics card.

make bench BENCH=overlay
make bench BENCH=overlay ARGS="--shapes 20000"

A running FocusScope serves a slide whose analysis found this many lesions; the slide is dragged with the mouse at three
magnifications, and turned. A frame is what `requestAnimationFrame` gives. The rows without outlines are what the tiles
and the page alone cost here. It is the left one of the page that compares two slides, which are unlocked: there is no
table of thousands of rows beside it.
"""

import argparse
import math
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from backend.core.findings import Rings
from tests.e2e.browser import ARGUMENTS, chromium
from tests.e2e.conftest import running_product, sign_in
from tests.e2e.drawing import an_analysed_slide, lesion

SIZE = (6000, 4200)
RADIUS = 27
WINDOW = {"width": 2000, "height": 900}
"""The slide is half as wide, as on its own page on a common screen."""

NO_GRAPHICS_CARD = ("--disable-gpu-rasterization", "--disable-accelerated-2d-canvas", "--disable-software-rasterizer")
"""Debian's Chromium would else draw through an imitated one."""

WATCH_FRAMES = """() => {
    window.frames_ms = [];
    let before = performance.now();
    const tick = (now) => { window.frames_ms.push(now - before); before = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
}"""


def blob(generator: random.Random, points: int) -> Rings:
    """Draw an uneven round outline somewhere on the slide."""
    x, y = (generator.uniform(2 * RADIUS, side - 2 * RADIUS) for side in SIZE)
    ring = [
        (x + radius * math.cos(angle), y + radius * math.sin(angle))
        for angle in (2 * math.pi * index / points for index in range(points))
        for radius in (generator.uniform(0.7, 1.0) * RADIUS,)
    ]
    return [[*ring, ring[0]]]


@contextmanager
def page_on(address: str, slide_id: str, beside: str) -> Iterator[Page]:
    """Show two slides to a reader who has signed in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(playwright), args=[*ARGUMENTS, *NO_GRAPHICS_CARD])
        page = browser.new_context(base_url=address, viewport=WINDOW).new_page()  # type: ignore[arg-type]
        page.goto(f"/compare/{slide_id}/{beside}")
        sign_in(page)
        page.get_by_role("switch", name="Move together").click()
        page.get_by_role("button", name="Fit the whole slide").first.click()
        page.wait_for_timeout(2000)
        page.evaluate(WATCH_FRAMES)
        yield page
        browser.close()


def frames_while_dragged(page: Page, seconds: float) -> np.ndarray:
    """Drag the slide in circles and return the milliseconds of each frame."""
    box = page.get_by_role("application", name="Slide").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y - 120)
    page.mouse.down()
    page.evaluate("() => { window.frames_ms = [] }")
    begun = time.perf_counter()
    while (share := (time.perf_counter() - begun) / seconds) < 1:
        angle = 4 * math.pi * share
        page.mouse.move(x + 160 * math.sin(angle), y - 120 * math.cos(angle))
        page.wait_for_timeout(1000 / 60)
    frames = page.evaluate("() => window.frames_ms")
    page.mouse.up()
    page.wait_for_timeout(800)
    return np.asarray(frames)


def told(name: str, frames: np.ndarray) -> None:
    """Say how many frames a second that was, and how long the slow ones took."""
    half, most, worst = (np.percentile(frames, share) for share in (50, 95, 100))
    rate = 1000 / frames.mean()
    Console(width=120).print(
        f"{name:32}{rate:5.0f} frames/s   median {half:4.0f} ms   95 % {most:4.0f} ms   worst {worst:4.0f} ms",
    )


def measure(page: Page, seconds: float) -> None:
    """Drag at three magnifications, with and without outlines, and turned."""
    for name in ("whole slide", "Magnification 5×", "Magnification 20×"):
        if name != "whole slide":
            page.get_by_role("button", name=name, exact=True).first.click()
            page.wait_for_timeout(2000)
        told(name, frames_while_dragged(page, seconds))
        page.keyboard.press("l")
        told(f"{name}, no outlines", frames_while_dragged(page, seconds))
        page.keyboard.press("l")
    page.get_by_role("button", name="Fit the whole slide").first.click()
    for _ in range(2):
        page.keyboard.press(".")
    page.wait_for_timeout(2000)
    told("whole slide, turned by 30°", frames_while_dragged(page, seconds))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", type=int, default=5000)
    parser.add_argument("--points", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=6.0)
    given = parser.parse_args()
    generator = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as product:
        lesions = [lesion(blob(generator, given.points)) for _ in range(given.shapes)]
        slide_id = an_analysed_slide(product, *lesions, glands=[], size=SIZE)
        beside = an_analysed_slide(product, glands=[])
        with page_on(product.address, slide_id, beside) as page:
            Console().print(f"{given.shapes} outlines of {given.points} points")
            measure(page, given.seconds)


if __name__ == "__main__":
    main()
