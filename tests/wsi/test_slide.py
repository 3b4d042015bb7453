from pathlib import Path

import numpy as np
import openslide
import pytest

from backend.core.errors import SlideUnreadable
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide
from tests.realdata import real_slide


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slide") / "p.tiff"
    write_phantom(PhantomSpec(5, 1.0, 0.8, 1), path)
    return path


def test_region_at_level_0_is_what_openslide_reads(path: Path) -> None:
    with Slide(path) as slide, openslide.OpenSlide(path) as reference:
        ours = slide.region((300, 200, 256, 128), (256, 128))
        assert np.array_equal(ours, np.asarray(reference.read_region((300, 200), 0, (256, 128)).convert("RGB")))


def test_coarser_region_shows_the_same_tissue_as_the_averaged_finer_one(path: Path) -> None:
    with Slide(path) as slide:
        fine = slide.region((400, 400, 512, 512), (512, 512)).reshape(64, 8, 64, 8, 3).mean((1, 3))
        coarse = slide.region((400, 400, 512, 512), (64, 64))
    assert np.abs(fine - coarse).mean() < 4


def test_what_lies_beyond_the_slide_is_white(path: Path) -> None:
    with Slide(path) as slide:
        assert slide.region((-200, -200, 100, 100), (50, 50)).min() == 255


def test_thumbnail_keeps_the_proportions(path: Path) -> None:
    with Slide(path) as slide:
        assert slide.thumbnail(500).shape == (400, 500, 3)


def test_implausible_mpp_counts_as_unknown_and_a_given_one_wins(tmp_path: Path) -> None:
    with PyramidWriter(tmp_path / "p.tiff", (300, 300), 5000.0) as pyramid:
        pyramid.add(np.full((300, 300, 3), 240, np.uint8))
    with Slide(tmp_path / "p.tiff") as slide:
        assert slide.mpp is None
    with Slide(tmp_path / "p.tiff", mpp=0.4) as slide:
        assert slide.required_mpp.mean == pytest.approx(0.4)


def test_file_that_is_no_slide_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.svs").write_bytes(b"\1\2\3" * 100)
    with pytest.raises(SlideUnreadable, match="not a slide"):
        Slide(tmp_path / "x.svs")


def test_real_slide_states_what_its_scanner_wrote() -> None:
    with Slide(real_slide("CMU-1-Small-Region.svs")) as slide:
        assert (slide.size, slide.vendor, slide.objective_power) == ((2220, 2967), "aperio", 20.0)
        assert slide.required_mpp.x == pytest.approx(0.499)
