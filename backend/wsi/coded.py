"""JPEG tiles as they lie coded in a file: found by a table of places, read at once, safe from several threads."""

import errno
import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backend.wsi.jpeg import Completion

_WITHOUT_WAITING = getattr(os, "RWF_NOWAIT", None)  # Linux has it; not every file system keeps to it


class OpenFile:
    """A file, open as long as anybody holds this, so that no reader finds another file under its descriptor."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        self._tells_what_is_in_memory = _WITHOUT_WAITING is not None

    def read(self, offset: int, length: int) -> bytes:
        """Read from the disk, if need be."""
        return os.pread(self._descriptor, length, offset)

    def read_from_memory(self, offset: int, length: int) -> bytearray | None:
        """Read what the system has in memory; None where the disk would have to be waited for."""
        if not self._tells_what_is_in_memory:
            return None
        data = bytearray(length)
        try:
            read = os.preadv(self._descriptor, (data,), offset, _WITHOUT_WAITING or 0)
        except OSError as error:
            self._tells_what_is_in_memory = error.errno == errno.EAGAIN
            return None
        return data if read == length else None

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)


class TileFile(Protocol):
    """Where coded tiles lie: a file here, or one far away."""

    def read(self, offset: int, length: int) -> bytes:
        """Read, and wait for it."""

    def read_from_memory(self, offset: int, length: int) -> bytes | bytearray | None:
        """Read without waiting; None where that cannot be."""


@dataclass(frozen=True, slots=True)
class CodedLevel:
    """One raster of `size` in tiles of `tile`, both (width, height), whose places are listed row by row.

    Without `completion` the tiles are complete as they are, those at the edges cut. A tile of no bytes is not there; in
    a sparse file it is OpenSlide's to say what stands in its place.
    """

    file: TileFile
    size: tuple[int, int]
    tile: tuple[int, int]
    offsets: Sequence[int]
    lengths: Sequence[int]
    columns: int
    completion: Completion | None

    @classmethod
    def of(
        cls, file: TileFile, size: tuple[int, int], tile: tuple[int, int], offsets: Sequence[int],
        lengths: Sequence[int], head: bytes | None,
    ) -> "CodedLevel":  # fmt: skip
        """Pack the table of a level; `head` is what each stream lacks in front, None where they are complete."""
        columns, completion = -(-size[0] // tile[0]), None if head is None else Completion(head, tile)
        # a place beyond what the system can count to is an OverflowError
        return cls(file, size, tile, array("q", offsets), array("I", lengths), columns, completion)

    def has(self, column: int, row: int) -> bool:
        """Say whether a tile is there and need not be cut before it is sent."""
        right, lower, (width, height) = (column + 1) * self.tile[0], (row + 1) * self.tile[1], self.size
        if right > width or lower > height:
            beyond = right - self.tile[0] >= width or lower - self.tile[1] >= height
            if beyond or self.completion:
                return False
        return self.lengths[row * self.columns + column] > 0

    def stream(self, column: int, row: int) -> bytes | None:
        """Return a tile as a complete JPEG stream; None where it is absent or not in order."""
        number = row * self.columns + column
        data = self.file.read(self.offsets[number], self.lengths[number])
        return self.completion.of(data) if self.completion else data

    def stream_from_memory(self, column: int, row: int) -> bytes | bytearray | None:
        """Return the same without waiting; None also where the disk would have to be waited for."""
        number = row * self.columns + column
        data = self.file.read_from_memory(self.offsets[number], self.lengths[number])
        return self.completion.of(data) if data and self.completion else data
