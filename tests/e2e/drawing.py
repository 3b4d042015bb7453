"""A slide with lesions at known places, and hands that draw on it in slide pixels."""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import dist
from typing import TypeAlias
from uuid import UUID, uuid4

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from backend.core.findings import Findings, Lesion, Rings
from backend.db.tables import Analysis
from backend.services import accounts
from tests.e2e.conftest import USER, Product
from tests.factories import a_finished_analysis, a_signature, a_slide, findings, write_slide

SIZE = (4000, 3000)
MPP = 0.5

DOUBLE_CLICK_PX = 40
STILL = """() => new Promise((resolve) => {
    // Once there is tissue, and all that is drawn of the slide and over it has been the same for a while.
    const small = new OffscreenCanvas(64, 64).getContext("2d", { willReadFrequently: true });
    const drawn = (canvas) => {
        small.clearRect(0, 0, 64, 64);
        if (canvas.width && canvas.height) small.drawImage(canvas, 0, 0, 64, 64);
        return small.getImageData(0, 0, 64, 64).data;
    };
    let before = "";
    let frames = 0;
    const look = () => {
        const viewers = [...document.querySelectorAll("[role=application]")].map((one) => one.parentElement);
        const seen = viewers.map((one) => [...one.querySelectorAll("canvas")].map(drawn));
        const now = seen.flat().map(String).join();
        frames = seen.every((one) => one[0]?.some(Boolean)) && now === before ? frames + 1 : 0;
        before = now;
        if (frames > 15) resolve();
        else requestAnimationFrame(look);
    };
    look();
})"""

Point: TypeAlias = tuple[float, float]


def square(x: float, y: float, side: float) -> Rings:
    """Return a closed square."""
    return [[(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]]


def lesion(polygon: Rings) -> Lesion:
    """Return a focus of this outline."""
    return Lesion(str(uuid4()), polygon, area_mm2=0.05, lymphocyte_count=90, confidence=0.9, counts_as_focus=True)


def an_analysed_slide(
    product: Product, *lesions: Lesion, glands: list[Rings], mpp: float | None = MPP, size: tuple[int, int] = SIZE,
    profile: bytes | None = None,
) -> str:  # fmt: skip
    """Store a slide with these findings in a running product; return its id."""
    with product.sessions.begin() as session:
        slide = a_slide(
            session, accounts.named(session, username=USER), name="Drawn on", width=size[0], height=size[1],
            mpp_x=mpp, mpp_y=mpp,
        )  # fmt: skip
        write_slide(product.storage.slide_file(slide.id, slide.entry), size, mpp, profile)
        a_finished_analysis(session, slide, _found(lesions, glands))
        return str(slide.id)


def sign(product: Product, slide_id: str) -> None:
    """Sign the review of a slide as it stands."""
    with product.sessions.begin() as session:
        wanted = select(Analysis).where(Analysis.slide_id == UUID(slide_id))
        a_signature(session, session.scalars(wanted).one(), accounts.named(session, username=USER))


def _found(lesions: tuple[Lesion, ...], glands: list[Rings]) -> Findings:
    return replace(findings(*lesions), glands=glands)


@dataclass
class Hand:
    """Draws on the slide that a page shows; places are slide pixels."""

    page: Page
    size: tuple[int, int] = SIZE

    def fit(self) -> None:
        """Show the whole slide, which says where each of its pixels stands."""
        self.page.get_by_role("button", name="Fit the whole slide").click()
        stands_still(self.page)

    def on_screen(self, place: Point) -> Point:
        """Return where a slide pixel stands, once the whole slide is shown."""
        box = self.page.get_by_role("application", name="Slide").bounding_box()
        assert box
        scale = min(box["width"] / self.size[0], box["height"] / self.size[1])
        left = box["x"] + (box["width"] - self.size[0] * scale) / 2
        top = box["y"] + (box["height"] - self.size[1] * scale) / 2
        return left + place[0] * scale, top + place[1] * scale

    def click(self, *places: Point) -> None:
        """Click each place."""
        for before, place in pairwise([None, *map(self.on_screen, places)]):
            assert place
            if before and dist(before, place) < DOUBLE_CLICK_PX:
                self.page.wait_for_timeout(350)  # two clicks soon after one another are a double click
            self.page.mouse.click(*place)

    def drag(self, *places: Point, button: str = "left") -> None:
        """Press at the first place, go to the others, let go at the last."""
        self.page.mouse.move(*self.on_screen(places[0]))
        self.page.mouse.down(button=button)  # type: ignore[arg-type]
        for place in places[1:]:
            self.page.mouse.move(*self.on_screen(place), steps=8)
        self.page.mouse.up(button=button)  # type: ignore[arg-type]

    def take(self, tool: str) -> None:
        """Take up a tool by its button."""
        self.page.get_by_role("button", name=tool, exact=True).click()


def selection(page: Page) -> Locator:
    """Return what is said of the selected shapes."""
    return page.get_by_role("note", name="Selection")


def selected_mm2(page: Page) -> float:
    """Return the area of the selected shapes."""
    words = selection(page).inner_text().split(" · ")[1].split()
    return float(words[0]) / (1 if words[1] == "mm²" else 1e6)


def open_slide(page: Page, slide_id: str) -> Hand:
    """Show a slide as a whole, to somebody who wants no motion: whatever shows another place does so at once."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/slides/{slide_id}")
    expect(page.get_by_role("toolbar", name="Tools")).to_be_visible()
    hand = Hand(page)
    hand.fit()
    return hand


def stands_still(page: Page) -> None:
    """Wait until the viewer has flown to where it was told, and has drawn everything there."""
    page.evaluate(STILL)
