"""What the glass looks like, and where there is tissue on it."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from backend.phantom.scene import PhantomSpec, compose
from backend.phantom.writer import write_phantom
from backend.pipeline.tissue import TissueOptions, glass_colour, tissue_mask
from backend.wsi.slide import Slide

OPTIONS = TissueOptions()


def glass_of(path: Path) -> np.ndarray:
    with Slide(path) as slide:
        return glass_colour(slide, *tissue_mask(slide, OPTIONS), OPTIONS)


def test_colour_of_the_glass_is_that_of_the_phantoms(tmp_path: Path) -> None:
    spec = PhantomSpec(4, 1.5, 1.5, 2, unfamiliar=True)
    write_phantom(spec, tmp_path / "slide.tiff")
    assert np.abs(glass_of(tmp_path / "slide.tiff") - compose(spec).staining.white).max() < 9  # light is uneven


@pytest.mark.parametrize("value", [120, 255])
def test_glass_is_taken_to_be_white_where_none_is_seen(tmp_path: Path, value: int) -> None:
    rgb = np.full((800, 800, 3), value, np.uint8)
    tifffile.imwrite(
        tmp_path / "slide.tiff", rgb, tile=(256, 256), photometric="rgb", resolution=(2e4, 2e4), resolutionunit=3
    )
    assert (glass_of(tmp_path / "slide.tiff") == 255).all()
