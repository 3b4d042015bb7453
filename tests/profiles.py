"""A colour profile as a scanner may have it: primaries of its own, and another gamma than sRGB."""

import struct

GAMMA = 1.8
_PRIMARIES = {"r": (0.61, 0.31, 0.02), "g": (0.20, 0.60, 0.09), "b": (0.15, 0.09, 0.71)}  # XYZ, in D50
_D50 = (0.9642, 1.0, 0.8249)


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * value) for value in values))


def a_profile() -> bytes:
    """Write the profile, of version 2: three primaries, one curve, a white point."""
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(256 * GAMMA))
    tags = {b"wtpt": _xyz(*_D50)}
    for colour, primary in _PRIMARIES.items():
        tags |= {f"{colour}XYZ".encode(): _xyz(*primary), f"{colour}TRC".encode(): curve}
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(value))
        body += value
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"lcms", 0x02400000, b"scnr", b"RGB ", b"XYZ ")
    white = struct.pack(">3i", *(round(65536 * value) for value in _D50))
    return (head + bytes(12) + b"acsp").ljust(68, b"\0") + white.ljust(60, b"\0") + table + body
