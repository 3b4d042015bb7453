"""Write a pyramidal tiled TIFF from rows that arrive one strip at a time, in memory bounded by the slide's width."""

import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import cv2
import numpy as np
import simplejpeg
import tifffile
from numpy.typing import NDArray

Raster = NDArray[np.uint8]

TILE_PX = 256
_BIGTIFF_ABOVE_PIXELS = 3_000_000_000
_SMALLEST_LEVEL_PX = 256


class PyramidWriter:
    """Collects strips of level 0, halves them into coarser levels, and writes the file on `close`.

    Strips are (rows, width, 3) RGB, stored as JPEG, or (rows, width) grey, stored without loss. Where grey values are
    `labels`, coarser levels pick one of four instead of averaging. `mpp`, if known, becomes the resolution tag that
    OpenSlide reads, and `profile` its ICC profile. Nothing appears at `path` until the slide is complete.
    """

    def __init__(
        self, path: Path, size: tuple[int, int], mpp: float | None, *, quality: int = 85, grey: bool = False,
        labels: bool = False, profile: bytes | None = None,
    ) -> None:  # fmt: skip
        self._profile = profile
        self._path, self._mpp, self._halved = Path(path), mpp, _one_of_four if labels else _averaged
        self._levels = [_Level(size, quality, grey, self._path.parent)]
        while max(self._levels[-1].size) > _SMALLEST_LEVEL_PX:
            width, height = self._levels[-1].size
            self._levels.append(_Level((-(-width // 2), -(-height // 2)), quality, grey, self._path.parent))

    def add(self, strip: Raster) -> None:
        """Append rows to level 0."""
        self._push(0, strip)

    def _push(self, index: int, strip: Raster) -> None:
        if index < len(self._levels):
            for done in self._levels[index].add(strip):
                self._push(index + 1, self._halved(done))

    def close(self) -> None:
        """Finish all levels and write the file."""
        for index, level in enumerate(self._levels):
            for done in level.flush():
                self._push(index + 1, self._halved(done))
        width, height = self._levels[0].size
        partial = self._path.with_name(f".{self._path.name}.partial")
        try:
            with tifffile.TiffWriter(partial, bigtiff=width * height > _BIGTIFF_ABOVE_PIXELS) as out:
                for index, level in enumerate(self._levels):
                    level.write(out, self._mpp and self._mpp * 2**index, self._profile, reduced=index > 0)
            partial.replace(self._path)
        finally:
            partial.unlink(missing_ok=True)
            self.discard()

    def discard(self) -> None:
        """Forget everything that was added."""
        for level in self._levels:
            level.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard() if kind else self.close()


class _Level:
    """One resolution: a strip being filled, and its encoded tiles spooled to disk."""

    def __init__(self, size: tuple[int, int], quality: int, grey: bool, folder: Path) -> None:
        self.size, self._quality, self._grey = size, quality, grey
        self._rows: list[Raster] = []
        self._pending = self._received = 0
        self._spool: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the level
        self._lengths: list[int] = []

    def add(self, strip: Raster) -> Iterator[Raster]:
        """Take rows; yield each full strip of tiles once it is encoded."""
        strip = strip[: self.size[1] - self._received, : self.size[0]]
        self._received += len(strip)
        self._rows.append(strip)
        self._pending += len(strip)
        while self._pending >= TILE_PX:
            rows = np.concatenate(self._rows)
            self._rows, self._pending = [rows[TILE_PX:]], len(rows) - TILE_PX
            yield self._encoded(rows[:TILE_PX])

    def flush(self) -> Iterator[Raster]:
        """Encode what is left."""
        if self._pending:
            rows, self._rows, self._pending = np.concatenate(self._rows), [], 0
            yield self._encoded(rows)

    def _encoded(self, rows: Raster) -> Raster:
        width = self.size[0]
        padding = ((0, TILE_PX - len(rows)), (0, -width % TILE_PX), (0, 0))[: rows.ndim]
        padded = np.pad(rows, padding, mode="edge")
        for x in range(0, width, TILE_PX):
            data = self._tile(np.ascontiguousarray(padded[:, x : x + TILE_PX]))
            self._spool.write(data)
            self._lengths.append(len(data))
        return rows

    def _tile(self, tile: Raster) -> bytes:
        if self._grey:
            return zlib.compress(tile.tobytes(), 6)
        return bytes(simplejpeg.encode_jpeg(tile, self._quality, colorspace="RGB", colorsubsampling="420"))

    def write(self, out: tifffile.TiffWriter, mpp: float | None, profile: bytes | None, *, reduced: bool) -> None:
        """Append this level to the file as one directory."""
        width, height = self.size
        resolution: dict[str, Any] = {}
        if mpp is not None:
            resolution = {"resolution": (1e4 / mpp, 1e4 / mpp), "resolutionunit": "CENTIMETER"}
        colour = {"photometric": "minisblack"} if self._grey else {"photometric": "ycbcr", "subsampling": (2, 2)}
        out.write(
            self._tiles(), shape=(height, width) if self._grey else (height, width, 3), dtype=np.uint8,
            tile=(TILE_PX, TILE_PX), compression="zlib" if self._grey else "jpeg",
            subfiletype=int(reduced), metadata=None, software="FocusScope", iccprofile=profile, **colour, **resolution,
        )  # fmt: skip

    def _tiles(self) -> Iterator[bytes]:
        self._spool.seek(0)
        for length in self._lengths:
            yield self._spool.read(length)

    def discard(self) -> None:
        self._spool.close()


def _averaged(rows: Raster) -> Raster:
    """Average squares of 2 × 2; an odd last row or column is averaged with itself."""
    height, width = rows.shape[:2]
    if height % 2 or width % 2:
        rows = np.pad(rows, ((0, height % 2), (0, width % 2), (0, 0))[: rows.ndim], mode="edge")
    return np.asarray(
        cv2.resize(rows, (rows.shape[1] // 2, rows.shape[0] // 2), interpolation=cv2.INTER_AREA), np.uint8
    )


def _one_of_four(rows: Raster) -> Raster:
    """Pick the upper left of squares of 2 × 2: a label stays one of those that were there."""
    return np.ascontiguousarray(rows[::2, ::2])
