"""Files made to exhaust or confuse whoever opens them."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.inspection import inspect_slide
from tests.wsi.arrival.crafted import LONG, SHORT, tags, write

Craft = Callable[[Path], Path]

HOSTILE: dict[str, tuple[Craft, str]] = {
    "directories in a circle": (lambda p: write(p, tags(), tags(), loop_to=0), "circle"),
    "a directory that follows itself": (lambda p: write(p, tags(), loop_to=0), "circle"),
    "a child that is its own parent": (lambda p: own_parent(write(p, tags(t330=(LONG, [0])))), "circle"),
    "more directories than a slide has": (lambda p: write(p, *[tags(t324=(LONG, [1024]))] * 4200), "too many images"),
    "wider than any slide": (lambda p: write(p, tags(t256=(LONG, [2**31]))), "larger than any slide"),
    "an area larger than any slide": (
        lambda p: write(p, tags(t256=(LONG, [2**20]), t257=(LONG, [2**20]))), "larger than any slide"),
    "no width": (lambda p: write(p, tags(t256=(LONG, [0]))), "contradicts itself"),
    "fewer tiles than the size needs": (lambda p: write(p, tags(t256=(LONG, [100_000]))), "contradicts itself"),
    "a tile as large as a slide": (
        lambda p: write(p, tags(t322=(LONG, [60_000]), t323=(LONG, [60_000]),
                                t324=(LONG, [1024]), t325=(LONG, [2**16]))), "far more pixels"),
    "a strip as large as a slide": (
        lambda p: write(p, {256: (LONG, [100_000]), 257: (LONG, [100_000]), 258: (SHORT, [8]), 259: (SHORT, [5]),
                            262: (SHORT, [1]), 273: (LONG, [1024]), 277: (SHORT, [1]), 278: (LONG, [100_000]),
                            279: (LONG, [2**16])}), "far more pixels"),
    "tiles shorter than their pixels": (lambda p: write(p, tags(t325=(LONG, [64] * 4))), "far more pixels"),
    "tiles that overlap to be many": (
        lambda p: write(p, tags(8192, 8192, t259=(SHORT, [7]),
                                t324=(LONG, [1024 + i for i in range(1024)]), t325=(LONG, [60_000] * 1024))),
        "far more pixels"),
    "tiles beyond the end": (lambda p: write(p, tags(t324=(LONG, [2**31] * 4))), "cut short"),
    "a thousand tags": (lambda p: write(p, tags() | {30_000 + i: (SHORT, [1]) for i in range(1000)}), "too many tags"),
    "a tag with more values than bytes": (lambda p: lying_count(write(p, tags()), 324, 2**30), "cut short"),
    "pixels of absurd depth": (lambda p: write(p, tags(t277=(SHORT, [60_000]), t259=(SHORT, [5]))), "far more pixels"),
    "a directory beyond the end": (lambda p: patched(write(p, tags()), 4, struct.pack("<I", 2**31)), "cut short"),
    "no directory": (lambda p: patched(write(p, tags()), 4, bytes(4)), "cut short"),
}  # fmt: skip


def patched(path: Path, position: int, data: bytes) -> Path:
    whole = bytearray(path.read_bytes())
    whole[position : position + len(data)] = data
    path.write_bytes(whole)
    return path


def lying_count(path: Path, code: int, count: int) -> Path:
    entry = path.read_bytes().index(struct.pack("<HH", code, LONG))
    return patched(path, entry + 4, struct.pack("<I", count))


def own_parent(path: Path) -> Path:
    data = path.read_bytes()
    return patched(path, data.index(struct.pack("<HHI", 330, LONG, 1)) + 8, data[4:8])


@pytest.mark.parametrize("what", HOSTILE)
def test_crafted_tiff_is_refused_before_it_is_decoded(tmp_path: Path, what: str) -> None:
    craft, sentence = HOSTILE[what]
    with pytest.raises(SlideUnreadable, match=sentence):
        inspect_slide(craft(tmp_path / "crafted.tiff"))


def test_the_same_tiff_without_a_lie_is_a_slide(tmp_path: Path) -> None:
    found = inspect_slide(write(tmp_path / "plain.tiff", tags()))
    assert (found.width, found.height, found.vendor) == (512, 512, "generic-tiff")
