"""Uploads that meet trouble: each says so in a sentence, and none is lost."""

import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.worklist import choose_files, choose_folder, drop_file, drop_from_desktop, row, uploads
from tests.factories import write_slide, write_vms
from tests.wsi.arrival.planted import tissue
from tests.wsi.arrival.scanners import SCANNERS
from tests.wsi.dicom_series import write_series

pytestmark = pytest.mark.e2e


def slow_down(page: Page, bytes_per_second: int) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    network.send("Network.emulateNetworkConditions", conditions)


def test_empty_file_is_refused_before_it_is_sent(page: Page) -> None:
    drop_file(page, "nothing.svs", "")
    expect(uploads(page)).to_contain_text("The file is empty")
    expect(row(page, "nothing")).to_have_count(0)


def test_file_that_is_no_slide_is_rejected_in_a_sentence_and_can_be_dismissed(page: Page) -> None:
    drop_file(page, "notes.svs", "not a slide")
    notes = row(page, "notes")
    expect(notes).to_contain_text("Rejected")
    expect(notes).to_contain_text("The file is text")
    expect(uploads(page)).to_contain_text("The file is text")

    notes.get_by_role("button", name="More about notes").click()
    page.get_by_role("menuitem", name="Dismiss").click()
    page.get_by_role("button", name="Dismiss", exact=True).click()
    expect(notes).to_have_count(0)


