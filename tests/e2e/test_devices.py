"""Fingers instead of a mouse, and browsers that draw without WebGL."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.conftest import Product, sign_in
from tests.e2e.drawing import Hand, Point, an_analysed_slide, lesion, open_slide, square, stands_still

pytestmark = pytest.mark.e2e

LESION = square(500, 900, 600)
NO_WEBGL = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind.startsWith("webgl") ? null : original.call(this, kind, ...rest);
};
"""


@pytest.fixture
def slide_id(product: Product) -> str:
    return an_analysed_slide(product, lesion(LESION), glands=[])


@pytest.fixture
def tablet(product: Product, chromium: Browser) -> Iterator[Page]:
    """A page on a screen that is touched, of a reader who has signed in."""
    context = chromium.new_context(
        base_url=product.address, viewport={"width": 1180, "height": 820}, locale="en-US", has_touch=True
    )
    page = context.new_page()
    page.goto("/")
    sign_in(page)
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    yield page
    context.close()


class Fingers:
    """Fingers on the slide; places are slide pixels while the whole slide is shown."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.touch: CDPSession = hand.page.context.new_cdp_session(hand.page)

    def move(self, *ways: tuple[Point, Point]) -> None:
        """Put down one finger for each way, move all along theirs, lift them."""
        starts, ends = (np.array([self.hand.on_screen(way[end]) for way in ways]) for end in (0, 1))
        self._send("touchStart", starts)
        for share in np.linspace(0.1, 1, 10):
            self._send("touchMove", starts + (ends - starts) * share)
            self.hand.page.wait_for_timeout(16)
        self.hand.page.wait_for_timeout(150)
        self._send("touchEnd", np.empty((0, 2)))
        stands_still(self.hand.page)

    def _send(self, kind: str, places: np.ndarray) -> None:
        points = [{"x": float(x), "y": float(y), "id": number} for number, (x, y) in enumerate(places)]
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def magnification(page: Page) -> str:
    return page.locator("[aria-live=off]").first.inner_text()


def test_tap_selects_one_finger_moves_and_two_magnify(tablet: Page, slide_id: str) -> None:
    hand = open_slide(tablet, slide_id)
    fingers = Fingers(hand)
    row = tablet.get_by_role("row").filter(has_text="0.050")
    tablet.touchscreen.tap(*hand.on_screen((800, 1200)))
    expect(row).to_have_attribute("aria-selected", "true")
    tablet.wait_for_timeout(600)  # a drag right after a tap magnifies

    fingers.move(((2000, 1500), (2600, 1500)))
    tablet.touchscreen.tap(*hand.on_screen((800, 1200)))  # bare tissue, now that the lesion stands further right
    expect(row).to_have_attribute("aria-selected", "false")
    tablet.touchscreen.tap(*hand.on_screen((1400, 1200)))
    expect(row).to_have_attribute("aria-selected", "true")

    before = magnification(tablet)
    fingers.move(((1800, 1500), (1200, 1500)), ((2200, 1500), (2800, 1500)))
    assert magnification(tablet) != before
    expect(tablet.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_slide_is_shown_and_reviewed_without_webgl(page: Page, slide_id: str) -> None:
    page.add_init_script(NO_WEBGL)
    hand = open_slide(page, slide_id)
    page.wait_for_load_state("networkidle")
    x, y = hand.on_screen((2000, 2200))
    clip = page.screenshot(clip={"x": x, "y": y, "width": 4, "height": 4})
    red, green, blue = np.asarray(Image.open(io.BytesIO(clip)).convert("RGB"), np.float64).mean(axis=(0, 1))
    assert green < red - 10 and green < blue + 60  # the pink of the tissue, not the grey of an empty stage
    hand.click((800, 1200))
    page.keyboard.press("a")
    expect(page.get_by_text("1 of 1 decided")).to_be_visible()
