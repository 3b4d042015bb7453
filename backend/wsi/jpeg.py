"""JPEG streams as slides store them, made whole: each tile lacks its tables, and may lie about its colours."""

from collections.abc import Iterator

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"  # one byte more says whether the stream is YCbCr
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what every browser decodes
_SCAN, _COMMENT, _APPLICATIONS = 0xDA, 0xFE, range(0xE0, 0xF0)


def head_of(tables: bytes, *, ycbcr: bool) -> bytes:
    """Return what goes before each stream: its colours in an Adobe marker, and `tables`, a stream without image."""
    segments = (segment for marker, segment in _segments(tables[:-2]) if _matters(marker))
    return b"".join((_SOI, _ADOBE, bytes([ycbcr]), *segments))


class Completion:
    """Makes the stored streams of one level whole, with its `head` in front; `size` is (width, height) of each.

    Most streams of a level begin alike, so what stood before the scan of the last one is kept: where another begins
    with the same bytes, nothing needs to be looked at again.
    """

    def __init__(self, head: bytes, size: tuple[int, int]) -> None:
        self.head, self._size = head, size
        self._begins: tuple[bytes, bytes] | None = None  # as stored, and as sent instead; both with the scan's marker

    def of(self, data: bytes | bytearray) -> bytes | None:
        """Return a stored stream made whole, or None where it is not a complete colour picture of this size.

        Markers of the stream's own that could contradict the head, and comments, are left out; what is coded is
        unchanged.
        """
        if not (data.endswith(_EOI) or data.rstrip(b"\0").endswith(_EOI)):
            return None
        begins = self._begins
        if begins is None or not data.startswith(begins[0]):
            begins = self._beginning(bytes(data))
            if begins is None:
                return None
            self._begins = begins
        return b"".join((begins[1], memoryview(data)[len(begins[0]) :]))

    def _beginning(self, data: bytes) -> tuple[bytes, bytes] | None:
        if not data.startswith(_SOI):
            return None
        parts, framed, read = [self.head], False, len(_SOI)
        for marker, segment in _segments(data):
            if marker == _SCAN:
                return (data[: read + 2], b"".join((*parts, segment[:2]))) if framed else None
            if marker in _FRAMES:
                height, width = int.from_bytes(segment[5:7]), int.from_bytes(segment[7:9])
                framed = (segment[4:5], (width, height), segment[9:10]) == (b"\x08", self._size, b"\x03")
            if _matters(marker):
                parts.append(segment)
            read += len(segment)
        return None


def _matters(marker: int) -> bool:
    return marker != _COMMENT and marker not in _APPLICATIONS


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Split a stream after its start into markers; the scan comes last, with all that follows."""
    position = len(_SOI)
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4])
        if marker == 0xFF or end > len(data):
            return
        yield marker, data[position:] if marker == _SCAN else data[position:end]
        if marker == _SCAN:
            return
        position = end
