"""The stored tiles of a tiled TIFF or of DICOM, read and decoded directly: several times faster than by OpenSlide.

Only for files in which nothing is in doubt, coded as JPEG, as JPEG 2000 in RGB, or without loss; for all others
`NativeTiles.of` is None and OpenSlide reads. Pixels are OpenSlide's: the same libjpeg settings, the same colour space
(by the photometric tag, whatever the stream says), white beyond the edge. Where they `are_jpeg`, whole tiles can also
be had as they are stored (`levels`), for a browser to decode.
"""

import struct
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from math import floor, prod
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import simplejpeg
import tifffile
from numpy.typing import NDArray

from backend.wsi.coded import CodedLevel, OpenFile
from backend.wsi.dicom_tiles import dicom_levels
from backend.wsi.jpeg import head_of
from backend.wsi.jpeg2000 import decode_jpeg2000
from backend.wsi.lossless import Decode, decoder_of

_JPEG, _APERIO_JPEG2000_RGB = 7, 33005  # compressions
_RGB, _YCBCR = 2, 6
_LARGEST_TILE = 2**26  # bytes
_DECODERS = 2
_KEPT_BYTES = 2**25
"""Of tiles in JPEG 2000 so much is kept decoded, as OpenSlide does, because regions that an analysis reads overlap."""


class NativeTiles:
    """The tiles of all `levels`, and what decodes each. Safe to read from several threads."""

    def __init__(self, levels: list[tuple[CodedLevel, Decode]]) -> None:
        self.levels = [level for level, _ in levels]
        self.are_jpeg = all(decode is _decode_jpeg for _, decode in levels)
        self._decode = [decode for _, decode in levels]
        self._costly = any(decode is decode_jpeg2000 for decode in self._decode)
        self._kept = lru_cache(_KEPT_BYTES // (3 * prod(self.levels[0].tile)))(self._tile)
        self._decoders = ThreadPoolExecutor(_DECODERS)

    @classmethod
    def of(cls, path: Path, sizes: tuple[tuple[int, int], ...]) -> Self | None:
        """Return those of a file whose levels have these (width, height), or None where its tiles are in doubt."""
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

    @classmethod
    def of_dicom(cls, path: Path, sizes: tuple[tuple[int, int], ...]) -> Self | None:
        """Return those of a DICOM series of which a file lies at `path`, or None where its frames are in doubt."""
        try:
            levels = dicom_levels(path, sizes)
        except (OSError, ValueError, TypeError, AttributeError, LookupError, StopIteration, struct.error):
            return None
        coded = ((level, _decode_jpeg if level.completion else decode_jpeg2000) for level in levels or ())
        return cls(list(coded)) if levels else None

    def read(self, index: int, corner: tuple[float, float], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Read (height, width, 3) from `corner`, (x, y) in pixels of the level; between pixels it is interpolated.

        Raises:
            ValueError: where a tile does not decode.
        """
        x, y = floor(corner[0]), floor(corner[1])
        shift = corner[0] - x, corner[1] - y
        if max(shift) < 1e-6:
            return self._whole(index, (x, y), size)
        wider = self._whole(index, (x, y), (size[0] + 1, size[1] + 1))
        centre = (size[0] - 1) / 2 + shift[0], (size[1] - 1) / 2 + shift[1]
        return np.asarray(cv2.getRectSubPix(wider, size, centre), np.uint8)

    def _whole(self, index: int, corner: tuple[int, int], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Paste the tiles under a rectangle; each decoder fills places of its own. One whole tile is only decoded."""
        level = self.levels[index]
        inside = (start >= 0 and start % side == 0 and start + side <= whole
                  for start, side, whole in zip(corner, level.tile, level.size, strict=True))  # fmt: skip
        if size == level.tile and all(inside):
            return self._tile(index, (corner[0] // size[0], corner[1] // size[1]))
        raster = np.full((size[1], size[0], 3), 255, np.uint8)
        columns, rows = (
            range(max(0, start) // tile, -(-max(0, min(start + length, whole)) // tile))
            for start, length, whole, tile in zip(corner, size, level.size, level.tile, strict=True)
        )
        places = [(column, row) for row in rows for column in columns]
        mapped = self._decoders.map if len(places) > 1 else map
        list(mapped(lambda place: self._paste(index, place, raster, corner), places))
        return raster

    def _tile(self, index: int, place: tuple[int, int]) -> NDArray[np.uint8]:
        level = self.levels[index]
        stream = level.stream(*place)
        if stream is None:
            raise ValueError("the tile is absent, or not a picture of its size")
        tile = np.empty((level.tile[1], level.tile[0], 3), np.uint8)
        self._decode[index](stream, tile)
        return tile

    def _paste(self, index: int, place: tuple[int, int], raster: NDArray[np.uint8], corner: tuple[int, int]) -> None:
        level = self.levels[index]
        tile = self._kept(index, place) if self._costly else self._tile(index, place)
        left, top = place[0] * level.tile[0], place[1] * level.tile[1]  # level pixels, as are these four
        first_x, first_y = max(left, corner[0]), max(top, corner[1])
        last_x = min(left + level.tile[0], level.size[0], corner[0] + raster.shape[1])
        last_y = min(top + level.tile[1], level.size[1], corner[1] + raster.shape[0])
        seen = tile[first_y - top : last_y - top, first_x - left : last_x - left]
        raster[first_y - corner[1] : last_y - corner[1], first_x - corner[0] : last_x - corner[0]] = seen

    def close(self) -> None:
        """End the threads and let go of the file, which stays open for whoever holds one of its levels."""
        self._decoders.shutdown()
        self._kept.cache_clear()
        self.levels.clear()


def _decode_jpeg(stream: bytes, tile: NDArray[np.uint8]) -> None:
    # into a buffer, so that a stream that claims to be larger than its tile is refused and not given memory
    decoded = simplejpeg.decode_jpeg(stream, "RGB", buffer=tile)
    if decoded.shape != tile.shape:
        raise ValueError("the tile is not a picture of its size")


def _level(file: OpenFile, pages: list[Any]) -> tuple[CodedLevel, Decode] | None:
    """Return the level that a page stores, unless anything about it is in doubt."""
    if len(pages) != 1:
        return None
    (page,) = pages
    jpeg = page.compression == _JPEG
    others = {_JPEG: _decode_jpeg, _APERIO_JPEG2000_RGB: decode_jpeg2000}
    decode = others.get(page.compression) or decoder_of(page.compression, page.predictor)
    plain = (
        page.photometric in ((_RGB, _YCBCR) if jpeg else (_RGB,))
        and page.fillorder == 1
        and (page.bitspersample, page.samplesperpixel, page.planarconfig, page.imagedepth) == (8, 3, 1, 1)
        and 0 < max(page.databytecounts, default=0) <= 4 * page.tilewidth * page.tilelength <= _LARGEST_TILE
    )
    if not plain or decode is None:
        return None
    head = head_of(page.jpegtables or b"", ycbcr=page.photometric == _YCBCR) if jpeg else None
    size, tile = (page.imagewidth, page.imagelength), (page.tilewidth, page.tilelength)
    count = -(-size[0] // tile[0]) * -(-size[1] // tile[1])
    if len(page.dataoffsets) != count:
        return None
    return CodedLevel.of(file, size, tile, page.dataoffsets, page.databytecounts, head), decode
