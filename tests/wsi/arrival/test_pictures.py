"""Plain pictures become slides, and pictures made to exhaust the server do not."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, PngImagePlugin

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.accept import accept
from backend.wsi.arrival.limits import Limits
from backend.wsi.arrival.receive import receive
from backend.wsi.slide import Slide
from tests.wsi.arrival.planted import NAME, PATIENT, tissue

SIZE = 1500, 1100
RGB = np.asarray(cv2.GaussianBlur(tissue(1500)[:1100], (0, 0), 3), np.uint8)
Write = Callable[[Path], object]


def png_with_text(path: Path) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Patient", NAME)
    Image.fromarray(RGB).save(path, pnginfo=text)


def jpeg_with_exif(path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = NAME
    Image.fromarray(RGB).save(path, quality=95, exif=exif, comment=PATIENT)


def see_through_png(path: Path) -> None:
    Image.fromarray(np.dstack([RGB, np.full(RGB.shape[:2], 255, np.uint8)])).save(path)


BIO_FORMATS: dict[str, Any] = {"photometric": "rgb", "tile": (128, 128), "byteorder": ">", "metadata": None}
WRITERS: dict[str, Write] = {
    "slide.png": png_with_text,
    "slide.jpg": jpeg_with_exif,
    "progressive.jpg": lambda p: Image.fromarray(RGB).save(p, quality=95, progressive=True),
    "alpha.png": see_through_png,
    "deep.png": lambda p: _sixteen_bits(p),
    "slide.bmp": lambda p: Image.fromarray(RGB).save(p),
    "strips.tif": lambda p: tifffile.imwrite(p, RGB, photometric="rgb", rowsperstrip=32, description=NAME),
    "one strip.tif": lambda p: tifffile.imwrite(p, RGB, photometric="rgb", compression="zlib", software=NAME),
    "as by Bio-Formats.ome.tif": lambda p: tifffile.imwrite(p, RGB, **BIO_FORMATS, compression="lzw", software=NAME),
}  # fmt: skip


def _sixteen_bits(path: Path) -> None:
    import pyvips

    pyvips.Image.new_from_array(RGB.astype(np.uint16) * 257, interpretation="rgb16").pngsave(str(path))


@pytest.mark.parametrize("name", WRITERS)
def test_picture_becomes_a_pyramid_that_asks_for_its_pixel_size(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    arrival = receive(tmp_path, name)
    found = arrival.inspection
    assert ((found.width, found.height), found.levels, found.mpp_x, found.vendor) == (SIZE, 4, None, None)
    with Slide(tmp_path / arrival.entry) as slide:
        pixels = slide.level_region(0, (0, 0), SIZE)
    assert np.abs(pixels.astype(int) - RGB).mean() < 6, "the same colours, upright"
    assert [one.name for one in tmp_path.iterdir()] == ["clean"]
    assert not any(PATIENT in one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())


def test_grey_picture_is_taken(tmp_path: Path) -> None:
    Image.fromarray(RGB[..., 1]).save(tmp_path / "grey.png")
    assert receive(tmp_path, "grey.png").inspection.width == SIZE[0]


@pytest.mark.parametrize(
    ("resolution", "unit", "mpp"), [((20_000, 20_000), "CENTIMETER", 0.5), ((300, 300), "INCH", None)]
)
def test_plain_tiff_states_its_pixel_size_unless_it_is_a_printers(
    tmp_path: Path, resolution: tuple[int, int], unit: str, mpp: float | None
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", RGB, photometric="rgb", resolution=resolution, resolutionunit=unit)
    found = receive(tmp_path, "a.tif").inspection
    assert found.mpp_x == (mpp and pytest.approx(mpp, rel=1e-4))


def test_untiled_ome_tiff_keeps_its_pixel_size_and_nothing_else(tmp_path: Path) -> None:
    about = {"axes": "YXS", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.25, "Description": NAME}
    tifffile.imwrite(tmp_path / "a.tif", RGB, photometric="rgb", ome=True, metadata=about)
    arrival = receive(tmp_path, "a.tif")
    assert arrival.inspection.mpp_x == pytest.approx(0.25, rel=1e-4)
    assert PATIENT not in (tmp_path / arrival.entry).read_bytes()


def test_tiles_that_would_be_read_as_black_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", RGB, **BIO_FORMATS, compression="jpeg2000")
    with pytest.raises(SlideUnreadable, match="no readable slide"):
        receive(tmp_path, "a.tif")


def test_ome_tiff_of_separate_channels_is_refused_with_what_to_do(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.moveaxis(RGB, 2, 0), photometric="minisblack", ome=True)
    with pytest.raises(SlideUnreadable, match="export it as an RGB picture"):
        receive(tmp_path, "a.tif")


def png_bomb(path: Path, width: int, height: int) -> None:
    """Write a PNG of one bit a pixel, all black, a thousandth as large as it looks."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def jpeg_bomb(path: Path) -> None:
    """Write a small JPEG that says it is as large as JPEG can be."""
    Image.fromarray(RGB[:64, :64]).save(path, format="JPEG")
    data = bytearray(path.read_bytes())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_500, 65_500)
    path.write_bytes(data)


def bmp_bomb(path: Path) -> None:
    Image.fromarray(RGB[:64, :64]).save(path, format="BMP")
    data = bytearray(path.read_bytes())
    data[18:26] = struct.pack("<ii", 60_000, 60_000)
    path.write_bytes(data)


@pytest.mark.parametrize("bomb", [lambda p: png_bomb(p, 40_000, 40_000), jpeg_bomb, bmp_bomb])
def test_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path, bomb: Write) -> None:
    bomb(tmp_path / "picture")
    with pytest.raises(SlideUnreadable, match="far more pixels"):
        accept(tmp_path, "picture")


@pytest.mark.parametrize("name", ["slide.png", "slide.jpg", "slide.bmp", "strips.tif"])
def test_picture_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(SlideUnreadable, match=r"does not decode|cut short"):
        receive(tmp_path, name)


def test_large_picture_needs_no_more_memory_than_is_allowed(tmp_path: Path) -> None:
    """Decoded it has 0.7 GB, which with the libraries' 0.5 is more than the process may use."""
    row = np.tile(RGB[:1, :1000], (500, 15, 1))
    import pyvips

    pyvips.Image.new_from_array(row).replicate(1, 30).pngsave(str(tmp_path / "large.png"), compression=1)
    found = receive(tmp_path, "large.png", limits=Limits(memory_bytes=1000 * 2**20)).inspection
    assert (found.width, found.height) == (15_000, 15_000)
