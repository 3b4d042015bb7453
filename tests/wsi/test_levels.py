"""What is built after the upload is what would have been drawn."""

import os
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import tifffile
from PIL import Image

from backend.wsi.deepzoom import DeepZoom, coded_levels, encode_jpeg, stored_index, tile
from backend.wsi.levels import FILE, build_levels, read_levels
from backend.wsi.slide import Slide
from tests.wsi.test_stored_tiles import KEPT_DICOM, MADE, REAL, SERIES, decoded, dicom_or_real, places, write

SIZES = {
    **MADE,
    "1 and 8": {"size": (2600, 2100), "factors": (1, 8)},
    "1, 4 and 16, one more pixel": {"size": (4097, 2049), "factors": (1, 4, 16)},
    "one column": {"size": (1, 900), "factors": (1,)},
}


@pytest.fixture(params=[*SIZES, *SERIES, *REAL, *KEPT_DICOM])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param in SIZES:
        return write(tmp_path / "made.tiff", **SIZES[request.param])
    return dicom_or_real(request.param, tmp_path)


def test_every_tile_is_stored_or_built_and_a_built_one_is_the_drawn_one(path: Path, tmp_path: Path) -> None:
    with Slide(path) as slide:
        pyramid = DeepZoom.of(slide)
        assert build_levels(slide, tmp_path / "levels" / FILE)
        exact = slide.tile_px or all(level.downsample % 1 == 0 for level in slide.levels)  # or OpenSlide interpolates
        coded, built = coded_levels(slide, pyramid), read_levels(tmp_path / "levels" / FILE, pyramid)
        for place in places(pyramid):
            dz_level, *at = place
            level = built.get(dz_level)
            if level is None or not level.has(*at):
                assert dz_level in coded and coded[dz_level].has(*at), place
                continue
            data = level.stream(*at)
            assert data and data == level.stream_from_memory(*at)
            with Image.open(BytesIO(data)) as image:
                assert image.size == pyramid.tile_size_dz(*place), place
            near = any(stored_index(slide, pyramid, one) is not None for one in range(dz_level, dz_level + 4)
                       if one < pyramid.dz_levels)  # fmt: skip
            drawn = tile(slide, pyramid, *place)
            if near and exact:
                assert data == encode_jpeg(drawn), place
            elif min(drawn.shape[:2]) >= 16:  # far from any stored level it is drawn in one step, and roughly
                assert abs(decoded(data).mean() - drawn.mean()) < 3, place


def test_tiles_beyond_the_edge_are_not_there(tmp_path: Path) -> None:
    with Slide(write(tmp_path / "made.tiff", size=(1301, 777), factors=(1, 4))) as slide:
        build_levels(slide, tmp_path / "levels" / FILE)
        pyramid = DeepZoom.of(slide)
        built = read_levels(tmp_path / "levels" / FILE, pyramid)
        assert built[10].has(2, 1) and not any(built[10].has(*at) for at in [(3, 0), (0, 2), (3, 1), (2, 2)])


def test_what_does_not_decode_is_left_out_and_the_rest_is_built(tmp_path: Path) -> None:
    path = write(tmp_path / "damaged.tiff", size=(1024, 1024), factors=(1, 4))
    with tifffile.TiffFile(path) as tiff:
        page: Any = tiff.pages[0]
        offset, length = page.dataoffsets[0], page.databytecounts[0]
    data = bytearray(path.read_bytes())
    data[offset : offset + length] = bytes(length)
    path.write_bytes(data)
    with Slide(path) as slide:
        build_levels(slide, tmp_path / "levels" / FILE)
        built = read_levels(tmp_path / "levels" / FILE, DeepZoom.of(slide))
        assert [built[9].has(column, row) for row in (0, 1) for column in (0, 1)] == [False, True, True, True]


def _build_and_die(slide: Path, levels: Path) -> None:
    from backend.wsi import levels as module

    module.encode_jpeg = lambda _: os._exit(1)  # type: ignore[attr-defined, assignment]  # in a child
    with Slide(slide) as opened:
        build_levels(opened, levels / FILE)


def test_builder_that_is_killed_leaves_nothing_that_is_read_and_the_next_one_builds(tmp_path: Path) -> None:
    path = write(tmp_path / "made.tiff", size=(1301, 777), factors=(1, 4))
    process = get_context("spawn").Process(target=_build_and_die, args=(path, tmp_path / "levels"))
    process.start()
    process.join()
    assert process.exitcode == 1 and len(list((tmp_path / "levels").glob("*.part"))) == 1
    with Slide(path) as slide:
        assert read_levels(tmp_path / "levels" / FILE, DeepZoom.of(slide)) == {}
        assert build_levels(slide, tmp_path / "levels" / FILE)
        assert not build_levels(slide, tmp_path / "levels" / FILE)
        assert read_levels(tmp_path / "levels" / FILE, DeepZoom.of(slide))
    assert list((tmp_path / "levels").glob("*.part")) == []
