import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
import openslide
import pytest
import tifffile
from numpy.typing import NDArray

from backend.core.errors import SlideUnreadable
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.wsi.jpeg2000 import decode_jpeg2000
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide
from tests.realdata import real_slide
from tests.wsi.test_stored_tiles import KEPT_DICOM, dicom_or_real

KEPT = list(KEPT_DICOM)[1]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slide") / "p.tiff"
    write_phantom(PhantomSpec(5, 1.0, 0.8, 1), path)
    return path


def test_region_at_level_0_is_what_openslide_reads(path: Path) -> None:
    with Slide(path) as slide, openslide.OpenSlide(path) as reference:
        ours = slide.region((300, 200, 256, 128), (256, 128))
        assert np.array_equal(ours, np.asarray(reference.read_region((300, 200), 0, (256, 128)).convert("RGB")))


def openslide_only(path: Path) -> Slide:
    slide = Slide(path)
    slide._tiles = None
    return slide


def test_stored_tiles_give_the_pixels_that_openslide_gives_up_to_the_edges(path: Path) -> None:
    with Slide(path) as slide, openslide_only(path) as reference:
        assert slide._tiles
        for scale in (1, 2, 8):
            for corner in ((-64.0, -64.0), (304.0, 200.0), (slide.size[0] - 128.0, slide.size[1] - 128.0)):
                box = (*corner, 256.0 * scale, 256.0 * scale)
                assert np.array_equal(slide.region(box, (256, 256)), reference.region(box, (256, 256)))


def test_between_pixels_of_a_level_stored_tiles_and_openslide_differ_by_a_few_grey_levels(path: Path) -> None:
    with Slide(path) as slide, openslide_only(path) as reference:
        ours, theirs = (one.region((303, 205, 1024, 1024), (256, 256)).astype(int) for one in (slide, reference))
    assert np.abs(ours - theirs).max() <= 8 and np.abs(ours - theirs).mean() < 0.5


def test_rgb_tiles_of_a_real_slide_are_what_openslide_reads() -> None:
    path = real_slide("CMU-1-Small-Region.svs")
    with Slide(path) as slide, openslide_only(path) as reference:
        assert slide._tiles
        box = (1000.0, 1500.0, 500.0, 400.0)
        assert np.array_equal(slide.region(box, (500, 400)), reference.region(box, (500, 400)))


@pytest.mark.parametrize(("name", "corner"), [("tcga-cr-7395-01a-01-ts1.svs", (301, 407)), (KEPT, (0, 0))])
def test_tiles_in_jpeg_2000_are_what_openslide_reads(name: str, corner: tuple[int, int], tmp_path: Path) -> None:
    path = dicom_or_real(name, tmp_path)
    with Slide(path) as slide, openslide_only(path) as reference:
        assert slide._tiles and not slide._tiles.are_jpeg
        ours, theirs = (one.level_region(0, corner, (700, 500)) for one in (slide, reference))
        assert np.array_equal(ours, theirs)


def test_a_tile_in_jpeg_2000_is_decoded_once_for_regions_that_overlap() -> None:
    decoded: list[bytes] = []

    def noted(data: bytes, tile: NDArray[np.uint8]) -> None:
        decoded.append(data)
        decode_jpeg2000(data, tile)

    with Slide(real_slide("tcga-cr-7395-01a-01-ts1.svs")) as slide:
        assert slide._tiles
        slide._tiles._decode[0] = noted
        for x in (1000.0, 1100.0, 1200.0):
            slide.region((x, 1000.0, 600.0, 600.0), (600, 600))
    assert len(decoded) == (1800 // 256 - 1000 // 256 + 1) * (1600 // 256 - 1000 // 256 + 1)


def test_a_tile_in_jpeg_2000_that_is_another_picture_or_not_whole_is_not_decoded() -> None:
    tile = np.zeros((64, 64, 3), np.uint8)
    data = bytes(imagecodecs.jpeg2k_encode(np.full((64, 64, 3), 200, np.uint8), codecformat="j2k", level=0))
    decode_jpeg2000(data, tile)
    assert (tile == 200).all()
    larger = data[:8] + struct.pack(">II", 65, 64) + data[16:]
    grey = bytes(imagecodecs.jpeg2k_encode(tile[..., 0], codecformat="j2k", level=0))
    for other in (larger, grey, data[:40], b"", data[:90]):
        with pytest.raises(ValueError, match="tile"):
            decode_jpeg2000(other, tile)


def test_a_file_whose_tiles_are_not_plain_jpeg_is_left_to_openslide(tmp_path: Path) -> None:
    with PyramidWriter(tmp_path / "grey.tiff", (300, 300), 0.5, grey=True) as pyramid:
        pyramid.add(np.full((300, 300), 240, np.uint8))
    with Slide(tmp_path / "grey.tiff") as slide:
        assert slide._tiles is None and slide.region((0, 0, 300, 300), (300, 300)).mean() == 240


def test_a_damaged_tile_is_refused_and_closing_closes_every_descriptor(path: Path, tmp_path: Path) -> None:
    with tifffile.TiffFile(path) as tiff:
        offset, length = tiff.pages[0].dataoffsets[0], tiff.pages[0].databytecounts[0]
    data = bytearray(path.read_bytes())
    data[offset : offset + length] = b"\0" * length
    (tmp_path / "damaged.tiff").write_bytes(data)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Slide(tmp_path / "damaged.tiff") as slide, pytest.raises(SlideUnreadable, match="damaged"):
        slide.region((0, 0, 256, 256), (256, 256))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_all_but_the_damaged_place_can_be_read_by_whoever_reads_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "grey.tiff"  # left to OpenSlide
    with PyramidWriter(path, (1024, 1024), 0.5, grey=True) as pyramid:
        pyramid.add(np.full((1024, 1024), 240, np.uint8))
    with tifffile.TiffFile(path) as tiff:
        offset, length = tiff.pages[0].dataoffsets[0], tiff.pages[0].databytecounts[0]
    data = bytearray(path.read_bytes())
    data[offset : offset + length] = b"\0" * length
    path.write_bytes(data)
    before = len(list(Path("/proc/self/fd").iterdir()))

    def read(number: int) -> float | None:
        try:
            return float(slide.region((number % 4 * 256, 0, 256, 256), (256, 256)).mean())
        except SlideUnreadable:
            return None

    with Slide(path) as slide, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(read, range(80))) == [None, 240, 240, 240] * 20
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_many_threads_read_what_one_reads(path: Path) -> None:
    boxes = [(37.0 * i, 23.0 * i, 400.0, 300.0) for i in range(24)]
    with Slide(path) as slide, ThreadPoolExecutor(6) as threads:
        alone = [slide.region(box, (200, 150)) for box in boxes]
        together = threads.map(lambda box: slide.region(box, (200, 150)), boxes)
        assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


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
