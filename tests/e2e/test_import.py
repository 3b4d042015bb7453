"""Outlines from QuPath on the slide page."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.core import geojson
from tests.e2e.conftest import Product
from tests.e2e.drawing import an_analysed_slide, lesion, square

pytestmark = pytest.mark.e2e


def imported(page: Page, file: Path, said: str) -> None:
    """Import a file, and read what is said of it."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import GeoJSON").click()
    chooser.value.set_files(file)
    expect(page.get_by_text(said)).to_be_visible()


def exported(page: Page, file: Path) -> list[tuple[str, list[object]]]:
    """Download the review for QuPath; return class and outline of each shape that it holds."""
    with page.expect_download() as under_way:
        page.get_by_role("link", name="GeoJSON for QuPath").click()
    under_way.value.save_as(file)
    features = json.loads(file.read_text())["features"]
    return sorted((one["properties"]["classification"]["name"], one["geometry"]["coordinates"]) for one in features)


def test_file_from_qupath_joins_the_review_and_a_bad_one_changes_nothing(
    page: Page, product: Product, tmp_path: Path
) -> None:
    slide_id = an_analysed_slide(product, lesion(square(500, 900, 600)), glands=[])
    good, bad = tmp_path / "annotations.geojson", tmp_path / "photo.geojson"
    feature = geojson.feature("9f1d8a4e-1111-4222-8333-444455556666", square(2400, 800, 400), "Focus", "Focus 1")
    good.write_text(json.dumps(geojson.collection([feature])))
    bad.write_text("no GeoJSON")

    page.goto(f"/slides/{slide_id}")
    page.get_by_role("tab", name="Analysis and slide").click()
    for file, said in ((bad, "The file is not GeoJSON as QuPath exports it."), (good, "are in the review")):
        imported(page, file, said)

    page.get_by_role("tab", name="Review", exact=True).click()
    drawn = page.get_by_role("row").filter(has_text="drawn")
    expect(drawn).to_contain_text("0.040")
    page.keyboard.press("u")
    expect(drawn).to_have_count(0)


def test_review_that_is_taken_to_another_slide_and_back_has_the_same_outlines(
    page: Page, product: Product, tmp_path: Path
) -> None:
    lesions = lesion(square(500.25, 900.5, 600)), lesion(square(2000, 900, 300))
    others = (lesion(square(3000, 200, 300)),)
    slides = [an_analysed_slide(product, *some, glands=[square(100, 100, 2500)]) for some in (lesions, others)]
    page.goto(f"/slides/{slides[0]}")
    page.get_by_role("tab", name="Analysis and slide").click()
    shapes = exported(page, tmp_path / "one.geojson")
    assert [name for name, _ in shapes] == ["Focus", "Focus", "Gland"]

    page.goto(f"/slides/{slides[1]}")
    page.get_by_role("tab", name="Analysis and slide").click()
    imported(page, tmp_path / "one.geojson", "are in the review")
    again = [outline for _, outline in exported(page, tmp_path / "two.geojson")]
    assert [outline for _, outline in shapes if outline not in again] == []
