from pathlib import Path

import cv2
import numpy as np
import pytest

from backend.core.errors import MppUnknown, SlideNotSuitable, SlideUnreadable
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.wsi.arrival.inspection import inspect_slide
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide
from backend.wsi.validation import require_analysable, why_not_analysable
from tests.realdata import real_slide


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slide") / "phantom.tiff"
    write_phantom(PhantomSpec(5, 1.0, 0.8, 1), path)
    return path


def plain_slide(path: Path, colour: tuple[int, int, int], mpp: float = 0.5) -> Path:
    """Write a slide of one colour with a darker square in it."""
    raster = np.full((1024, 1024, 3), colour, np.uint8)
    raster[300:700, 300:700] //= 2
    with PyramidWriter(path, (1024, 1024), mpp) as pyramid:
        pyramid.add(raster)
    return path


def test_phantom_is_a_slide_that_can_be_analysed(phantom: Path) -> None:
    found = inspect_slide(phantom)
    assert (found.width, found.height, found.not_analysable) == (2000, 1600, None)
    assert found.mpp_x == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.svs", b"", "empty"),
        ("notes.svs", b"Dear colleague,\nplease find enclosed\n" * 20, "text"),
        ("letter.svs", "亲爱的同事\n".encode() * 400, "text"),
        ("report.svs", b"%PDF-1.7 ...", "PDF"),
        ("noise.svs", bytes(range(256)) * 40, "format"),
    ],
)
def test_what_is_no_slide_is_named_in_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SlideUnreadable, match=sentence):
        inspect_slide(tmp_path / name)


def test_jpeg_named_like_a_slide_is_told_to_be_a_picture(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "p.jpg"), np.zeros((64, 64, 3), np.uint8))
    (tmp_path / "p.jpg").rename(tmp_path / "p.svs")
    with pytest.raises(SlideUnreadable, match="JPEG picture"):
        inspect_slide(tmp_path / "p.svs")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_slide_is_refused_wherever_it_was_cut(phantom: Path, tmp_path: Path, share: float) -> None:
    data = phantom.read_bytes()
    (tmp_path / "cut.tiff").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(SlideUnreadable, match=r"cut short|damaged"):
        inspect_slide(tmp_path / "cut.tiff")


def test_dark_slide_can_be_viewed_but_not_analysed(tmp_path: Path) -> None:
    found = inspect_slide(plain_slide(tmp_path / "dark.tiff", (3, 2, 40)))
    assert found.not_analysable is not None and "fluorescence" in found.not_analysable


def test_brown_slide_is_not_taken_for_haematoxylin_and_eosin(tmp_path: Path) -> None:
    found = inspect_slide(plain_slide(tmp_path / "brown.tiff", (230, 190, 120)))
    assert found.not_analysable is not None and "haematoxylin" in found.not_analysable


def test_coarse_slide_is_refused_with_its_pixel_size(tmp_path: Path) -> None:
    path = plain_slide(tmp_path / "coarse.tiff", (240, 200, 225), mpp=29)
    with Slide(path) as slide, pytest.raises(SlideNotSuitable, match="29 µm per pixel"):
        require_analysable(slide)
    assert why_not_analysable(0.5) is None
    assert why_not_analysable(None) is None


def test_slide_without_mpp_asks_for_it_and_takes_what_is_given() -> None:
    path = real_slide("tcga-cr-7395-01a-01-ts1.svs")
    with Slide(path) as slide, pytest.raises(MppUnknown, match="enter it"):
        require_analysable(slide)
    with Slide(path, mpp=0.25) as slide:
        require_analysable(slide)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("CMU-1-Small-Region.svs", None),
        ("tcga-cr-7395-01a-01-ts1.svs", None),
        ("fluorescence.ndpi", "fluorescence"),
        ("multiframe_camelyon_challenge_image.dcm", "too coarse"),
        ("multi_frame_jpeg2000_camelyon_challenge_image.dcm", "too coarse"),
    ],
)
def test_real_slides_open_and_are_judged(name: str, reason: str | None) -> None:
    found = inspect_slide(real_slide(name))
    assert found.not_analysable is None if reason is None else reason in str(found.not_analysable)


def test_real_slide_cut_in_half_is_refused(tmp_path: Path) -> None:
    data = real_slide("CMU-1-Small-Region.svs").read_bytes()
    (tmp_path / "half.svs").write_bytes(data[: len(data) // 2])
    with pytest.raises(SlideUnreadable, match="cut short"):
        inspect_slide(tmp_path / "half.svs")
