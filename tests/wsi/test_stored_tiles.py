"""Every tile, sent as it is stored or drawn, shows what OpenSlide reads at its place."""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openslide
import pydicom
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from backend.wsi.arrival.clean_dicom import copy_dicom
from backend.wsi.deepzoom import DeepZoom, coded_levels, encode_jpeg, tile
from backend.wsi.slide import Slide
from tests.huge import write_huge
from tests.realdata import real_slide
from tests.wsi.dicom_series import write_series

Raster = NDArray[np.uint8]
At = Callable[[int, int, int], NDArray[np.int64] | None]

APERIO = "Aperio Image Library v11.2.1 \r\n{0}x{1} ({2}x{2}) JPEG/RGB Q=80|AppMag = 20|MPP = 0.5"


def texture(size: tuple[int, int]) -> Raster:
    """Coloured structure of every size, without two tiles alike."""
    rng = np.random.default_rng(3)
    rgb = np.zeros((size[1], size[0], 3), np.float32)
    for cells in (3, 17, 90):
        rgb += cv2.resize(rng.uniform(0, 80, (cells, cells, 3)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return np.clip(rgb, 0, 255).astype(np.uint8)


def shrunk(rgb: Raster, factor: int) -> Raster:
    """Average whole squares, and drop what is left over, as scanners do."""
    height, width = (max(1, length // factor) for length in rgb.shape[:2])
    whole = np.ascontiguousarray(rgb[: height * factor, : width * factor])
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def write(
    path: Path, size: tuple[int, int], *, side: int = 256, factors: tuple[int, ...] = (1, 2, 4),
    photometric: str = "ycbcr", aperio: bool = False, compression: Any = "jpeg", **options: Any,
) -> Path:  # fmt: skip
    rgb = texture(size)
    subsampling: dict[str, Any] = {"subsampling": (2, 2)} if photometric == "ycbcr" else {}
    description = APERIO.format(*size, side) if aperio else None
    with tifffile.TiffWriter(path) as out:
        for factor in factors:
            out.write(
                shrunk(rgb, factor), tile=(side, side), photometric=photometric, compression=compression,
                resolution=(2e4 / factor, 2e4 / factor), resolutionunit="CENTIMETER", metadata=None,
                description=description, subfiletype=int(factor > 1 and not aperio), **subsampling, **options,
            )  # fmt: skip
    return path


MADE: dict[str, dict[str, Any]] = {
    "YCbCr": {"size": (1301, 777)},
    "RGB": {"size": (1301, 777), "photometric": "rgb"},
    "240-px tiles": {"size": (1300, 900), "side": 240},
    "512-px tiles": {"size": (1300, 1100), "side": 512},
    "Aperio RGB, 1 and 4": {"size": (2311, 1803), "factors": (1, 4), "photometric": "rgb", "side": 240, "aperio": True},
    "Aperio, 1, 4 and 16, odd": {"size": (2587, 2319), "factors": (1, 4, 16), "aperio": True},
    "one pixel beyond the last tile": {"size": (1025, 513), "factors": (1, 2)},
    "one pixel high": {"size": (700, 1), "factors": (1,)},
    "whole tiles only": {"size": (1024, 512), "factors": (1, 2, 4)},
    "one level": {"size": (1301, 777), "factors": (1,)},
    "level that is no power of two": {"size": (1500, 900), "factors": (1, 3)},
    "deflate": {"size": (1301, 777), "compression": "zlib", "photometric": "rgb"},
    "deflate, differences, 512-px tiles": {
        "size": (1301, 777),
        "compression": "zlib",
        "photometric": "rgb",
        "predictor": True,
        "side": 512,
    },
    "LZW, differences": {"size": (1301, 777), "compression": "lzw", "photometric": "rgb", "predictor": True},
    "bare": {"size": (1301, 777), "compression": None, "photometric": "rgb"},
    "Aperio JPEG 2000": {
        "size": (1301, 777),
        "compression": "aperio_jp2000_rgb",
        "photometric": "rgb",
        "aperio": True,
        "factors": (1, 4),
        "compressionargs": {"level": 80},
    },
}
SERIES: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "DICOM": ((1, 2, 4), {}),
    "DICOM, RGB, 1 and 4, 240-px tiles": ((1, 4), {"side": 240, "colours": "RGB"}),
}
KEPT_DICOM = {
    "a real DICOM slide as it is kept": "multiframe_camelyon_challenge_image.dcm",
    "a real one in JPEG 2000 as it is kept": "multi_frame_jpeg2000_camelyon_challenge_image.dcm",
}
REAL = [
    "CMU-1-Small-Region.svs", "tcga-cr-7395-01a-01-ts1.svs", "fluorescence.ndpi",
    "multiframe_camelyon_challenge_image.dcm", "multi_frame_jpeg2000_camelyon_challenge_image.dcm",
]  # fmt: skip


@pytest.fixture(scope="module", params=[*MADE, *SERIES, *REAL, *KEPT_DICOM])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    if request.param in MADE:
        return write(folder / "made.tiff", **MADE[request.param])
    return dicom_or_real(request.param, folder)


def dicom_or_real(name: str, folder: Path) -> Path:
    if name in SERIES:
        factors, how = SERIES[name]
        return write_series(folder, [shrunk(texture((1301, 777)), factor) for factor in factors], **how)
    if name in KEPT_DICOM:
        with Slide(real_slide(KEPT_DICOM[name])) as slide:
            return copy_dicom(slide, folder)[0]
    return real_slide(name)


def stored_tile(slide: Slide, pyramid: DeepZoom, dz_level: int, column: int, row: int) -> bytes | None:
    """What is sent as it is stored; the same whether or not the disk may be waited for."""
    level = coded_levels(slide, pyramid).get(dz_level)
    if not (level and level.has(column, row)):
        return None
    data = level.stream(column, row)
    assert data == level.stream_from_memory(column, row)
    return data


def decoded(data: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB"), int)


def over_white(rgba: Image.Image) -> NDArray[np.int64]:
    white = Image.new("RGBA", rgba.size, "white")
    return np.asarray(Image.alpha_composite(white, rgba).convert("RGB"), int)


def places(pyramid: DeepZoom) -> list[tuple[int, int, int]]:
    """Every tile of every level; of fine levels of large slides the edges, corners and a sample of the rest."""
    found = []
    for dz_level in range(pyramid.dz_levels):
        columns, rows = (-(-length // pyramid.tile_px) for length in pyramid.size_dz(dz_level))
        found += [
            (dz_level, column, row) for column in range(columns) for row in range(rows)
            if columns * rows < 80 or column in (0, columns - 1) or row in (0, rows - 1) or (column + row) % 5 == 0
        ]  # fmt: skip
    return found


def reference(path: Path, pyramid: DeepZoom) -> At:
    """What OpenSlide reads at a tile's place, where a level is stored for it; None where there is none."""
    file = openslide.OpenSlide(path)
    whole: dict[int, NDArray[np.int64]] = {}
    for index, size in enumerate(file.level_dimensions):
        for dz_level in range(pyramid.dz_levels):
            low = tuple(max(1, length // pyramid.downsample(dz_level)) for length in pyramid.size)
            if size in (low, pyramid.size_dz(dz_level)):
                whole[dz_level] = over_white(file.read_region((0, 0), index, size))

    def at(dz_level: int, column: int, row: int) -> NDArray[np.int64] | None:
        if dz_level not in whole:
            return None
        width, height = pyramid.tile_size_dz(dz_level, column, row)
        raster, side = whole[dz_level], pyramid.tile_px
        rows = np.minimum(np.arange(height) + row * side, raster.shape[0] - 1)
        columns = np.minimum(np.arange(width) + column * side, raster.shape[1] - 1)
        return raster[np.ix_(rows, columns)]

    return at


def test_every_tile_is_what_openslide_reads_there(path: Path) -> None:
    with Slide(path) as slide:
        pyramid = DeepZoom.of(slide)
        expected = reference(path, pyramid)
        for place in places(pyramid):
            stored, drawn = stored_tile(slide, pyramid, *place), tile(slide, pyramid, *place).astype(int)
            assert drawn.shape[1::-1] == pyramid.tile_size_dz(*place), place
            read = expected(*place)
            if stored:
                assert read is not None and np.array_equal(decoded(stored), read), f"{place} as stored"
            if read is not None:
                assert np.array_equal(drawn, read), f"{place} as drawn"


def four_finer(pyramid: DeepZoom, at: At, dz_level: int, column: int, row: int) -> NDArray[np.int64] | None:
    """The four tiles under a tile as one raster, where all are there."""
    under = [(dz_level + 1, 2 * column + dx, 2 * row + dy) for dy in (0, 1) for dx in (0, 1)]
    if not all(pyramid.has(*one) for one in under):
        return None
    rasters = [raster for one in under if (raster := at(*one)) is not None]
    return np.vstack([np.hstack(rasters[:2]), np.hstack(rasters[2:])]) if len(rasters) == 4 else None


def test_drawn_tiles_of_missing_levels_average_squares_of_the_finer_level(path: Path) -> None:
    """Up to rounding; where OpenSlide reads a level that is not an exact power of two, it interpolates before."""
    with Slide(path) as slide:
        pyramid = DeepZoom.of(slide)
        at = reference(path, pyramid)
        for place in places(pyramid):
            finer = four_finer(pyramid, at, *place)
            if finer is None or at(*place) is not None:
                continue
            height, width = finer.shape[0] // 2, finer.shape[1] // 2
            mean = finer[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3).mean((1, 3))
            off = np.abs(tile(slide, pyramid, *place)[:height, :width] - mean)
            assert off.max() <= 1 if slide.tile_px else off.mean() <= 4, (place, off.mean())


def test_coding_changes_the_brightness_of_drawn_tiles_by_four_grey_levels_at_most_on_average(path: Path) -> None:
    with Slide(path) as slide:
        pyramid = DeepZoom.of(slide)
        for place in places(pyramid):
            drawn = tile(slide, pyramid, *place)
            if min(drawn.shape[:2]) >= 32 and not stored_tile(slide, pyramid, *place):
                off = (decoded(encode_jpeg(drawn)) - drawn) @ [0.299, 0.587, 0.114]
                assert np.abs(off).mean() <= 4, place


@pytest.mark.parametrize(("name", "share"), [("YCbCr", 1.0), ("RGB", 1.0), ("240-px tiles", 1.0), ("deflate", 0.0)])
def test_whole_tiles_of_stored_levels_are_sent_as_they_are(tmp_path: Path, name: str, share: float) -> None:
    with Slide(write(tmp_path / "made.tiff", **MADE[name])) as slide:
        pyramid = DeepZoom.of(slide)
        finest = [place for place in places(pyramid) if place[0] == pyramid.dz_levels - 1]
        whole = [place for place in finest if pyramid.tile_size_dz(*place) == (pyramid.tile_px, pyramid.tile_px)]
        assert np.mean([stored_tile(slide, pyramid, *place) is not None for place in whole]) == share
        assert not any(stored_tile(slide, pyramid, *place) for place in set(finest) - set(whole))


@pytest.mark.parametrize("name", [*SERIES, next(iter(KEPT_DICOM))])
def test_whole_frames_of_dicom_are_sent_as_they_are(tmp_path: Path, name: str) -> None:
    with Slide(dicom_or_real(name, tmp_path)) as slide:
        pyramid = DeepZoom.of(slide)
        sent = stored_tile(slide, pyramid, pyramid.dz_levels - 1, 2, 1)
        number = 2 + -(-slide.size[0] // pyramid.tile_px)
        data = pydicom.dcmread(slide.path)
    frame = list(pydicom.encaps.generate_frames(data.PixelData, number_of_frames=data.NumberOfFrames))[number]
    assert sent and sent.endswith(frame[frame.index(b"\xff\xda") :])


def test_coded_bytes_of_a_real_slide_are_unchanged_and_say_their_colours() -> None:
    path = real_slide("CMU-1-Small-Region.svs")
    with Slide(path) as slide, tifffile.TiffFile(path) as tiff:
        page: Any = tiff.pages[0]
        pyramid = DeepZoom.of(slide)
        assert pyramid.tile_px == 240
        sent = stored_tile(slide, pyramid, pyramid.dz_levels - 1, 3, 5)
        tiff.filehandle.seek(page.dataoffsets[5 * 10 + 3])
        stored = tiff.filehandle.read(page.databytecounts[5 * 10 + 3])
    assert sent and sent.endswith(stored[2:])
    assert Image.open(BytesIO(sent)).info["adobe_transform"] == 0


def test_a_tile_left_out_of_a_sparse_file_is_what_openslide_shows_there(tmp_path: Path) -> None:
    path = write(tmp_path / "sparse.tiff", size=(1024, 768), factors=(1,))
    with tifffile.TiffFile(path, mode="r+") as tiff:
        page: Any = tiff.pages[0]
        for name, values in (("TileOffsets", page.dataoffsets), ("TileByteCounts", page.databytecounts)):
            page.tags[name].overwrite([0 if number == 5 else value for number, value in enumerate(values)])
    with Slide(path) as slide:
        pyramid = DeepZoom.of(slide)
        finest = pyramid.dz_levels - 1
        assert stored_tile(slide, pyramid, finest, 1, 1) is None and stored_tile(slide, pyramid, finest, 2, 1)
        assert tile(slide, pyramid, finest, 1, 1).min() == 255
        there = reference(path, pyramid)(finest, 2, 1)
        assert there is not None and np.array_equal(tile(slide, pyramid, finest, 2, 1), there)


def test_a_damaged_tile_is_not_passed_on(tmp_path: Path) -> None:
    path = write(tmp_path / "damaged.tiff", size=(1024, 768), factors=(1,))
    with tifffile.TiffFile(path) as tiff:
        page: Any = tiff.pages[0]
        offset, length = page.dataoffsets[5], page.databytecounts[5]
    data = bytearray(path.read_bytes())
    data[offset + length // 2 : offset + length] = b"\0" * (length - length // 2)
    path.write_bytes(data)
    with Slide(path) as slide:
        assert stored_tile(slide, DeepZoom.of(slide), 10, 1, 1) is None


def test_a_tile_of_a_slide_of_any_size_costs_the_same(tmp_path: Path) -> None:
    with (
        Slide(write_huge(tmp_path / "small.tiff", 3_000)) as small,
        Slide(write_huge(tmp_path / "huge.tiff", 100_000)) as huge,
    ):

        def cost(slide: Slide) -> float:
            pyramid, random = DeepZoom.of(slide), np.random.default_rng(1)
            finest = pyramid.dz_levels - 1
            places = random.integers(0, slide.size[0] // 256, (1000, 2)).tolist()
            began = time.process_time()
            level = coded_levels(slide, pyramid)[finest]
            assert all(level.has(*place) and level.stream(*place) for place in places)
            return time.process_time() - began

        costs = [(cost(small), cost(huge)) for _ in range(5)]
        assert min(one for _, one in costs) < 1.5 * min(one for one, _ in costs)
