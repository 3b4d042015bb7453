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


def whole_stream(head: bytes, data: bytes, size: tuple[int, int]) -> bytes | None:
    """Return a stored stream with its `head`, or None where it is not a complete colour picture of this size.

    Markers of the stream's own that could contradict the head, and comments, are left out; what is coded is unchanged.
    """
    if not (data.startswith(_SOI) and data.rstrip(b"\0").endswith(_EOI)):
        return None
    parts, framed = [head], False
    for marker, segment in _segments(data):
        if marker in _FRAMES:
            height, width = int.from_bytes(segment[5:7]), int.from_bytes(segment[7:9])
            framed = (segment[4:5], (width, height), segment[9:10]) == (b"\x08", size, b"\x03")
        if _matters(marker):
            parts.append(segment)
        if marker == _SCAN:
            return b"".join(parts) if framed else None
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
