"""No tile is kept that costs the server more to decode than its pixels should, wherever in the slide it lies."""

import io
import struct
import zlib
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from backend.wsi.arrival.modest import LARGEST_TILE_PIXELS, is_modest
from backend.wsi.arrival.receive import receive
from backend.wsi.slide import Slide

SIDE = 256
NOISE = np.random.default_rng(1).integers(0, 255, (16, 16, 3), np.uint8)
PIXELS = np.asarray(cv2.resize(NOISE, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)
SCAN = b"\xff\xda"
_TABLE = b"\xff\xc4\0\x15\x10\0\x02" + bytes(14) + b"\0\xe0"  # a second code: nothing more in so many blocks
_EMPTY = SCAN + b"\0\x08\x01\x01\0\x01\x3f\0" + b"\x40\0\0"


def jpeg(more_scans: int = 0) -> bytes:
    """A progressive tile, over which empty scans go again and again."""
    plain = io.BytesIO()
    Image.fromarray(PIXELS).save(plain, "JPEG", progressive=True, subsampling=0)
    return plain.getvalue()[:-2] + _TABLE + _EMPTY * more_scans + b"\xff\xd9"


def j2k(*, tile: int = SIDE, layers: int = 1, precincts: int | None = None) -> bytes:
    """A tile whose head says that it is cut into tiles, layers and precincts of 2 to the power of `precincts`."""
    data = imagecodecs.jpeg2k_encode(PIXELS, level=40, codecformat="j2k")
    size_end = 4 + int.from_bytes(data[4:6])
    size, coding_end = bytearray(data[:size_end]), size_end + 2 + int.from_bytes(data[size_end + 2 : size_end + 4])
    struct.pack_into(">2I", size, 24, tile, tile)
    coding = bytearray(data[size_end + 4 : coding_end])
    struct.pack_into(">H", coding, 2, layers)
    if precincts is not None:
        coding = bytearray([coding[0] | 1]) + coding[1:10] + bytes([17 * precincts] * (coding[5] + 1))
    return bytes(size) + b"\xff\x52" + struct.pack(">H", 2 + len(coding)) + bytes(coding) + data[coding_end:]


def commented() -> bytes:
    data = j2k()
    coding = data.index(b"\xff\x52")
    return data[:coding] + b"\xff\x64\0\x06\0\1me" + data[coding:]


MODEST = {
    "JPEG": jpeg(), "JPEG 2000": j2k(), "of four tiles": j2k(tile=128), "with layers": j2k(layers=20),
    "with precincts": j2k(precincts=6), "with a comment before how it is coded": commented(),
    "deflate": zlib.compress(PIXELS.tobytes()), "bare": PIXELS.tobytes(),
}  # fmt: skip


def claiming(side: int, coding: int) -> bytes:
    """A tile that says it is larger, in any of the ways in which JPEG codes pixels: 10 is arithmetic, progressive."""
    data = jpeg()
    frame = data.index(b"\xff\xc2")
    return (
        data[:frame]
        + bytes([0xFF, 0xC0 + coding])
        + data[frame + 2 : frame + 5]
        + 2 * struct.pack(">H", side)
        + data[frame + 9 :]
    )


COSTLY = {
    "JPEG that claims more pixels": claiming(65500, 2), "arithmetic JPEG that does": claiming(65500, 10),
    "JPEG of many scans": jpeg(200), "JPEG 2000 of many tiles": j2k(tile=2), "of many layers": j2k(layers=65535),
    "of many precincts": j2k(precincts=1), "broken off": j2k()[:60], "of no tiles": j2k(tile=0),
    "deflate of what is not there": zlib.compress(PIXELS.tobytes(), 0) * 2,
}  # fmt: skip


@pytest.mark.parametrize("name", MODEST)
def test_tiles_as_scanners_code_them_are_modest(name: str) -> None:
    assert is_modest(MODEST[name], SIDE * SIDE)


@pytest.mark.parametrize("name", COSTLY)
def test_tiles_in_more_pieces_or_bytes_than_their_pixels_call_for_are_not(name: str) -> None:
    assert not is_modest(COSTLY[name], SIDE * SIDE)


def test_tiles_so_large_that_one_is_gigabytes_are_not() -> None:
    assert is_modest(MODEST["JPEG"], LARGEST_TILE_PIXELS) and not is_modest(MODEST["JPEG"], LARGEST_TILE_PIXELS + 1)


def test_slide_with_a_costly_tile_is_drawn_anew_as_it_arrives(tmp_path: Path) -> None:
    path, tiles = tmp_path / "slide.tiff", [jpeg()] * 15 + [jpeg(200)]
    tifffile.imwrite(
        path, iter(tiles), shape=(1024, 1024, 3), dtype=np.uint8, tile=(SIDE, SIDE), photometric="ycbcr",
        compression="jpeg", subsampling=(1, 1),
    )  # fmt: skip
    with Slide(path) as slide:
        before = slide.region((0, 0, 1024, 1024), (128, 128)).astype(int)
    kept = tmp_path / receive(tmp_path, path.name).entry
    assert kept.read_bytes().count(SCAN) < 100
    with Slide(kept) as slide:
        after = slide.region((0, 0, 1024, 1024), (128, 128)).astype(int)
    assert np.abs(cv2.blur(after - before.astype(float), (4, 4))).mean() < 8
