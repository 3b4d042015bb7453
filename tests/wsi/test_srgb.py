"""The stored colours in sRGB are those that littlecms makes of the file's profile."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from backend.wsi.arrival.icc import numeric_profile
from backend.wsi.arrival.reencode import reencode
from backend.wsi.slide import Slide
from backend.wsi.srgb import ToSrgb
from tests.factories import write_slide
from tests.profiles import GAMMA, a_profile
from tests.realdata import real_slide

RGB = np.random.default_rng(5).integers(0, 256, (64, 48, 3), np.uint8)


def test_pixels_are_those_of_littlecms_and_not_the_stored_ones() -> None:
    profile = ImageCms.getOpenProfile(BytesIO(a_profile()))
    expected = ImageCms.profileToProfile(Image.fromarray(RGB), profile, ImageCms.createProfile("sRGB"))
    to_srgb = ToSrgb.of(a_profile())
    assert to_srgb and expected
    assert np.array_equal(to_srgb(RGB), np.asarray(expected))
    assert np.abs(to_srgb(RGB).astype(int) - RGB).mean() > 5


def test_greys_get_the_gamma_of_the_screen() -> None:
    """What both profiles mean by a grey can be computed by hand: the primaries of each add up to white."""
    grey = np.full((1, 1, 3), 128, np.uint8)
    to_srgb = ToSrgb.of(a_profile())
    assert to_srgb
    linear = (128 / 255) ** GAMMA
    assert np.abs(to_srgb(grey) - 255 * (1.055 * linear ** (1 / 2.4) - 0.055)).max() <= 6


def test_slides_without_a_profile_or_with_a_broken_one_have_no_srgb(tmp_path: Path) -> None:
    for number, profile in enumerate((None, b"nonsense" * 40, a_profile()[:200])):
        with Slide(write_slide(tmp_path / f"{number}.tiff", size=(300, 200), profile=profile)) as slide:
            assert slide.to_srgb is None


def test_analyses_see_stored_colours(tmp_path: Path) -> None:
    with (
        Slide(write_slide(tmp_path / "plain.tiff", size=(300, 200))) as plain,
        Slide(write_slide(tmp_path / "profiled.tiff", size=(300, 200), profile=a_profile())) as profiled,
    ):
        assert profiled.to_srgb
        box = (0, 0, 300, 200)
        assert np.array_equal(plain.region(box, (300, 200)), profiled.region(box, (300, 200)))


def test_a_slide_that_is_drawn_anew_keeps_the_numbers_of_its_profile(tmp_path: Path) -> None:
    with Slide(write_slide(tmp_path / "slide.tiff", size=(300, 200), profile=a_profile())) as slide:
        reencode(slide, tmp_path / "anew.tiff")
    with Slide(tmp_path / "anew.tiff") as anew:
        assert anew.colour_profile == numeric_profile(a_profile())
        to_srgb, expected = anew.to_srgb, ToSrgb.of(a_profile())
    assert to_srgb and expected and np.array_equal(to_srgb(RGB), expected(RGB))


def test_a_real_slide_that_states_srgb_looks_the_same_in_srgb() -> None:
    with Slide(real_slide("tcga-cr-7395-01a-01-ts1.svs")) as slide:
        rgb = slide.region((1000, 1000, 256, 256), (256, 256))
        assert slide.to_srgb and np.abs(slide.to_srgb(rgb).astype(int) - rgb).max() <= 1
