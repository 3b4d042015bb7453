"""Damage is found when a slide arrives, and named by its place."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.inspection import inspect_slide
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide
from tests.realdata import real_slide

TILES = 16  # along a side of level 0, so that every quarter of it is sampled wholly


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A pyramid of JPEG tiles of noise, which every flipped bit changes."""
    path = tmp_path_factory.mktemp("slide") / "noise.tiff"
    rng = np.random.default_rng(1)
    with PyramidWriter(path, (TILES * 256 // 2, TILES * 256 // 2), 0.5) as pyramid:
        for _ in range(TILES // 2):
            pyramid.add(rng.integers(0, 255, (256, TILES * 256 // 2, 3), np.uint8))
    return path.read_bytes()


def place_of_tile(data: bytes, path: Path, level: int, column: int, row: int) -> tuple[int, int]:
    """Return where a coded tile lies and its length."""
    path.write_bytes(data)
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages[level]
        assert isinstance(page, tifffile.TiffPage)
        number = row * -(-page.imagewidth // 256) + column
        return page.dataoffsets[number], page.databytecounts[number]


@pytest.mark.parametrize(
    ("level", "column", "row", "said"),
    [
        (0, 0, 0, "the upper left quarter of level 0"), (0, 7, 7, "the lower right quarter of level 0"),
        (0, 7, 0, "the upper right quarter of level 0"), (1, 0, 3, "the lower left quarter of level 1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["zeroed", "cut", "flipped"])
def test_damaged_tile_is_named_with_level_and_quarter(
    slide: bytes, tmp_path: Path, level: int, column: int, row: int, said: str, how: str
) -> None:
    path = tmp_path / "slide.tiff"
    offset, length = place_of_tile(slide, path, level, column, row)
    data = bytearray(slide)
    if how == "zeroed":
        data[offset : offset + length] = bytes(length)
    elif how == "cut":
        data[offset + length // 2 : offset + length] = bytes(length - length // 2)
    else:
        for at in range(offset + length // 4, offset + length - 2, length // 20):
            data[at] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(SlideUnreadable, match=said):
        inspect_slide(path)


def test_undamaged_slide_is_taken(slide: bytes, tmp_path: Path) -> None:
    (tmp_path / "slide.tiff").write_bytes(slide)
    assert inspect_slide(tmp_path / "slide.tiff").levels == 4


def test_real_jpeg_2000_slide_with_a_zeroed_part_is_named_damaged(tmp_path: Path) -> None:
    data = bytearray(real_slide("tcga-cr-7395-01a-01-ts1.svs").read_bytes())
    data[2_000_000:2_400_000] = bytes(400_000)
    (tmp_path / "slide.svs").write_bytes(data)
    with pytest.raises(SlideUnreadable, match=r"lower left quarter of level 0|lower right quarter of level 0"):
        inspect_slide(tmp_path / "slide.svs")


@pytest.mark.parametrize("resolution", [300, 72])
def test_dots_per_inch_of_a_printer_are_no_pixel_size(tmp_path: Path, resolution: int) -> None:
    path = tmp_path / "slide.tiff"
    tifffile.imwrite(
        path, np.full((2048, 3072, 3), 200, np.uint8), tile=(256, 256), photometric="rgb",
        resolution=(resolution, resolution), resolutionunit="INCH",
    )  # fmt: skip
    with Slide(path) as opened:
        assert opened.mpp is None
