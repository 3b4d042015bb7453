from pathlib import Path

import cv2
import numpy as np
import pytest

from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.wsi.arrival.inspection import inspect_slide
from backend.wsi.arrival.quality import Quality, quality_of
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import RGB, Slide
from tests.realdata import real_slide


@pytest.fixture(scope="module")
def tissue(tmp_path_factory: pytest.TempPathFactory) -> RGB:
    """A phantom without artefacts, 0.5 µm per pixel."""
    path = tmp_path_factory.mktemp("slide") / "phantom.tiff"
    write_phantom(PhantomSpec(3, 1.4, 1.2, 1, artefacts=False), path)
    with Slide(path) as slide:
        return slide.region((0, 0, *slide.size), slide.size)


def judged(rgb: RGB, path: Path, mpp: float = 0.5) -> Quality:
    with PyramidWriter(path, (rgb.shape[1], rgb.shape[0]), mpp, quality=95) as pyramid:
        pyramid.add(rgb)
    with Slide(path) as slide:
        return quality_of(slide)


def test_sharp_clean_slide_has_neither_blur_nor_pen(tissue: RGB, tmp_path: Path) -> None:
    assert judged(tissue, tmp_path / "slide.tiff") == Quality(0.0, 0.0)


def test_half_out_of_focus_is_measured_as_half(tissue: RGB, tmp_path: Path) -> None:
    spoilt = tissue.copy()
    middle = tissue.shape[1] // 2
    spoilt[:, :middle] = cv2.GaussianBlur(tissue, (0, 0), 3)[:, :middle]
    assert judged(spoilt, tmp_path / "slide.tiff").blur_share == pytest.approx(0.5, abs=0.2)


def test_finer_scan_of_the_same_tissue_is_no_more_blurred(tissue: RGB, tmp_path: Path) -> None:
    finer = cv2.resize(tissue[:1200, :1200], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert judged(np.asarray(finer, np.uint8), tmp_path / "slide.tiff", mpp=0.25).blur_share == 0


@pytest.mark.parametrize("ink", [(30, 60, 160), (20, 120, 60), (25, 25, 28)])
def test_pen_is_measured_in_shares_of_the_slide(tissue: RGB, tmp_path: Path, ink: tuple[int, int, int]) -> None:
    painted = tissue.copy()
    cv2.rectangle(painted, (200, 200), (800, 500), ink, -1)
    true = 601 * 301 / (tissue.shape[0] * tissue.shape[1])
    assert judged(painted, tmp_path / "slide.tiff").pen_share == pytest.approx(true, rel=0.1)


def test_real_slide_is_sharp_and_unmarked() -> None:
    found = inspect_slide(real_slide("CMU-1-Small-Region.svs"))
    assert found.blur_share == 0 and (found.pen_share or 0) < 0.001


def test_what_is_not_haematoxylin_and_eosin_is_not_judged() -> None:
    found = inspect_slide(real_slide("fluorescence.ndpi"))
    assert (found.blur_share, found.pen_share) == (None, None)
