"""Our tiles are where OpenSlide's own Deep Zoom generator puts them."""

from pathlib import Path

import numpy as np
import openslide
import pytest
from openslide.deepzoom import DeepZoomGenerator

from backend.wsi.deepzoom import DeepZoom, tile
from backend.wsi.slide import Slide
from tests.factories import write_slide

SIZE = (1301, 777)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_slide(tmp_path_factory.mktemp("slide") / "slide.tiff", size=SIZE)


def test_levels_have_the_same_sizes(path: Path) -> None:
    ours, theirs = DeepZoom(SIZE), DeepZoomGenerator(openslide.OpenSlide(path), tile_size=256, overlap=0)
    assert [ours.size_dz(dz_level) for dz_level in range(ours.dz_levels)] == list(theirs.level_dimensions)


@pytest.mark.parametrize("size", [(1, 1), (256, 256), (257, 1), (100_000, 80_000)])
def test_coarsest_level_is_one_pixel_and_the_finest_is_the_slide(size: tuple[int, int]) -> None:
    pyramid = DeepZoom(size)
    assert (pyramid.size_dz(0), pyramid.size_dz(pyramid.dz_levels - 1)) == ((1, 1), size)


@pytest.mark.parametrize(("dz_level", "column", "row"), [(11, 0, 0), (11, 5, 3), (10, 2, 1), (9, 1, 0)])
def test_tiles_show_the_same_place(path: Path, dz_level: int, column: int, row: int) -> None:
    theirs = DeepZoomGenerator(openslide.OpenSlide(path), tile_size=256, overlap=0)
    expected = np.asarray(theirs.get_tile(dz_level, (column, row)), int)
    with Slide(path) as slide:
        drawn = tile(slide, DeepZoom.of(slide), dz_level, column, row).astype(int)
    assert drawn.shape == expected.shape
    assert abs(drawn - expected).mean() < 1.5
