"""Files of scanners that are hard to come by: each opens, keeps its pixels, and keeps nothing that names a patient."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.receive import receive
from backend.wsi.arrival.zeiss import readable
from backend.wsi.slide import RGB, Mpp, Slide
from tests.wsi.arrival.planted import PATIENT, SIZE, TILE, tissue
from tests.wsi.arrival.scanners import SCANNERS, zeiss

COPIED = ("slide.scn", "philips.tiff", "large.ndpi")


def names_patient(path: Path) -> bool:
    """Look for the name in what is stored of a file, and not in its holes."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**25))
        return PATIENT in file.read()


def squares(slide: Slide, levels: int) -> list[RGB]:
    """Return a square of each level, over the edge of a tile, where something was scanned."""
    x, y = slide.bounds[:2]
    found = []
    for index in range(levels):
        scale = round(slide.levels[index].downsample)
        found.append(slide.level_region(index, (x // scale + TILE - 60, y // scale + TILE - 100), (160, 160)))
    return found


@pytest.mark.parametrize("name", SCANNERS)
def test_slide_of_a_scanner_arrives_with_its_pixels_and_without_its_patient(tmp_path: Path, name: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    path = SCANNERS[name](source / name)
    assert any(names_patient(one) for one in source.rglob("*") if one.is_file())
    with Slide(path) as slide:
        before, vendor = squares(slide, 2), slide.vendor
    arrival = receive(tmp_path, f"source/{name}")
    assert {one.name for one in tmp_path.iterdir()} == {"clean"} and arrival.inspection.vendor == vendor
    assert not any(names_patient(one) for one in tmp_path.rglob("*") if one.is_file())
    assert (arrival.inspection.width, arrival.inspection.mpp_x) == (SIZE, 0.5)
    with Slide(tmp_path / arrival.entry) as kept:
        after = squares(kept, 2)
    for old, new in zip(before, after, strict=True):
        if name in COPIED:
            np.testing.assert_array_equal(new, old)
        else:  # noise is lost by the second encoding, and by drawing the half size from the full one
            assert np.abs(blocks(new) - blocks(old)).max() < 12


def blocks(rgb: RGB) -> NDArray[np.float64]:
    return np.asarray(rgb.reshape(10, 16, 10, 16, 3).mean(axis=(1, 3)))


@pytest.mark.parametrize(("coding", "axes"), [("JPEG XR", "XYCM"), ("bare", "XYCM"), ("zstd", "XYZTCM")])
def test_zeiss_slide_arrives_however_it_is_coded(tmp_path: Path, coding: str, axes: str) -> None:
    zeiss(tmp_path / "slide.czi", coding, axes=axes)
    arrival = receive(tmp_path, "slide.czi")
    assert (arrival.inspection.vendor, arrival.inspection.mpp_x) == ("zeiss", 0.5)
    kept = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert {one.name for one in kept} == {"slide.tiff", "arrival.json"} and not any(map(names_patient, kept))
    with Slide(tmp_path / arrival.entry) as slide:
        assert (
            np.abs(blocks(slide.region((200, 300, 160, 160), (160, 160))) - blocks(tissue()[300:460, 200:360])).max()
            < 12
        )


def test_zeiss_slide_is_lent_as_a_file_that_can_be_read_and_leaves_nothing(tmp_path: Path) -> None:
    path = zeiss(tmp_path / "slide.czi", "JPEG XR")
    with readable(path) as lent, Slide(lent) as slide:
        assert lent != path and slide.mpp == Mpp(0.5, 0.5)
        assert np.abs(blocks(slide.region((300, 300, 160, 160), (160, 160)))).max() > 100
    assert not lent.exists() and [one.name for one in tmp_path.iterdir()] == ["slide.czi"]
    with readable(zeiss(path)) as lent:
        assert lent == path


def lose_a_tile(path: Path) -> None:
    data = bytearray(zeiss(path, "JPEG XR").read_bytes())
    data[200_000:600_000] = bytes(400_000)
    path.write_bytes(data)


def ask_for_each_tile_often(path: Path) -> None:
    """Make a small file stand for a slide of six gigapixels."""
    data, segment = bytearray(zeiss(path, "JPEG XR").read_bytes()), struct.Struct("<16sqqi124x")
    (directory,) = struct.unpack_from("<q", data, 84)
    name, length, _, count = segment.unpack_from(data, directory)
    entries, often = bytes(data[directory + segment.size : directory + 32 + length]), 5000
    struct.pack_into("<q", data, 84, len(data))
    more = length + (often - 1) * len(entries)
    path.write_bytes(data + segment.pack(name, more, more, often * count) + often * entries)


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (lambda path: zeiss(path, channels=2), "several channels"),
        (ask_for_each_tile_often, "far more pixels than its bytes can hold"),
        (lose_a_tile, "damaged"),
        (lambda path: path.write_bytes(zeiss(path, "JPEG XR").read_bytes()[:300_000]), "damaged"),
        (lambda path: path.write_bytes(b"ZISRAWFILE".ljust(4096, b"\0")), "damaged"),
    ],
    ids=["fluorescence", "each tile 5,000 times", "a tile of zeros", "cut short", "only a head"],
)
def test_zeiss_file_that_is_no_whole_bright_field_scan_is_refused_in_a_sentence(
    tmp_path: Path, write: Callable[[Path], object], why: str
) -> None:
    write(tmp_path / "slide.czi")
    with pytest.raises(SlideUnreadable, match=why):
        receive(tmp_path, "slide.czi")


@pytest.mark.parametrize("software", ["", "Aperio Image Library"])
def test_label_that_nothing_marks_is_left_out_because_it_does_not_show_the_slide(tmp_path: Path, software: str) -> None:
    label = np.full((256, 256, 3), 240, np.uint8)
    label[60:200:20, 40:220] = 0  # lines of writing
    label[0] = np.resize(np.frombuffer(PATIENT, np.uint8), (256, 3))
    said: dict[str, Any] = {"description": f"{software}\r\n{SIZE}x{SIZE}|AppMag = 20|MPP = 0.5"} if software else {}
    with tifffile.TiffWriter(tmp_path / "slide.tiff") as out:
        for number, pixels in enumerate((tissue(), tissue(SIZE // 2), label)):
            kind = int(number > 0)
            out.write(pixels, tile=(TILE, TILE), photometric="rgb", metadata=None, subfiletype=kind, **said)
    arrival = receive(tmp_path, "slide.tiff")
    assert arrival.inspection.levels == 2 and not names_patient(tmp_path / arrival.entry)
