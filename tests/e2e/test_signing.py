"""A read of one's own, the fields by keyboard, a signature, its PDF, an amendment, and what it says otherwise."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from backend.core.findings import Lesion
from backend.db.tables import Slide
from backend.services import accounts
from tests.e2e.axe import keeps_nobody_out
from tests.e2e.conftest import USER, Product, Running
from tests.e2e.signing import answer_by_keyboard, answer_required, download, read_first, saved, sign, text_of
from tests.factories import a_finished_analysis, a_lesion, a_stored_slide, a_user, findings

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def product(running: Running) -> Iterator[Product]:
    """An installation in which readers read first."""
    with running(FOCUSSCOPE_BLIND_FIRST="true") as product:
        yield product


def lesion(number: int) -> Lesion:
    x = 100.0 + 400 * number
    ring = [(x, 300.0), (x + 200, 300.0), (x + 200, 480.0), (x, 480.0), (x, 300.0)]
    made = a_lesion(60 + 30 * number)
    return Lesion(str(uuid4()), [ring], made.area_mm2, made.lymphocyte_count, 0.8, True)


@pytest.fixture
def slide_url(product: Product) -> Iterator[str]:
    """A slide with three proposed foci in 8 mm² of gland."""
    with product.sessions.begin() as session:
        reader = accounts.named(session, username=USER)
        a_user(session, "colleague", role="reader")
        slide = a_stored_slide(session, product.storage, reader, name="Lip 17")
        a_finished_analysis(session, slide, findings(*map(lesion, range(3)), glandular_area_mm2=8.0))
        address = f"/slides/{slide.id}"
    yield address


def analyse_again(product: Product, slide_url: str) -> None:
    """Let a later analysis of the slide find one focus less."""
    with product.sessions.begin() as session:
        slide = session.get_one(Slide, UUID(slide_url.rpartition("/")[2]))
        a_finished_analysis(session, slide, findings(*map(lesion, range(2)), glandular_area_mm2=8.0))


def test_reader_reads_alone_decides_signs_amends_and_sees_the_difference(
    page: Page, product: Product, slide_url: str, tmp_path: Path
) -> None:
    page.goto(slide_url)
    expect(page.get_by_role("form", name="Your own read first")).to_be_visible()
    expect(page.get_by_role("button", name="Show the proposals")).to_be_disabled()
    expect(page.get_by_text("decided")).to_have_count(0)
    keeps_nobody_out(page)
    read_first(page)
    expect(page.get_by_text("0 of 3 decided")).to_be_visible()
    for key in ("j", "a", "a", "r", "1"):
        page.keyboard.press(key)
    expect(page.get_by_text("3 of 3 decided")).to_be_visible()

    page.get_by_role("tab", name="Report and sign-off").click()
    page.get_by_role("button", name="Sign…").click()
    page.get_by_role("dialog").get_by_role("button", name="Atrophy").click()
    expect(page.get_by_role("group", name="Atrophy").get_by_role("radio").first).to_be_focused()
    answer_required(page)
    page.get_by_role("textbox", name="Glands").fill("5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("suggested: 3")).to_be_visible()
    expect(page.get_by_role("group", name="Chisholm–Mason grade").get_by_role("radio", checked=True)).to_have_count(0)
    saved(page)
    expect(page.get_by_text("Everything is answered.")).to_be_visible()
    keeps_nobody_out(page)

    page.get_by_role("button", name="Sign…").click()
    dialog = page.get_by_role("dialog", name="Sign version 1")
    expect(dialog).to_contain_text("Meets the histological criterion FS ≥ 1 on the reviewed foci.")
    expect(dialog).to_contain_text("For Research Use Only")
    keeps_nobody_out(page)
    dialog.get_by_role("textbox", name="Password").fill("not the password")
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("The password is not right")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("textbox", name="Tarpley grade").scroll_into_view_if_needed()
    expect(sign(page)).to_contain_text("version 1")
    expect(page.get_by_role("link", name="PDF")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Sign…")).to_have_count(0)
    expect(page.get_by_role("group", name="Atrophy").get_by_role("radio").first).to_be_disabled()
    keeps_nobody_out(page)
    text = text_of(download(page, 1, tmp_path))
    for words in ("Version1,signedbyReader", "4×2÷8.00mm²=1.00", "Atrophymild", "Estimatedfocusscore0.50"):
        assert words in text

    page.get_by_role("button", name="Amend…").click()
    keeps_nobody_out(page)
    page.get_by_role("dialog").get_by_role("textbox", name="Reason for the amendment").fill(
        "The atrophy was graded low."
    )
    page.get_by_role("dialog").get_by_role("button", name="Amend", exact=True).click()
    expect(page.get_by_text("An amendment of version 1 is under way.")).to_be_visible()
    answer_by_keyboard(page, "Atrophy", 3)
    saved(page)
    expect(sign(page)).to_contain_text("version 2")
    changes = page.get_by_role("table", name="Changed since version 1")
    expect(changes.get_by_role("row").filter(has_text="Atrophy")).to_contain_text("mild")
    expect(changes.get_by_role("row").filter(has_text="Atrophy")).to_contain_text("severe")
    keeps_nobody_out(page)
    text = text_of(download(page, 2, tmp_path))
    assert "Theatrophywasgradedlow." in text and "Changessinceversion1" in text

    analyse_again(product, slide_url)
    page.goto(slide_url)
    signed = page.get_by_role("status").filter(has_text="Signed by Reader on")
    expect(signed).to_contain_text("version 2")
    page.get_by_role("note").filter(has_text="newer analysis").get_by_role("button", name="Show it").click()
    expect(page.get_by_role("form", name="Your own read first")).to_be_visible()
    keeps_nobody_out(page)
    page.get_by_role("note").filter(has_text="signed review").get_by_role("button", name="Show it").click()
    expect(signed).to_contain_text("version 2")

    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="My agreement").click()
    rows = page.get_by_role("table", name="Slides read alone").get_by_role("row").filter(has_text="Lip 17")
    expect(rows).to_contain_text("−0.50")
    expect(page.get_by_role("img", name="Estimated minus signed")).to_be_visible()
    keeps_nobody_out(page)

    page.get_by_role("combobox", name="Reader").click()
    page.get_by_role("option", name="Colleague").click()
    expect(page.get_by_role("heading", name="Agreement of Colleague")).to_be_visible()
    expect(page.get_by_text("Nothing of Colleague to compare yet")).to_be_visible()

    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Network performance").click()
    judged = page.get_by_role("table", name="By period").get_by_role("row").last
    expect(judged).to_contain_text("67 % (2)")
    expect(judged).to_contain_text("Duct or acini cut at a slant: 1")
    keeps_nobody_out(page)
