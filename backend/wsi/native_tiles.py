"""The stored JPEG tiles of a tiled TIFF, read and decoded directly: several times faster than through OpenSlide.

Only for files in which nothing is in doubt; for all others `NativeTiles.of` is None and OpenSlide reads. Pixels are
OpenSlide's: the same libjpeg settings, the same colour space (by the photometric tag, whatever the stream says), white
beyond the edge. Whole tiles can also be had as they are stored (`levels`), for a browser to decode.
"""

import struct
from concurrent.futures import ThreadPoolExecutor
from math import floor
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import simplejpeg
import tifffile
from numpy.typing import NDArray

from backend.wsi.coded import CodedLevel, OpenFile
from backend.wsi.jpeg import head_of

_JPEG, _RGB, _YCBCR = 7, 2, 6
_LARGEST_TILE = 2**26  # bytes
_DECODERS = 2


class NativeTiles:
    """The tiles of all `levels`. Safe to read from several threads."""

    def __init__(self, levels: list[CodedLevel]) -> None:
        self.levels = levels
        self._decoders = ThreadPoolExecutor(_DECODERS)

    @classmethod
    def of(cls, path: Path, sizes: tuple[tuple[int, int], ...]) -> Self | None:
        """Open a file whose levels have these (width, height), or return None where its tiles are not plain JPEG."""
        try:
            with tifffile.TiffFile(path) as tiff:
                pages = [page for page in tiff.pages if isinstance(page, tifffile.TiffPage) and page.is_tiled]
            file = OpenFile(path)
            levels = [
                _level(file, [page for page in pages if (page.imagewidth, page.imagelength) == size]) for size in sizes
            ]
        except (tifffile.TiffFileError, OSError, ValueError, TypeError, ArithmeticError, LookupError, struct.error):
            return None
        known = [level for level in levels if level]
        return cls(known) if len(known) == len(sizes) else None

    def read(self, index: int, corner: tuple[float, float], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Read (height, width, 3) from `corner`, (x, y) in pixels of the level; between pixels it is interpolated.

        Raises:
            ValueError: where a tile does not decode.
        """
        x, y = floor(corner[0]), floor(corner[1])
        shift = corner[0] - x, corner[1] - y
        if max(shift) < 1e-6:
            return self._whole(self.levels[index], (x, y), size)
        wider = self._whole(self.levels[index], (x, y), (size[0] + 1, size[1] + 1))
        centre = (size[0] - 1) / 2 + shift[0], (size[1] - 1) / 2 + shift[1]
        return np.asarray(cv2.getRectSubPix(wider, size, centre), np.uint8)

    def _whole(self, level: CodedLevel, corner: tuple[int, int], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Paste the tiles under a rectangle; each decoder fills places of its own."""
        raster = np.full((size[1], size[0], 3), 255, np.uint8)
        columns, rows = (
            range(max(0, start) // tile, -(-max(0, min(start + length, whole)) // tile))
            for start, length, whole, tile in zip(corner, size, level.size, level.tile, strict=True)
        )
        places = [(column, row) for row in rows for column in columns]
        list(self._decoders.map(lambda place: self._paste(level, place, raster, corner), places))
        return raster

    def _paste(
        self, level: CodedLevel, place: tuple[int, int], raster: NDArray[np.uint8], corner: tuple[int, int]
    ) -> None:
        stream = level.stream(*place)
        if stream is None:
            raise ValueError("the tile is absent, or not a picture of its size")
        tile = np.empty((level.tile[1], level.tile[0], 3), np.uint8)
        # into a buffer, so that a stream that claims to be larger than its tile is refused and not given memory
        tile = simplejpeg.decode_jpeg(stream, "RGB", buffer=tile)
        left, top = place[0] * level.tile[0], place[1] * level.tile[1]  # level pixels, as are these four
        first_x, first_y = max(left, corner[0]), max(top, corner[1])
        last_x = min(left + level.tile[0], level.size[0], corner[0] + raster.shape[1])
        last_y = min(top + level.tile[1], level.size[1], corner[1] + raster.shape[0])
        seen = tile[first_y - top : last_y - top, first_x - left : last_x - left]
        raster[first_y - corner[1] : last_y - corner[1], first_x - corner[0] : last_x - corner[0]] = seen

    def close(self) -> None:
        """End the threads and let go of the file, which stays open for whoever holds one of its levels."""
        self._decoders.shutdown()
        self.levels.clear()


def _level(file: OpenFile, pages: list[Any]) -> CodedLevel | None:
    """Return the level that a page stores, unless anything about it is in doubt."""
    if len(pages) != 1:
        return None
    (page,) = pages
    plain = (
        page.compression == _JPEG
        and page.photometric in (_RGB, _YCBCR)
        and (page.bitspersample, page.samplesperpixel, page.planarconfig, page.imagedepth) == (8, 3, 1, 1)
        and 0 < max(page.databytecounts, default=0) <= 4 * page.tilewidth * page.tilelength <= _LARGEST_TILE
    )
    if not plain:
        return None
    head = head_of(page.jpegtables or b"", ycbcr=page.photometric == _YCBCR)
    size, tile = (page.imagewidth, page.imagelength), (page.tilewidth, page.tilelength)
    count = -(-size[0] // tile[0]) * -(-size[1] // tile[1])
    if len(page.dataoffsets) != count:
        return None
    return CodedLevel.of(file, size, tile, page.dataoffsets, page.databytecounts, head)
