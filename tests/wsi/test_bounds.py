"""A slide that was scanned in part only: tiles, crops and outlines share the frame of the whole glass."""

from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile

from backend.wsi.arrival.reencode import reencode
from backend.wsi.deepzoom import DeepZoom, tile
from backend.wsi.slide import Slide
from tests.wsi.test_stored_tiles import over_white, texture

SCANNED, GLASS, AT = (1024, 768), (2000, 1500), (300, 400)  # (width, height) and (x, y), in level-0 pixels
NM = 500
ABOUT = """<?xml version="1.0"?>
<scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01"><collection sizeX="{glass[0]}" sizeY="{glass[1]}">
<image><creationDate>2026-01-01T00:00:00Z</creationDate><device model="Leica SCN400" version="1"/>
<pixels sizeX="{pixels[0]}" sizeY="{pixels[1]}">
<dimension sizeX="{pixels[0]}" sizeY="{pixels[1]}" r="0" ifd="0"/></pixels>
<view sizeX="{view[0]}" sizeY="{view[1]}" offsetX="{at[0]}" offsetY="{at[1]}"/>
<scanSettings><objectiveSettings><objective>20</objective></objectiveSettings>
<illuminationSettings><illuminationSource>brightfield</illuminationSource></illuminationSettings></scanSettings>
</image></collection></scn>"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A Leica slide: a picture that lies somewhere on the glass."""
    path = tmp_path / "part.scn"
    glass, view, at = ([NM * length for length in size] for size in (GLASS, SCANNED, AT))
    tifffile.imwrite(
        path, texture(SCANNED), bigtiff=True, tile=(256, 256), photometric="ycbcr", compression="jpeg", metadata=None,
        description=ABOUT.format(glass=glass, pixels=SCANNED, view=view, at=at),
    )  # fmt: skip
    return path


def test_tiles_lie_where_the_scan_lies_on_the_glass_and_white_around_it(path: Path) -> None:
    with Slide(path) as slide, openslide.OpenSlide(path) as file:
        assert (slide.size, slide.bounds) == (GLASS, (*AT, *SCANNED))
        whole, pyramid = over_white(file.read_region((0, 0), 0, GLASS)), DeepZoom.of(slide)
        finest, side = pyramid.dz_levels - 1, pyramid.tile_px
        for column, row in np.ndindex(-(-GLASS[0] // side), -(-GLASS[1] // side)):
            there = whole[row * side : (row + 1) * side, column * side : (column + 1) * side]
            assert np.array_equal(tile(slide, pyramid, finest, column, row), there), (column, row)
    assert whole[: AT[1]].min() == 255 and whole[AT[1] + 9, AT[0] + 9].min() < 255


def test_a_slide_drawn_anew_begins_where_the_scan_begins(path: Path, tmp_path: Path) -> None:
    with Slide(path) as slide:
        scanned = slide.region((*AT, *SCANNED), SCANNED).astype(int)
        reencode(slide, tmp_path / "anew.tiff")
    with Slide(tmp_path / "anew.tiff") as anew:
        assert anew.size == SCANNED
        assert np.abs(anew.region((0, 0, *SCANNED), SCANNED) - scanned).mean() < 4
