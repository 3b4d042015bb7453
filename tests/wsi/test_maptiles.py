"""Tiles of a map lie over the slide, whatever the ratio of their pixels."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.core.geometry import Grid
from backend.wsi.colours import legend_of, table_of
from backend.wsi.maptiles import MapTiles, encode_png, map_tile
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide

SIZE = 5001, 3999
SPOT_LEVEL0 = np.array([3300.0, 1700.0])


def write_spot(path: Path, grid: Grid, spread_level0: float = 120.0) -> None:
    """Write a map with one bright spot at a place of the slide."""
    rows, columns = np.indices(grid.shape) + 0.5
    fx, fy = grid.level0_per_pixel
    distance = np.hypot(columns * fx - SPOT_LEVEL0[0], rows * fy - SPOT_LEVEL0[1])
    with PyramidWriter(path, grid.shape[::-1], grid.um_per_pixel, grey=True) as pyramid:
        pyramid.add((255 * np.exp(-((distance / spread_level0) ** 2))).astype(np.uint8))


@pytest.mark.parametrize("mpp_xy", [(0.5, 0.5), (0.37, 0.37), (0.25, 0.30)])
@pytest.mark.parametrize("coarser", [0, 1, 2])
def test_spot_lies_where_it_is_on_the_slide_at_every_level(
    tmp_path: Path, mpp_xy: tuple[float, float], coarser: int
) -> None:
    tiles = MapTiles(Grid(mpp_xy, SIZE, 4.0))
    write_spot(tmp_path / "map.tiff", tiles.grid)
    level = tiles.finest - coarser
    width_dz, height_dz = tiles.pyramid.size_dz(level)
    whole = np.zeros((height_dz, width_dz))
    with Slide(tmp_path / "map.tiff") as opened:
        for row in range(-(-height_dz // 256)):
            for column in range(-(-width_dz // 256)):
                one = map_tile(opened, tiles, level, column, row, labels=False)
                whole[row * 256 :, column * 256 :][: one.shape[0], : one.shape[1]] = one
    rows, columns = np.indices(whole.shape) + 0.5
    centre_dz = np.array([(whole * columns).sum(), (whole * rows).sum()]) / whole.sum()
    assert centre_dz * tiles.pyramid.downsample(level) == pytest.approx(SPOT_LEVEL0, abs=2.0)


def test_finest_tiles_are_as_fine_as_the_map_and_span_the_slide() -> None:
    tiles = MapTiles(Grid((0.37, 0.37), SIZE, 4.0))
    assert tiles.pyramid.downsample(tiles.finest) == 8  # a map pixel spans 10.8
    assert tiles.width_level0 == 8 * 626 and not tiles.has(tiles.finest + 1, 0, 0)


def test_coarser_labels_are_labels_that_were_there(tmp_path: Path) -> None:
    labels = np.random.default_rng(0).choice(np.array([0, 3], np.uint8), (700, 900))
    with PyramidWriter(tmp_path / "roi.tiff", (900, 700), 16.0, grey=True, labels=True) as pyramid:
        pyramid.add(labels)
    tiles = MapTiles(Grid((0.5, 0.5), (900 * 32, 700 * 32), 16.0))
    with Slide(tmp_path / "roi.tiff") as opened:
        for level in range(tiles.finest + 1):
            assert set(np.unique(map_tile(opened, tiles, level, 0, 0, labels=True))) <= {0, 3}


def test_nothing_is_transparent_and_more_hides_more() -> None:
    picture = Image.open(io.BytesIO(encode_png(np.arange(256, dtype=np.uint8)[None], table_of("probability"))))
    alpha = np.asarray(picture)[0, :, 3].astype(int)
    assert (picture.mode, alpha[0], alpha[-1]) == ("RGBA", 0, 255) and (np.diff(alpha) >= 0).all()


def test_legend_says_what_is_drawn() -> None:
    assert [label for label, _ in legend_of("roi")] == ["Gland", "Other tissue", "Artefact"]
    assert table_of("roi")[0, 3] == 0
    red, green, blue = table_of("attention")[255, :3]
    assert legend_of("attention")[-1] == ("1", f"#{red:02x}{green:02x}{blue:02x}")
