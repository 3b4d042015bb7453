"""What decoding a coded tile costs, read off its headers.

A progressive JPEG can have every pixel drawn anew by each of a million scans, or claim gigabytes of them, of which
decoders keep all before OpenSlide compares their number with the tile's, and JPEG 2000 can be cut into more pieces
than it has pixels: their decoders are then busy for minutes or want gigabytes. The server opens what is kept without
limits, so such a tile is not kept: the slide is drawn anew, in the process that has limits.
"""

import re
import struct
from collections.abc import Iterator

LARGEST_TILE_PIXELS = 2**22
"""All of a tile is decoded for any of its pixels."""

_JPEG, _J2K = b"\xff\xd8", b"\xff\x4f"
_SCAN, _MOST_SCANS = b"\xff\xda", 100  # as libtiff has it
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]...(..)(..)", re.DOTALL)
"""The head of a picture of any coding, with its height and width: these bytes do not stand in coded pixels."""

_SIZE, _CODING, _OF_ONE_COMPONENT, _TILE_PART, _PIXELS = 0xFF51, 0xFF52, 0xFF53, 0xFF90, 0xFF93
_GRID, _CODED = struct.Struct(">2x8IH"), struct.Struct(">2xHxB4x")
_MOST_TILES, _MOST_PACKETS = 2**10, 2**15


def is_modest(data: bytes, pixels: int) -> bool:
    """Say whether a tile of so many pixels, in JPEG, JPEG 2000 or without loss, has few enough bytes and pieces."""
    if pixels > LARGEST_TILE_PIXELS or len(data) > 4 * pixels + 2**16:
        return False
    if data.startswith(_JPEG):
        claimed = (int.from_bytes(height) * int.from_bytes(width) for height, width in _FRAME.findall(data))
        return data.count(_SCAN) <= _MOST_SCANS and max(claimed, default=0) <= pixels
    try:
        return not data.startswith(_J2K) or _pieces_are_few(data)
    except struct.error:
        return False


def _pieces_are_few(data: bytes) -> bool:
    """Count the tiles and packets of a JPEG 2000 codestream that is coded in one way throughout."""
    segments = list(_segments(data))
    sizes = [segment for marker, segment in segments if marker == _SIZE]
    codings = [segment for marker, segment in segments if marker in (_CODING, _OF_ONE_COMPONENT)]
    if len(sizes) != 1 or len(codings) != 1:
        return False
    right, lower, left, upper, across, down, _, _, components = _GRID.unpack_from(sizes[0])
    layers, halvings = _CODED.unpack_from(codings[0])
    if not (across and down):
        return False
    tiles = -(-right // across) * -(-lower // down)
    precincts = tiles * (halvings + 1)
    for exponents, halved in zip(codings[0][_CODED.size :], range(halvings, -1, -1), strict=False):
        precincts += -(-(right - left) >> halved >> (exponents & 15)) * (
            -(-(lower - upper) >> halved >> (exponents >> 4))
        )
    return bool(tiles <= _MOST_TILES and layers * components * precincts <= _MOST_PACKETS)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the markers of the main header and of those of tile-parts, and what stands in each."""
    position, part = 2, (0, 0)
    while position + 4 <= len(data):
        marker, length = struct.unpack_from(">HH", data, position)
        if marker == _TILE_PART:
            part = position, struct.unpack_from(">I", data, position + 6)[0]
        if marker == _PIXELS:
            if part[1] < position - part[0]:  # it goes on to the end, or nowhere
                return
            position = sum(part)
            continue
        if marker >> 8 != 0xFF or length < 2:
            return
        yield marker, data[position + 4 : position + 2 + length]
        position += 2 + length
