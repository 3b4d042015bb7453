"""The directories of a TIFF, read without trust: classic, BigTIFF, and Hamamatsu's variant with 64-bit offsets.

Nothing is decoded, and no more is read than the file holds.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from backend.core.errors import SlideUnreadable

MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

SUBFILE_TYPE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, DESCRIPTION = 254, 256, 257, 258, 259, 262, 270
STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP, STRIP_LENGTHS = 273, 277, 278, 279
X_RESOLUTION, Y_RESOLUTION, PLANAR, RESOLUTION_UNIT = 282, 283, 284, 296
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_LENGTHS = 322, 323, 324, 325
SUB_IFDS, JPEG_TABLES, XMP, ICC = 330, 347, 700, 34675
NDPI_FORMAT = 65420

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "u1", 3: "u2", 4: "u4", 6: "i1", 8: "i2", 9: "i4", 13: "u4", 16: "u8", 17: "i8", 18: "u8"}
_RATIONALS = {5: "u4", 10: "i4"}
_MOST_DIRECTORIES = 4096
_MOST_TAGS = 512

CUT_SHORT = "The file is cut short: it ends before its pixels do. Please upload it again."


def looks_like_tiff(path: Path) -> bool:
    """Say whether the file begins as a TIFF does."""
    with path.open("rb") as file:
        return file.read(4) in MAGICS


@dataclass(frozen=True, slots=True)
class Tag:
    """One entry of a directory: its type, how many values, and where in the file their bytes are."""

    code: int
    kind: int
    count: int
    position: int

    @property
    def length(self) -> int:
        """How many bytes its values have."""
        return self.count * _SIZES[self.kind]


@dataclass(frozen=True, slots=True)
class Directory:
    """One image of the file; `children` are those that a SubIFDs tag lists."""

    position: int
    tags: dict[int, Tag]
    children: list["Directory"] = field(default_factory=list)


class Tiff:
    """A TIFF whose directories have been found to be in order.

    Raises:
        SlideUnreadable: where it is cut short, or made to confuse.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._file: BinaryIO = path.open("rb")
        try:
            self._read_header()
            self.directories = list(self._chain(self._first, set()))
        except BaseException:
            self.close()
            raise
        if not self.directories:
            self.close()
            raise SlideUnreadable(CUT_SHORT)

    def _read_header(self) -> None:
        head = self.bytes_at(0, 8)
        self.order = "<" if head.startswith(b"II") else ">"
        self.big = head[2:3] == b"+" or head[3:4] == b"+"
        if self.big:
            self._first = self._number("Q", 8)
            self.ndpi = False
            return
        self._first = self._number("I", 4)
        self.ndpi = self._is_ndpi()
        if self.ndpi and self.size >= 2**32:
            self._first = self._number("Q", 4)

    def _is_ndpi(self) -> bool:
        """Hamamatsu's files say classic TIFF and are told apart by a tag; large ones have eight bytes for offsets."""
        for first in (self._first, self._number("Q", 4) if self.size >= 2**32 else 0):
            if 8 <= first <= self.size - 2:
                count = self._number("H", first)
                entries = self.bytes_at(first + 2, min(12 * min(count, _MOST_TAGS), self.size - first - 2))
                codes = (struct.unpack_from(self.order + "H", entries, i)[0] for i in range(0, len(entries) - 11, 12))
                if NDPI_FORMAT in codes:
                    return True
        return False

    def _chain(self, position: int, seen: set[int]) -> Iterator[Directory]:
        while position:
            directory, position = self._directory(position, seen)
            yield directory

    def _directory(self, position: int, seen: set[int]) -> tuple[Directory, int]:
        if position in seen:
            raise SlideUnreadable("The file is a TIFF that leads in a circle: it is damaged.")
        seen.add(position)
        if len(seen) > _MOST_DIRECTORIES:
            raise SlideUnreadable("The file is a TIFF of too many images to be a slide.")
        count = self._number("Q" if self.big else "H", position)
        if count > _MOST_TAGS:
            raise SlideUnreadable("The file is a TIFF with too many tags to be a slide.")
        width, start = (20, position + 8) if self.big else (12, position + 2)
        entries = self.bytes_at(start, width * count)
        end = start + width * count
        following = self._number("Q" if self.big or self.ndpi else "I", end)
        high = self.bytes_at(end + 8, 4 * count) if self.ndpi and self.size >= 2**32 else bytes(4 * count)
        tags: dict[int, Tag] = {}
        for i in range(count):
            entry = entries[width * i : width * (i + 1)]
            above = struct.unpack_from(self.order + "I", high, 4 * i)[0] << 32
            if tag := self._tag(entry, start + width * i, above):
                tags.setdefault(tag.code, tag)
        directory = Directory(position, tags)
        if SUB_IFDS in tags:
            for child in self.numbers(directory, SUB_IFDS):
                directory.children.append(self._directory(int(child), seen)[0])
        return directory, following

    def _tag(self, entry: bytes, position: int, above: int) -> Tag | None:
        code, kind = struct.unpack_from(self.order + "HH", entry)
        count, value = struct.unpack_from(self.order + ("QQ" if self.big else "II"), entry, 4)
        if kind not in _SIZES:
            return None
        inline = 8 if self.big else 4
        length = count * _SIZES[kind]
        if length <= inline:
            return Tag(code, kind, count, position + len(entry) - inline)
        value += above
        if value + length > self.size:
            raise SlideUnreadable(CUT_SHORT)
        return Tag(code, kind, count, value)

    def _number(self, code: str, position: int) -> int:
        number: int = struct.unpack(self.order + code, self.bytes_at(position, struct.calcsize("<" + code)))[0]
        return number

    def bytes_at(self, position: int, length: int) -> bytes:
        """Return what stands there.

        Raises:
            SlideUnreadable: where the file ends before.
        """
        if position + length > self.size or position < 0 or length < 0:
            raise SlideUnreadable(CUT_SHORT)
        data = os.pread(self._file.fileno(), length, position)
        if len(data) != length:
            raise SlideUnreadable(CUT_SHORT)
        return data

    def raw(self, directory: Directory, code: int) -> bytes:
        """Return the bytes of a tag's values in the file's byte order; none where the tag is missing."""
        tag = directory.tags.get(code)
        return self.bytes_at(tag.position, tag.length) if tag else b""

    def text(self, directory: Directory, code: int) -> str:
        """Return a text tag, up to its first NUL."""
        return self.raw(directory, code).partition(b"\0")[0].decode("utf-8", "replace")

    def numbers(self, directory: Directory, code: int) -> NDArray[np.int64]:
        """Return a tag's integers; none where it is missing or of another type."""
        tag = directory.tags.get(code)
        if tag is None or tag.kind not in _INTEGERS:
            return np.zeros(0, np.int64)
        values = np.frombuffer(self.raw(directory, code), self.order + _INTEGERS[tag.kind])
        if values.dtype.itemsize == 8 and values.size and values.max() > np.iinfo(np.int64).max:
            raise SlideUnreadable(CUT_SHORT)
        numbers = values.astype(np.int64)
        if self.ndpi and code == STRIP_OFFSETS and self.size >= 2**32 and tag.count == 1:
            numbers[0] += self._high_word(directory, code)
        return numbers

    def _high_word(self, directory: Directory, code: int) -> int:
        """Return the upper half of an inline offset in a large file of Hamamatsu's, which stands after the entries."""
        count = self._number("H", directory.position)
        end = directory.position + 2 + 12 * count
        index = (directory.tags[code].position - 8 - directory.position - 2) // 12
        return self._number("I", end + 8 + 4 * index) << 32

    def number(self, directory: Directory, code: int, default: int = 0) -> int:
        """Return a tag's first integer."""
        numbers = self.numbers(directory, code)
        return int(numbers[0]) if numbers.size else default

    def rational(self, directory: Directory, code: int) -> float | None:
        """Return a tag's first fraction, or None where there is no sensible one."""
        tag = directory.tags.get(code)
        if tag is None or tag.kind not in _RATIONALS or not tag.count:
            return None
        over, under = np.frombuffer(self.bytes_at(tag.position, 8), self.order + _RATIONALS[tag.kind])
        return float(over) / float(under) if under and over > 0 else None

    def is_tiled(self, directory: Directory) -> bool:
        """Say whether the image is stored in tiles."""
        return TILE_OFFSETS in directory.tags and not self.ndpi

    def size_of(self, directory: Directory) -> tuple[int, int]:
        """Return (width, height) of an image."""
        return self.number(directory, WIDTH), self.number(directory, HEIGHT)

    def segment_size(self, directory: Directory) -> tuple[int, int]:
        """Return (width, height) of its tiles or strips."""
        if self.is_tiled(directory):
            return self.number(directory, TILE_WIDTH), self.number(directory, TILE_HEIGHT)
        width, height = self.size_of(directory)
        return width, min(self.number(directory, ROWS_PER_STRIP, height), height)

    def segments(self, directory: Directory) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the coded tiles or strips lie and how long they are."""
        codes = (TILE_OFFSETS, TILE_LENGTHS) if self.is_tiled(directory) else (STRIP_OFFSETS, STRIP_LENGTHS)
        return self.numbers(directory, codes[0]), self.numbers(directory, codes[1])

    def bits_per_pixel(self, directory: Directory) -> int:
        """Return how many bits a pixel has when decoded."""
        bits = self.numbers(directory, BITS)
        return int(bits.max(initial=1)) * max(1, self.number(directory, SAMPLES, 1))

    def all_directories(self, among: Sequence[Directory] | None = None) -> Iterator[Directory]:
        """Yield every image, children after their parents."""
        for directory in self.directories if among is None else among:
            yield directory
            yield from self.all_directories(directory.children)

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def __enter__(self) -> "Tiff":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
