"""Coded tiles without the text that they may carry. What codes the pixels is unchanged, byte for byte."""

import re

_SOI, _EOI, _SOC = b"\xff\xd8", b"\xff\xd9", b"\xff\x4f"
_SOS, _COMMENT, _JFIF, _ADOBE = 0xDA, 0xFE, 0xE0, 0xEE
_JFIF_LENGTH, _ADOBE_LENGTH = 16, 14
_J2K_FIRST_TILE, _J2K_COMMENT = 0x90, 0x64
_AFTER_A_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker that ends a scan's coded pixels: in these 0xFF stands before a zero or a restart's marker alone."""


def is_whole_jpeg(data: bytes) -> bool:
    """Say whether a stream begins and ends as a JPEG does."""
    return data.startswith(_SOI) and data.rstrip(b"\0").endswith(_EOI)


def jpeg_without_text(data: bytes) -> bytes:
    """Overwrite comments and application data with zeros, and drop what follows the end; the length of heads stays.

    A progressive JPEG has several scans, and may carry text between them.
    """
    end = data.rfind(_EOI)
    if end >= 0 and end + 2 < len(data):
        data = data[: end + 2]
    position, blanked = 2, None
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4])
        if marker == 0xFF:
            position += 1
            continue
        if _is_text(marker, data[position + 4 : position + 9], length):
            blanked = blanked or bytearray(data)
            last = min(position + 2 + length, len(data))
            blanked[position + 4 : last] = bytes(max(0, last - position - 4))
        position += 2 + max(length, 2)
        if marker == _SOS:
            ends = _AFTER_A_SCAN.search(data, position)
            position = ends.start() if ends else len(data)
    return bytes(blanked) if blanked else data


def _is_text(marker: int, start: bytes, length: int) -> bool:
    if (marker, start, length) in ((_JFIF, b"JFIF\0", _JFIF_LENGTH), (_ADOBE, b"Adobe", _ADOBE_LENGTH)):
        return False
    return marker == _COMMENT or 0xE0 <= marker <= 0xEF


def j2k_without_text(data: bytes) -> bytes | None:
    """Overwrite the comments of a JPEG 2000 codestream with zeros, drop what follows its end; None where it is none."""
    if not data.startswith(_SOC) or _EOI not in data:
        return None
    data = data[: data.rindex(_EOI) + 2]
    position, blanked = 2, None
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] != _J2K_FIRST_TILE:
        length = int.from_bytes(data[position + 2 : position + 4])
        if data[position + 1] == _J2K_COMMENT:
            blanked = blanked or bytearray(data)
            last = min(position + 2 + length, len(data))
            blanked[position + 6 : last] = bytes(max(0, last - position - 6))
        position += 2 + max(length, 2)
    return bytes(blanked) if blanked else data
