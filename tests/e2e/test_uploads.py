"""Uploads that meet trouble: each says so in a sentence, and none is lost."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.worklist import choose_files, drop_file, row, uploads

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
    expect(notes).to_contain_text("Rejected", timeout=30_000)
    expect(notes).to_contain_text("The file is text")

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
    expect(uploads(page)).to_contain_text("1.", timeout=20_000)  # more than 1 MB is there

    page.reload()
    choose_files(page, file)
    expect(uploads(page)).to_contain_text("resuming at")
    expect(row(page, "long")).to_contain_text("Rejected", timeout=30_000)


def test_paused_upload_waits_until_it_is_resumed(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "patient.svs"
    file.write_bytes(os.urandom(1_500_000))
    slow_down(page, 500_000)
    choose_files(page, file)
    page.get_by_role("button", name="Pause patient.svs").click()
    expect(uploads(page)).to_contain_text("Paused at")
    page.get_by_role("button", name="Resume patient.svs").click()
    expect(row(page, "patient")).to_contain_text("Rejected", timeout=30_000)
