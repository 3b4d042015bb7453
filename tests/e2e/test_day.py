"""A reader's day: from an upload to an amended report, through a lost connection and a colleague's other opinion."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Product, Running
from tests.e2e.drawing import Hand, selected_mm2, selection, stands_still
from tests.e2e.signing import answer_by_keyboard, answer_required, download, read_first, saved, sign, text_of
from tests.e2e.worklist import choose_files, row, uploads

pytestmark = pytest.mark.e2e

INSPECTION_MS = 180_000
ANALYSIS_MS = 10 * 60_000
COUNT_MS = 180_000
PHANTOM_PX = (6000, 5000)


@pytest.fixture(scope="module")
def product(running: Running) -> Iterator[Product]:
    """An installation in which readers read first, and that keeps no name of a file."""
    settings = {"FOCUSSCOPE_BLIND_FIRST": "true", "FOCUSSCOPE_KEEP_FILE_NAMES": "false"}
    with running(**settings) as product:
        yield product


def upload_and_analyse(page: Page, slide: Path) -> None:
    """Bring a slide in, name it, and wait on its page for what is to be read."""
    choose_files(page, slide)
    expect(uploads(page)).to_contain_text(slide.name)
    expect(uploads(page)).to_contain_text("listed as “Slide 1”", timeout=INSPECTION_MS)
    expect(row(page, slide.stem)).to_have_count(0)
    page.get_by_role("button", name="More about Slide 1").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill(slide.stem)
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(row(page, slide.stem)).to_contain_text("Ready to analyse", timeout=INSPECTION_MS)
    page.get_by_role("button", name=f"Analyse {slide.stem}").click()
    uploads(page).get_by_role("link", name="listed as “Slide 1”").click()
    expect(page.get_by_role("form", name="Your own read first")).to_be_visible(timeout=ANALYSIS_MS)
    expect(page.get_by_role("table", name="Lesions")).to_have_count(0)


def lesions(page: Page) -> Locator:
    """Return the rows of the lesions."""
    return page.get_by_role("row").filter(has=page.get_by_role("button", name=re.compile("^Show ")))


def drawn(page: Page) -> Locator:
    return lesions(page).filter(has_text="drawn")


def confirm(lesion: Locator) -> Locator:
    return lesion.get_by_role("button", name=re.compile("^Confirm"))


def decided(page: Page, number: int, total: int) -> None:
    expect(page.get_by_text(f"{number} of {total} decided")).to_be_visible()


def on_server(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def accept_all_by_keys(page: Page) -> int:
    """Go through the queue with J and A; return how many lesions it had."""
    expect(page.get_by_text(re.compile(r"^0 of \d+ decided$"))).to_be_visible()
    total = lesions(page).count()
    page.keyboard.press("j")
    for number in range(1, total + 1):
        page.keyboard.press("a")
        decided(page, number, total)
    on_server(page)
    return total


def stroke(page: Page, *places: tuple[float, float]) -> None:
    """Draw with the tool in hand; places are shares of the viewer."""
    box = page.get_by_role("application", name="Slide").bounding_box()
    assert box
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def widen_first_outline(page: Page) -> None:
    """Fly to the first focus, and brush from its middle out to one side."""
    page.get_by_role("button", name="Show focus 1", exact=True).click()
    stands_still(page)
    page.keyboard.press("b")
    stroke(page, (0.5, 0.5), (0.75, 0.5))
    page.keyboard.press("Escape")
    expect(drawn(page)).to_have_count(1)
    on_server(page)


def draw_missed_one(page: Page) -> None:
    """Outline where nothing was proposed with every tool, while the server cannot be reached for a part of it."""
    hand = Hand(page, PHANTOM_PX)
    hand.fit()
    hand.take("Polygon")
    hand.click((1600, 2000), (2400, 2000), (2400, 2600), (1600, 2600))
    page.keyboard.press("Enter")
    expect(selection(page)).to_contain_text("1 shape selected")
    page.keyboard.press("n")
    grows(page, lambda: hand.drag((2400, 2000), (2700, 1800)))
    on_server(page)

    page.context.set_offline(True)
    page.keyboard.press("d")
    grows(page, lambda: hand.drag((1700, 2500), (2200, 2500), (2200, 2900), (1700, 2900)), holding="Shift")
    page.keyboard.press("b")
    grows(page, lambda: hand.drag((2400, 2300), (2800, 2300)))
    page.keyboard.press("x")
    grows(page, lambda: hand.drag((2900, 2300), (2600, 2300)), by=-1)
    expect(page.get_by_text(re.compile("not saved yet, trying again"))).to_be_visible()
    page.keyboard.press("c")
    hand.drag((2000, 1600), (2000, 3200))
    expect(selection(page)).to_contain_text("2 shapes selected")
    page.get_by_role("button", name="Merge the selected").click()
    expect(selection(page)).to_contain_text("1 shape selected")
    page.context.set_offline(False)
    on_server(page)

    page.keyboard.press("d")
    grows(page, lambda: hand.drag((1800, 2200), (2100, 2200), (2100, 2400), (1800, 2400)), by=-1, holding="Alt")
    expect(selection(page)).to_contain_text("1 hole")
    page.keyboard.press("h")
    expect(selection(page)).not_to_contain_text("hole")
    page.keyboard.press("Escape")
    expect(drawn(page)).to_have_count(2)
    on_server(page)
    expect(page.get_by_text("counting…")).to_have_count(0, timeout=COUNT_MS)


def grows(page: Page, edit: Callable[[], None], *, by: int = 1, holding: str | None = None) -> None:
    """Edit the selected outline, and see its area grow, or shrink where `by` is negative."""
    before = selected_mm2(page)
    words = selection(page).inner_text()
    if holding:
        page.keyboard.down(holding)
    edit()
    if holding:
        page.keyboard.up(holding)
    expect(selection(page)).not_to_have_text(words)
    assert by * (selected_mm2(page) - before) > 0


def disagree_about_the_last(page: Page, colleague: Page) -> None:
    """Reject offline what a colleague leaves open meanwhile; see both, and let the colleague's hold."""
    page.context.set_offline(True)
    lesions(page).last.get_by_role("button", name=re.compile("^Reject")).click()
    page.get_by_role("button", name="Plasma cells").click()
    confirm(lesions(colleague).last).click()  # it was confirmed, and is undecided again
    colleague.get_by_role("dialog").get_by_role("button", name="Go on together").click()
    on_server(colleague)
    page.context.set_offline(False)
    clash = page.get_by_role("dialog", name="Somebody else changed this first")
    expect(clash).to_contain_text("rejected")
    expect(clash).to_contain_text("undecided")
    clash.get_by_role("button", name="Keep what holds now").click()
    on_server(page)


