from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile

from backend.wsi.pyramid import PyramidWriter


@pytest.mark.parametrize("size", [(1, 1), (255, 700), (1000, 513)])
def test_every_size_is_written_whole_and_halved_level_by_level(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    ramp = np.linspace(40, 220, width * height).reshape(height, width).astype(np.uint8)
    raster = np.stack([ramp] * 3, axis=-1)
    with PyramidWriter(tmp_path / "p.tiff", size, 0.5) as pyramid:
        for row in range(0, height, 100):
            pyramid.add(raster[row : row + 100])
    with openslide.OpenSlide(tmp_path / "p.tiff") as slide:
        assert slide.dimensions == size
        assert float(slide.properties["openslide.mpp-x"]) == pytest.approx(0.5)
        for level, (w, h) in enumerate(slide.level_dimensions):
            assert (w, h) == (-(-width // 2**level), -(-height // 2**level))
        read = np.asarray(slide.read_region((0, 0), 0, size).convert("RGB")).astype(int)
    assert np.abs(read - raster).max() < 8


def test_grey_map_is_stored_without_loss(tmp_path: Path) -> None:
    raster = np.random.default_rng(0).integers(0, 255, (300, 400), np.uint8)
    with PyramidWriter(tmp_path / "p.tiff", (400, 300), 4.0, grey=True) as pyramid:
        pyramid.add(raster)
    assert np.array_equal(tifffile.imread(tmp_path / "p.tiff", key=0), raster)
    with openslide.OpenSlide(tmp_path / "p.tiff") as slide:
        assert float(slide.properties["openslide.mpp-x"]) == pytest.approx(4.0)


def test_nothing_is_left_behind_when_drawing_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), PyramidWriter(tmp_path / "p.tiff", (100, 100), 0.5):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
