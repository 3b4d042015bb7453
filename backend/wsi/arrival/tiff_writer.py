"""Write the directories of a TIFF one by one: classic, BigTIFF, or Hamamatsu's variant with 64-bit offsets."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.core.errors import FocusScopeError

Entry = tuple[int, int, bytes]
"""Type, count and the values' bytes in the file's byte order."""

LONG, LONG8 = 4, 16
_LARGEST_CLASSIC = 2**32


class TiffWriter:
    """A file to which coded pixels are appended, then the directory that points to them.

    Values stand before their directory and within 4 GB of it, as OpenSlide expects of Hamamatsu's files.
    """

    def __init__(self, path: Path, *, order: str, big: bool, ndpi: bool) -> None:
        self.order, self.big, self.ndpi = order, big, ndpi
        self._file = path.open("wb")
        mark = b"II" if order == "<" else b"MM"
        head = struct.pack(order + "HHH", 43, 8, 0) if big else struct.pack(order + "H", 42)
        self._file.write((mark + head).ljust(16, b"\0"))
        self._position = 16
        self._link = 8 if big else 4
        self._links: list[tuple[int, int]] = []

    def append(self, data: bytes, *, aligned: bool = True) -> int:
        """Append bytes and return where they begin."""
        if aligned and self._position % 2:
            self._write(b"\0")
        start = self._position
        self._write(data)
        return start

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._position += len(data)

    def directory(self, entries: dict[int, Entry]) -> None:
        """Append a directory, and lead to it from the one before."""
        wide = self.big or self.ndpi
        inline = 8 if self.big else 4
        self._write(bytes(-self._position % 8))
        values = [self._value(entries[code], inline) for code in sorted(entries)]
        self._write(bytes(-self._position % 8))
        self._links.append((self._link, self._position))
        rows = [
            struct.pack(self.order + ("HHQ" if self.big else "HHI"), code, *entries[code][:2]) + value[:inline]
            for code, value in zip(sorted(entries), values, strict=True)
        ]
        self._write(struct.pack(self.order + ("Q" if self.big else "H"), len(rows)) + b"".join(rows))
        self._link = self._position
        self._write(bytes(8 if wide else 4))
        if self.ndpi:
            self._write(b"".join(value[inline:].ljust(4, b"\0") for value in values))
        if not wide and self._position >= _LARGEST_CLASSIC:
            raise FocusScopeError("The file is too large for its own format.")

    def _value(self, entry: Entry, inline: int) -> bytes:
        """Return what stands in an entry: the value, or where it is; Hamamatsu's have four more bytes elsewhere."""
        kind, count, data = entry
        if len(data) <= inline or (self.ndpi and (kind, count, len(data)) == (LONG, 1, 8)):
            return data.ljust(inline, b"\0")
        position = self.append(data)
        if self.big:
            return struct.pack(self.order + "Q", position)
        return struct.pack(self.order + "II", position % 2**32, position // 2**32)

    def offsets(self, positions: NDArray[np.int64]) -> Entry:
        """Return where tiles or strips lie, as a directory says it."""
        if self.ndpi and len(positions) == 1:
            low, high = int(positions[0]) % 2**32, int(positions[0]) // 2**32
            return LONG, 1, struct.pack(self.order + "II", low, high)
        kind, code = (LONG8, "u8") if self.big else (LONG, "u4")
        return kind, len(positions), positions.astype(self.order + code).tobytes()

    def lengths(self, lengths: NDArray[np.int64]) -> Entry:
        """Return how long tiles or strips are, as a directory says it."""
        if not self.big:
            return self.offsets(lengths)
        return LONG8, len(lengths), lengths.astype(self.order + "u8").tobytes()

    def close(self) -> None:
        """Link the directories and finish the file."""
        for at, position in self._links:
            self._file.seek(at)
            self._file.write(struct.pack(self.order + ("Q" if self.big or self.ndpi else "I"), position))
        self._file.close()
