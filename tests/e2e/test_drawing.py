"""Each drawing tool on the slide page, as a hand uses it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Product
from tests.e2e.drawing import (
    Hand,
    an_analysed_slide,
    lesion,
    open_slide,
    selected_mm2,
    selection,
    sign,
    square,
    stands_still,
)

pytestmark = pytest.mark.e2e

LEFT = square(500, 900, 600)
"""0.09 mm²"""
RIGHT = square(1100, 900, 400)
"""0.04 mm², beside LEFT"""
RING = square(2400, 1500, 800) + square(2700, 1800, 200)
"""0.16 mm² with a hole of 0.01"""
GLAND = square(300, 800, 1800)
"""0.81 mm²"""


@pytest.fixture
def slide_id(product: Product) -> str:
    return an_analysed_slide(product, *map(lesion, (LEFT, RIGHT, RING)), glands=[GLAND])


@pytest.fixture
def hand(page: Page, slide_id: str) -> Hand:
    return open_slide(page, slide_id)


def is_selected(page: Page, words: str) -> None:
    expect(selection(page)).to_have_text(words)


def is_unchanged(page: Page) -> None:
    """The review holds no action that could be undone."""
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def is_saved(page: Page) -> None:
    """The server has the last change."""
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    is_on_server(page)


def is_on_server(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def row_of(page: Page, number: int) -> Locator:
    """Return the row of a lesion in the list; a drawn one is a focus until it is counted."""
    name = re.compile(f"^Show (focus|aggregate) {number}$")
    return page.get_by_role("row").filter(has=page.get_by_role("button", name=name))


def test_polygon_has_the_area_between_its_corners(page: Page, hand: Hand) -> None:
    hand.take("Polygon")
    hand.click((2400, 800), (3200, 800), (3200, 1200), (2400, 1200))
    page.keyboard.press("Enter")
    expect(selection(page)).to_contain_text("1 shape selected")
    assert selected_mm2(page) == pytest.approx(0.08, rel=0.02)
    is_saved(page)


def test_drawn_focus_is_measured_and_counted_by_the_server_and_outlives_a_reload(page: Page, hand: Hand) -> None:
    hand.take("Polygon")
    hand.click((1300, 1500), (2100, 1500), (2100, 1900), (1300, 1900), (1300, 1500))
    expect(page.get_by_role("row").filter(has_text="counting…")).to_contain_text("0.080")
    expect(page.get_by_text("counting…")).to_have_count(0, timeout=180_000)
    drawn = page.get_by_role("row").filter(has_text="drawn")
    expect(drawn).to_contain_text(re.compile(r"4.*0\.080"))
    counted = drawn.inner_text()

    page.reload()
    expect(drawn).to_have_text(re.compile(r"4.*0\.080"))
    assert drawn.inner_text() == counted
    page.keyboard.press("u")
    expect(drawn).to_have_count(0)
    page.keyboard.press("Shift+U")
    expect(drawn).to_be_visible()


def test_selected_focus_is_edited_with_e_until_escape(page: Page, hand: Hand) -> None:
    predicted = page.get_by_role("group", name="Predicted focus score")
    before = predicted.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Edit vertices")).to_have_attribute("aria-pressed", "true")
    stands_still(page)
    hand.fit()
    hand.drag((500, 900), (500, 600))
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Select", exact=True)).to_have_attribute("aria-pressed", "true")
    is_saved(page)

    page.reload()
    edited = page.get_by_role("row").filter(has_text="drawn")
    expect(edited).to_contain_text(re.compile(r"1.*0\.11[23]"))
    expect(edited.get_by_role("button", name="Confirm")).to_have_attribute("aria-pressed", "true")
    assert predicted.inner_text() == before
    page.keyboard.press("u")
    expect(row_of(page, 1)).to_contain_text("0.050")  # as the pipeline had measured it
    is_unchanged(page)


def test_deleted_focus_stays_away_until_it_is_undone(page: Page, hand: Hand) -> None:
    hand.click((800, 1200))
    page.keyboard.press("Delete")
    expect(row_of(page, 1)).to_have_count(0)
    is_saved(page)
    page.reload()
    expect(row_of(page, 2)).to_be_visible()
    expect(row_of(page, 1)).to_have_count(0)
    page.keyboard.press("u")
    expect(row_of(page, 1)).to_be_visible()


def test_drawn_gland_makes_the_glandular_area_larger(page: Page, hand: Hand) -> None:
    page.keyboard.press("j")
    page.keyboard.press("a")
    reviewed = page.get_by_role("group", name="Reviewed focus score")
    expect(reviewed).to_contain_text("÷ 4.00 mm²")
    page.get_by_text("Glands", exact=True).click()
    hand.fit()
    hand.take("Polygon")
    hand.click((2400, 300), (3600, 300), (3600, 1100), (2400, 1100), (2400, 300))
    expect(reviewed).to_contain_text("÷ 4.24 mm²")
    page.reload()
    expect(reviewed).to_contain_text("÷ 4.24 mm²")


def test_signed_review_offers_no_tools(page: Page, hand: Hand, product: Product, slide_id: str) -> None:
    page.keyboard.press("j")
    page.keyboard.press("a")
    is_saved(page)
    sign(product, slide_id)
    page.reload()
    expect(row_of(page, 1)).to_be_visible()
    expect(page.get_by_role("toolbar", name="Tools")).to_have_count(0)
    hand.click((800, 1200))
    page.keyboard.press("Delete")
    page.keyboard.press("b")
    hand.drag((2400, 900), (2800, 900))
    expect(page.get_by_role("row").filter(has_text="drawn")).to_have_count(0)
    expect(row_of(page, 1)).to_be_visible()


def test_polygon_closes_on_its_first_corner_and_escape_gives_it_up(page: Page, hand: Hand) -> None:
    hand.take("Polygon")
    hand.click((2400, 800), (3200, 800))
    page.keyboard.press("Escape")
    hand.click((2400, 800), (3200, 800), (3200, 1200), (2400, 800))
    assert selected_mm2(page) == pytest.approx(0.04, rel=0.03)
    is_saved(page)


def test_freehand_closes_itself(page: Page, hand: Hand) -> None:
    page.keyboard.press("d")
    hand.drag((2400, 800), (3200, 800), (3200, 1200), (2400, 1200))
    expect(selection(page)).to_contain_text("1 shape selected")
    assert selected_mm2(page) == pytest.approx(0.08, rel=0.03)


def test_brush_goes_on_with_the_selected_shape_and_the_eraser_takes_away(page: Page, hand: Hand) -> None:
    page.keyboard.press("b")
    hand.drag((2400, 900), (2800, 900))
    expect(selection(page)).to_contain_text("1 shape selected")
    first = selected_mm2(page)
    hand.drag((2800, 900), (3300, 900))
    is_saved(page)
    grown = selected_mm2(page)
    assert grown > 1.5 * first
    page.keyboard.press("x")
    hand.drag((3000, 600), (3000, 1200))
    expect(selection(page)).to_contain_text("2 shapes selected")
    assert selected_mm2(page) < grown


def test_brush_has_the_size_that_was_chosen(page: Page, hand: Hand) -> None:
    page.keyboard.press("b")
    hand.click((2600, 1000))
    small = selected_mm2(page)
    page.keyboard.press("Delete")
    for _ in range(4):
        page.keyboard.press("]")
    hand.click((2600, 1000))
    assert selected_mm2(page) == pytest.approx(small * 1.25**8, rel=0.15)


def test_vertex_is_moved_added_and_deleted(page: Page, hand: Hand) -> None:
    hand.click((800, 1200))
    is_selected(page, "1 shape selected · 0.09 mm²")
    page.keyboard.press("n")
    hand.drag((500, 900), (500, 600))
    assert selected_mm2(page) == pytest.approx(0.09 + 300 * 600 / 2 * 0.25e-6, rel=0.02)
    hand.drag((800, 1500), (800, 1800))  # a new one on the lower edge
    assert selected_mm2(page) == pytest.approx(0.09 + 2 * 300 * 600 / 2 * 0.25e-6, rel=0.02)
    page.keyboard.down("Alt")
    hand.click((800, 1800))
    page.keyboard.up("Alt")
    assert selected_mm2(page) == pytest.approx(0.09 + 300 * 600 / 2 * 0.25e-6, rel=0.02)


def test_outline_that_would_cross_itself_is_refused_in_a_sentence(page: Page, hand: Hand) -> None:
    hand.click((800, 1200))
    page.keyboard.press("n")
    hand.drag((500, 900), (1300, 1300))
    expect(page.get_by_text("The outline would cross itself.")).to_be_visible()
    is_selected(page, "1 shape selected · 0.09 mm²")
    is_unchanged(page)


def test_shape_is_split_along_a_line_and_merged_again(page: Page, hand: Hand) -> None:
    hand.click((800, 1200))
    page.keyboard.press("c")
    hand.drag((700, 700), (700, 1700))
    is_selected(page, "2 shapes selected · 0.09 mm²")
    page.get_by_role("button", name="Merge the selected").click()
    is_selected(page, "1 shape selected · 0.09 mm²")


def test_touching_shapes_are_merged_and_distant_ones_are_not(page: Page, hand: Hand) -> None:
    hand.click((800, 1200))
    page.keyboard.press("m")
    hand.click((1300, 1100))
    page.keyboard.press("Enter")
    is_selected(page, "1 shape selected · 0.13 mm²")
    hand.click((2500, 1600))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose at least two shapes that touch each other.")).to_be_visible()


def test_shift_adds_and_alt_subtracts(page: Page, hand: Hand) -> None:
    hand.click((800, 1200))
    page.keyboard.press("d")
    page.keyboard.down("Shift")
    hand.drag((600, 1400), (1000, 1400), (1000, 1900), (600, 1900))
    page.keyboard.up("Shift")
    assert selected_mm2(page) == pytest.approx(0.09 + 400 * 400 * 0.25e-6, rel=0.03)
    page.keyboard.down("Alt")
    hand.drag((600, 1300), (1000, 1300), (1000, 2000), (600, 2000))
    page.keyboard.up("Alt")
    assert selected_mm2(page) == pytest.approx(0.09 - 400 * 200 * 0.25e-6, rel=0.03)


def test_holes_are_filled_and_shapes_deleted_and_each_is_undone(page: Page, hand: Hand) -> None:
    hand.click((2500, 1600))
    is_selected(page, "1 shape selected · 0.15 mm² · 1 hole")
    page.keyboard.press("h")
    is_selected(page, "1 shape selected · 0.16 mm²")
    page.keyboard.press("Delete")
    expect(selection(page)).to_have_count(0)
    expect(row_of(page, 3)).to_have_count(0)
    page.keyboard.press("u")
    expect(row_of(page, 3)).to_be_visible()
    is_on_server(page)
    hand.click((2500, 1600))
    is_selected(page, "1 shape selected · 0.16 mm²")
    page.keyboard.press("u")
    is_unchanged(page)
    is_on_server(page)
    hand.click((2500, 1600))
    is_selected(page, "1 shape selected · 0.15 mm² · 1 hole")


def test_glands_are_edited_on_their_own_layer(page: Page, hand: Hand) -> None:
    page.get_by_text("Glands", exact=True).click()
    hand.click((400, 2400))
    is_selected(page, "1 shape selected · 0.81 mm²")
    page.keyboard.press("c")
    hand.drag((200, 1700), (2300, 1700))
    is_selected(page, "2 shapes selected · 0.81 mm²")


def test_middle_button_and_space_move_the_slide_with_a_tool_in_hand(page: Page, hand: Hand) -> None:
    page.keyboard.press("b")
    hand.drag((2400, 900), (2600, 1100), button="middle")
    page.keyboard.down("Space")
    hand.drag((2600, 1100), (2400, 900))
    page.keyboard.up("Space")
    is_unchanged(page)
    page.keyboard.press("v")
    stands_still(page)
    hand.click((800, 1200))
    is_selected(page, "1 shape selected · 0.09 mm²")  # back where it was


def test_turned_slide_is_hit_where_it_is_seen(page: Page, hand: Hand) -> None:
    for _ in range(6):
        page.keyboard.press(".")
    stands_still(page)
    centre_x, centre_y = 2000, 1500
    x, y = 800, 1200  # in LEFT: a quarter turn clockwise about the middle takes (x, y) to (-y, x)
    hand.click((centre_x - (y - centre_y), centre_y + (x - centre_x)))
    is_selected(page, "1 shape selected · 0.09 mm²")
    page.get_by_role("button", name="Turned by 90°: set upright").click()
    stands_still(page)
    hand.click((2500, 1600))
    is_selected(page, "1 shape selected · 0.15 mm² · 1 hole")


def test_two_fingers_move_the_slide_and_give_up_the_stroke(page: Page, hand: Hand) -> None:
    page.keyboard.press("b")
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(map(hand.on_screen, places))]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    magnification = page.locator("[aria-live=off]").first
    before = magnification.inner_text()
    fingers("touchStart", (1800, 1500))
    fingers("touchStart", (1800, 1500), (2200, 1500))
    for step in range(1, 6):
        fingers("touchMove", (1800 - 100 * step, 1500), (2200 + 100 * step, 1500))
    fingers("touchEnd")
    expect(magnification).not_to_have_text(before)
    is_unchanged(page)
    fingers("touchStart", (1800, 1500))
    fingers("touchMove", (1900, 1500))
    fingers("touchEnd")
    is_saved(page)


def test_length_and_area_are_measured(page: Page, hand: Hand) -> None:
    page.get_by_role("button", name="Measure a length").click()
    hand.drag((2400, 1000), (3400, 1000))
    expect(page.get_by_text(re.compile(r"^(49\d|50\d) µm$"))).to_be_attached()
    page.get_by_role("button", name="Measure an area").click()
    hand.click((2400, 800), (3200, 800), (3200, 1200), (2400, 1200))
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^0\.0(79|80|81)\d? mm²$|^0\.08 mm²$"))).to_be_attached()
    is_unchanged(page)


def test_nothing_is_measured_without_a_pixel_size(page: Page, product: Product) -> None:
    unmeasured = an_analysed_slide(product, lesion(LEFT), glands=[GLAND], mpp=None)
    open_slide(page, unmeasured)
    page.get_by_role("button", name="Measure a length").hover()
    expect(page.get_by_role("tooltip").filter(has_text="Pixel size unknown")).to_be_visible()


def test_slide_is_shown_brighter_and_as_scanned_again(page: Page, hand: Hand) -> None:
    place = hand.on_screen((2000, 2600))

    def shade() -> bytes:
        page.wait_for_load_state("networkidle")  # finer tiles may be on their way
        stands_still(page)
        return page.screenshot(clip={"x": place[0], "y": place[1], "width": 4, "height": 4})

    before = shade()
    page.get_by_role("button", name="Display").click()
    page.get_by_role("slider", name=re.compile("^Gamma")).press("ArrowRight")
    page.get_by_role("slider", name=re.compile("^Brightness")).press("ArrowLeft")
    assert shade() != before
    page.get_by_role("button", name="Show as scanned").click()
    assert shade() == before