def amend(page: Page, reason: str) -> None:
    page.get_by_role("button", name="Amend…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason for the amendment").fill(reason)
    dialog.get_by_role("button", name="Amend", exact=True).click()
    expect(page.get_by_text("An amendment of version 1 is under way.")).to_be_visible()


def test_reader_spends_a_day_with_a_slide(page: Page, colleague: Page, phantom: Path, tmp_path: Path) -> None:
    upload_and_analyse(page, phantom)
    read_first(page)
    proposed = accept_all_by_keys(page)
    widen_first_outline(page)
    draw_missed_one(page)

    total = proposed + 1
    page.keyboard.press("Delete")
    expect(lesions(page)).to_have_count(proposed)
    for key, count in (("u", total), ("Shift+U", proposed), ("u", total)):
        page.keyboard.press(key)
        expect(lesions(page)).to_have_count(count)
    on_server(page)
    reviewed = page.get_by_role("group", name="Reviewed focus score")
    score = reviewed.inner_text()
    page.reload()
    decided(page, total, total)
    expect(drawn(page)).to_have_count(2)
    assert reviewed.inner_text() == score

    colleague.goto(page.url)
    read_first(colleague)
    expect(colleague.get_by_text("Reader has this review open, too")).to_be_visible()
    disagree_about_the_last(page, colleague)
    decided(page, total - 1, total)
    confirm(lesions(page).last).click()
    decided(page, total, total)

    page.get_by_role("tab", name="Report and sign-off").click()
    answer_required(page)
    saved(page)
    expect(page.get_by_text("Everything is answered.")).to_be_visible()
    expect(sign(page)).to_contain_text("version 1")
    text = text_of(download(page, 1, tmp_path))
    assert "Version1,signedbyReader" in text and "Atrophymild" in text

    amend(page, "The atrophy was graded low.")
    answer_by_keyboard(page, "Atrophy", 3)
    saved(page)
    expect(sign(page)).to_contain_text("version 2")
    changed = page.get_by_role("table", name="Changed since version 1").get_by_role("row").filter(has_text="Atrophy")
    expect(changed).to_contain_text(re.compile("mild.*severe"))
    assert "Theatrophywasgradedlow." in text_of(download(page, 2, tmp_path))
