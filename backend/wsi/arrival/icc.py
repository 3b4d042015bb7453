"""An ICC profile reduced to what colours need: its names, copyright, dates and makers are free text and go."""

import struct

_HEADER = 128
_NUMERIC_TAGS = frozenset(
    b"wtpt bkpt lumi chad chrm rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC A2B0 A2B1 A2B2 B2A0 B2A1 B2A2".split()
)
_NUMERIC_TYPES = frozenset((b"XYZ ", b"curv", b"para", b"sf32", b"mft1", b"mft2", b"mAB ", b"mBA ", b"chrm"))
_NAME = b"desc" + bytes(4) + struct.pack(">I", 8) + b"Scanner\0" + bytes(78)
_FREE = b"text" + bytes(4) + b"Unknown\0"
_LARGEST_BYTES = 16 * 2**20


def numeric_profile(profile: bytes) -> bytes | None:
    """Return the profile with only its numbers, or None where it is not in order."""
    if not _HEADER + 4 < len(profile) <= _LARGEST_BYTES or profile[36:40] != b"acsp":
        return None
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > 100 or _HEADER + 4 + 12 * count > len(profile):
        return None
    kept = {b"desc": _NAME, b"cprt": _FREE}
    for i in range(count):
        name, offset, length = struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * i)
        data = profile[offset : offset + length]
        if name in _NUMERIC_TAGS and data[:4] in _NUMERIC_TYPES and len(data) == length:
            kept[name] = data
    return _assembled(profile[:_HEADER], kept) if len(kept) > 2 else None


def _assembled(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Lay out a profile; of the header only version, classes, spaces, intent and white point stay."""
    table, data = [struct.pack(">I", len(tags))], b""
    start = _HEADER + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, blob in tags.items():
        if blob not in places:  # the curves of the three channels are often one
            places[blob] = start + len(data)
            data += blob + bytes(-len(blob) % 4)
        table.append(struct.pack(">4sII", name, places[blob], len(blob)))
    body = b"".join(table) + data
    kept = bytearray(_HEADER)
    for first, last in ((8, 24), (36, 40), (64, 80)):
        kept[first:last] = header[first:last]
    kept[:4] = struct.pack(">I", _HEADER + len(body))
    kept[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    return bytes(kept) + body
