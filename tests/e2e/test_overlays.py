"""What lies over the tissue, and the tissue beneath it."""

import io
from time import monotonic
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from backend.api.routes.tiles import PICTURES
from backend.db.tables import Analysis
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.srgb import ToSrgb
from tests.e2e.conftest import Product
from tests.e2e.drawing import MPP, SIZE, Hand, Point, an_analysed_slide, lesion, open_slide, square, stands_still
from tests.profiles import a_profile

pytestmark = pytest.mark.e2e

MAP_UM = 4.0
UNDER_MAP, BARE = (1000, 2000), (3000, 300)


@pytest.fixture
def hand(page: Page, product: Product) -> Hand:
    """A slide with one focus, and a probability map whose left half is certain."""
    slide_id = an_analysed_slide(product, lesion(square(400, 700, 900)), glands=[])
    _keep_map(product, UUID(slide_id))
    return open_slide(page, slide_id)


def _keep_map(product: Product, slide_id: UUID) -> None:
    with product.sessions() as session:
        analysis_id = session.scalars(select(Analysis.id).where(Analysis.slide_id == slide_id)).one()
    width, height = (round(side * MPP / MAP_UM) for side in SIZE)
    values = np.zeros((height, width), np.uint8)
    values[:, : width // 2] = 255
    storage = product.storage
    with storage.drafting_maps(slide_id, analysis_id) as draft:
        with PyramidWriter(draft / "probability.tiff", (width, height), MAP_UM, grey=True) as pyramid:
            pyramid.add(values)
        storage.keep_maps(draft, slide_id, analysis_id)


def becomes(hand: Hand, place: Point, wanted: NDArray[Any], within: int) -> None:
    """See a place take a colour, however long a busy machine takes to draw it."""
    until = monotonic() + 60
    while np.abs(np.array(colour(hand, place)) - wanted.astype(int)).max() > within:
        assert monotonic() < until, f"{place} is {colour(hand, place)} and not {wanted}"


def colour(hand: Hand, place: Point) -> tuple[int, ...]:
    """Return the colour on screen at a place of the slide, once nothing more is loaded."""
    hand.page.wait_for_load_state("networkidle")
    stands_still(hand.page)
    picture = Image.open(io.BytesIO(hand.page.screenshot())).convert("RGB")
    x, y = hand.on_screen(place)
    seen = picture.getpixel((round(x), round(y)))
    assert isinstance(seen, tuple)
    return seen


def lay_over(hand: Hand, opacity_keys: tuple[str, ...] = ("End",)) -> None:
    page = hand.page
    page.get_by_role("button", name="Overlays").click()
    map_is_laid = page.get_by_role("checkbox", name="Probability of lesion")
    if not map_is_laid.is_checked():
        with page.expect_response(lambda answer: "/maps/" in answer.url and answer.url.endswith(".png")):
            map_is_laid.check()
    for key in opacity_keys:
        page.get_by_role("slider", name="Opacity: Probability of lesion").press(key)
    page.keyboard.press("Escape")


def test_map_keeps_its_colours_while_the_tissue_is_darkened(hand: Hand) -> None:
    lay_over(hand)
    mapped, bare = colour(hand, UNDER_MAP), colour(hand, BARE)
    hand.page.get_by_role("button", name="Display").click()
    expect(hand.page.get_by_role("switch", name="Colours in sRGB")).to_be_disabled()
    expect(hand.page.get_by_text("The slide has no colour profile")).to_be_visible()
    for _ in range(5):
        hand.page.get_by_role("slider", name="Brightness").press("ArrowLeft")
    hand.page.keyboard.press("Escape")
    assert colour(hand, UNDER_MAP) == mapped
    assert sum(colour(hand, BARE)) < sum(bare) - 30


def test_tissue_is_shown_in_the_colours_of_its_profile_where_it_stands_and_as_stored_again(
    page: Page, product: Product
) -> None:
    hand = open_slide(page, an_analysed_slide(product, glands=[], profile=a_profile()))
    to_srgb = ToSrgb.of(a_profile())
    page.get_by_role("button", name="Zoom in").click()
    stands_still(page)
    magnified, stored = page.locator("[aria-live=off]").first.inner_text(), colour(hand, UNDER_MAP)
    page.get_by_role("button", name="Display").click()
    switch = page.get_by_role("switch", name="Colours in sRGB")
    switch.click()
    assert to_srgb
    becomes(hand, UNDER_MAP, to_srgb(np.array([[stored]], np.uint8))[0, 0], within=4)
    in_srgb = page.locator(f"img[src*='crop.jpeg'][src*='revision={PICTURES}'][src$='srgb=true']")
    expect(in_srgb.first).to_be_visible()
    assert page.locator("[aria-live=off]").first.inner_text() == magnified
    switch.click()
    becomes(hand, UNDER_MAP, np.array(stored), within=0)


def test_map_follows_the_slide(hand: Hand) -> None:
    tissue = colour(hand, UNDER_MAP)
    lay_over(hand)
    mapped = colour(hand, UNDER_MAP)
    assert mapped != tissue
    hand.page.keyboard.press(".")
    stands_still(hand.page)
    hand.page.keyboard.press("Shift+R")
    stands_still(hand.page)
    assert colour(hand, UNDER_MAP) == mapped


def test_each_layer_has_its_own_opacity_and_space_hides_them_all(hand: Hand) -> None:
    on_the_edge = (400, 1150)
    tissue, edge = colour(hand, UNDER_MAP), colour(hand, on_the_edge)
    lay_over(hand)
    full = colour(hand, UNDER_MAP)
    lay_over(hand, ("Home", *["ArrowRight"] * 6))
    faint = colour(hand, UNDER_MAP)
    assert full != faint != tissue

    hand.page.keyboard.down("Space")
    assert colour(hand, UNDER_MAP) == tissue
    assert colour(hand, on_the_edge) != edge
    hand.page.keyboard.up("Space")
    assert colour(hand, UNDER_MAP) == faint

    hand.page.get_by_role("button", name="Overlays").click()
    hand.page.get_by_role("checkbox", name="Probability of lesion").uncheck()
    hand.page.get_by_role("checkbox", name="Lesion outlines").uncheck()
    hand.page.keyboard.press("Escape")
    expect(hand.page.get_by_role("button", name="Lesion outlines")).to_have_attribute("aria-pressed", "false")
    assert colour(hand, on_the_edge) != edge
    assert colour(hand, UNDER_MAP) == tissue
