"""Slides of 100,000 pixels, written in a moment: a level is a few tiles, to which its table leads again and again."""

import struct
from pathlib import Path

import numpy as np

from backend.wsi.arrival.tiff_writer import LONG, Entry, TiffWriter
from backend.wsi.deepzoom import TILE_PX, encode_jpeg

DISTINCT = 16
_SHORT, _RATIONAL, _UNDEFINED = 3, 5, 7


def write_huge(path: Path, side: int, *, mpp: float = 0.25, profile: bytes | None = None) -> Path:
    """Write `side` × `side` pixels with all powers of two; red, green or blue prevails, in each level another."""
    random = np.random.default_rng(7)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = TiffWriter(path, order="<", big=False, ndpi=False)
    level = 0
    while level == 0 or side >> level >= TILE_PX:
        tiles = []
        for _ in range(DISTINCT):
            rgb = random.integers(60, 130, (TILE_PX, TILE_PX, 1), np.uint8).repeat(3, axis=2)
            rgb[..., level % 3] += 100
            data = encode_jpeg(rgb)
            tiles.append((out.append(data), len(data)))
        length = -(-side // 2**level)
        count = (-(-length // TILE_PX)) ** 2
        table = np.array(tiles, np.int64)[random.integers(0, DISTINCT, count)]
        out.directory(_entries(out, length, table, mpp * 2**level, profile, reduced=level > 0))
        level += 1
    out.close()
    return path


def _entries(
    out: TiffWriter, side: int, table: np.ndarray, mpp: float, profile: bytes | None, *, reduced: bool
) -> dict[int, Entry]:
    def longs(*values: int) -> Entry:
        return LONG, len(values), struct.pack(f"<{len(values)}I", *values)

    def shorts(*values: int) -> Entry:
        return _SHORT, len(values), struct.pack(f"<{len(values)}H", *values)

    per_cm = (_RATIONAL, 1, struct.pack("<II", round(1e7 / mpp), 1000))
    colours = {34675: (_UNDEFINED, len(profile), profile)} if profile else {}
    return {
        254: longs(int(reduced)), 256: longs(side), 257: longs(side), 258: shorts(8, 8, 8), 259: shorts(7),
        262: shorts(6), 277: shorts(3), 282: per_cm, 283: per_cm, 284: shorts(1), 296: shorts(3),
        322: longs(TILE_PX), 323: longs(TILE_PX), 324: out.offsets(table[:, 0]), 325: out.lengths(table[:, 1]),
        530: shorts(2, 2), **colours,
    }  # fmt: skip