def test_upload_goes_on_after_a_reload_where_it_stopped(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "long.svs"
    file.write_bytes(os.urandom(3_000_000))
    page.on("dialog", lambda dialog: dialog.accept())
    slow_down(page, 500_000)
    choose_files(page, file)
    expect(uploads(page)).to_contain_text("1.")  # more than 1 MB is there

    page.reload()
    expect(uploads(page)).to_contain_text("choose the same file again to go on")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose long.svs again").click()
    chooser.value.set_files(str(file))
    expect(uploads(page)).to_contain_text("resuming at")
    expect(row(page, "long")).to_contain_text("Rejected")


def test_paused_upload_waits_until_it_is_resumed(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "patient.svs"
    file.write_bytes(os.urandom(1_500_000))
    slow_down(page, 500_000)
    choose_files(page, file)
    page.get_by_role("button", name="Pause patient.svs").click()
    expect(uploads(page)).to_contain_text("Paused at")
    page.get_by_role("button", name="Resume patient.svs").click()
    expect(row(page, "patient")).to_contain_text("Rejected")


def test_folder_of_one_slide_becomes_one_slide_that_can_be_looked_at(page: Page, tmp_path: Path) -> None:
    write_vms(tmp_path / "Hamamatsu", "folder slide")
    choose_folder(page, tmp_path / "Hamamatsu")
    expect(uploads(page)).to_contain_text("folder slide")
    expect(row(page, "folder slide")).to_contain_text("Ready to analyse")
    expect(row(page, "macro")).to_have_count(0)


def test_folders_of_mirax_and_dicom_become_a_slide_each(page: Page, tmp_path: Path) -> None:
    mirax, dicom = tmp_path / "切片 MIRAX", tmp_path / "DICOM 甲"
    mirax.mkdir()
    SCANNERS["slide.mrxs"](mirax / "患者 slide.mrxs")
    write_series(dicom, [tissue(1024), tissue(512)])
    for number, level in enumerate(list(dicom.iterdir())):
        level.rename(dicom / f"IM{number:04}")  # as scanners call them
    for folder, name in ((mirax, "患者 slide"), (dicom, "DICOM 甲")):
        choose_folder(page, folder)
        expect(row(page, name)).to_have_count(1)
        expect(row(page, name)).to_contain_text("0.500 µm/px")


def test_dropped_folder_is_searched_for_slides_and_the_rest_is_left_out(page: Page, tmp_path: Path) -> None:
    box = tmp_path / "box"
    write_slide(box / "deep" / "唾液腺 dropped one.tiff")
    write_slide(box / "dropped two.tiff", size=(1200, 900))
    (box / "Report.docx").write_text("Dear colleague")
    drop_from_desktop(page, box)
    expect(uploads(page)).to_contain_text("1 file belongs to no slide and was left out.")
    expect(row(page, "唾液腺 dropped one")).to_contain_text("View only")
    expect(row(page, "dropped two")).to_contain_text("View only")


def test_part_of_a_slide_says_what_else_to_choose(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "part.mrxs"
    file.write_bytes(b"x")
    choose_files(page, file)
    expect(uploads(page)).to_contain_text("choose it together with the folder of the same name")


def test_archive_of_slides_becomes_slides_and_one_of_tricks_is_refused(page: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "biopsies.zip", tmp_path / "tricks.zip"
    with ZipFile(good, "w") as archive:
        archive.write(write_slide(tmp_path / "zipped 甲.tiff", size=(1000, 900)), "x/zipped 甲.tiff")
        archive.write(write_slide(tmp_path / "zipped 乙.tiff", size=(1100, 900)), "x/zipped 乙.tiff")
    with ZipFile(bad, "w") as archive:
        archive.writestr("../../outside.svs", b"x")
    choose_files(page, good, bad)
    expect(row(page, "tricks")).to_contain_text("The archive holds links or paths that lead out of it")
    expect(row(page, "zipped 甲")).to_contain_text("View only")
    expect(row(page, "zipped 乙")).to_contain_text("View only")


def test_file_that_is_here_already_is_said_with_a_link_and_discarded_or_kept(page: Page, tmp_path: Path) -> None:
    first, again = write_slide(tmp_path / "original.tiff", size=(1111, 900)), tmp_path / "copy of it.tiff"
    again.write_bytes(first.read_bytes())
    choose_files(page, first)
    expect(row(page, "original")).to_contain_text("View only")

    choose_files(page, again)
    twins = page.get_by_role("group", name="copy of it.tiff is here twice")
    expect(twins).to_contain_text("The same file is already here: original.")
    twins.get_by_role("button", name="Discard this one").click()
    expect(row(page, "copy of it")).to_have_count(0)

    choose_files(page, again)
    twins.get_by_role("button", name="Keep both").click()
    expect(row(page, "copy of it")).to_have_count(1)
    expect(row(page, "original")).to_have_count(1)

    with ZipFile(tmp_path / "archived.zip", "w") as archive:
        archive.write(first, "original.tiff")
    choose_files(page, tmp_path / "archived.zip")
    expect(row(page, "archived")).to_contain_text("View only")
    page.get_by_role("link", name="archived").click()
    expect(page.get_by_role("definition").filter(has_text="original")).to_contain_text("copy of it")


def test_upload_is_not_given_up_by_a_slip(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "slip.svs"
    file.write_bytes(os.urandom(3_000_000))
    slow_down(page, 500_000)
    choose_files(page, file)
    expect(uploads(page)).to_contain_text("left")
    page.get_by_role("button", name="Give up slip.svs").click()
    page.get_by_role("button", name="Keep it").click()
    expect(uploads(page)).to_contain_text("slip.svs")
    page.get_by_role("button", name="Give up slip.svs").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
        page.get_by_role("button", name="Give up", exact=True).click()
    expect(uploads(page)).to_have_count(0)
    slow_down(page, -1)
    page.reload()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    expect(uploads(page)).to_have_count(0)


def test_session_that_ends_in_the_middle_of_an_upload_only_interrupts_it(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "session.svs"
    file.write_bytes(os.urandom(36_000_000))
    slow_down(page, 9_000_000)
    choose_files(page, file)
    expect(uploads(page)).to_contain_text("left")
    page.context.clear_cookies()
    expect(uploads(page)).to_contain_text("Waiting for you to sign in again")
    sign_in(page)
    slow_down(page, -1)
    expect(row(page, "session")).to_contain_text("Rejected")


@pytest.mark.parametrize("name", ["唾液腺 3号 ő ñ.svs", "scan\u202egpj.svs", "長" * 80 + ".svs", "a'b\"c<b>&.svs"])
def test_odd_names_are_shown_and_go_all_the_way(page: Page, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(os.urandom(2000))
    choose_files(page, file)
    expect(row(page, file.stem.replace("\u202e", ""))).to_contain_text("Rejected")
