"""TIFFs written entry by entry, so that they can lie."""

import struct
from pathlib import Path
from typing import Any

SHORT, LONG, LONG8 = 3, 4, 16
_CODES = {2: "s", SHORT: "H", LONG: "I", LONG8: "Q", 7: "s"}

Entry = tuple[int, list[int] | bytes]


def tags(width: int = 512, height: int = 512, tile: int = 256, **changed: Any) -> dict[int, Entry]:
    """The directory of a tiled, uncompressed grey image whose tiles all lie at byte 1024; `changed` by t256=… ."""
    count = -(-width // tile) * -(-height // tile)
    plain: dict[int, Entry] = {
        256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, [8]), 259: (SHORT, [1]), 262: (SHORT, [1]),
        277: (SHORT, [1]), 322: (LONG, [tile]), 323: (LONG, [tile]),
        324: (LONG, [1024] * count), 325: (LONG, [tile * tile] * count),
    }  # fmt: skip
    changes = {int(name[1:]): entry for name, entry in changed.items()}
    return {code: entry for code, entry in sorted((plain | changes).items()) if entry is not None}


def write(path: Path, *directories: dict[int, Entry], pixels: int = 2**16, loop_to: int | None = None) -> Path:
    """Write classic TIFF: header, pixels up to byte 1024 + `pixels`, directories; the last leads to `loop_to`."""
    data = bytearray(b"II*\0" + bytes(4) + bytes(1016 + pixels))
    link = 4
    places = []
    for directory in directories:
        blobs = {code: _packed(entry) for code, entry in directory.items()}
        outside = {}
        for code, blob in blobs.items():
            if len(blob) > 4:
                outside[code] = len(data)
                data += blob + bytes(len(blob) % 2)
        struct.pack_into("<I", data, link, len(data))
        places.append(len(data))
        data += struct.pack("<H", len(directory))
        for code, (kind, values) in directory.items():
            value = struct.pack("<I", outside[code]) if code in outside else blobs[code].ljust(4, b"\0")
            data += struct.pack("<HHI", code, kind, len(values)) + value
        link = len(data)
        data += bytes(4)
    if loop_to is not None:
        struct.pack_into("<I", data, link, places[loop_to])
    path.write_bytes(data)
    return path


def _packed(entry: Entry) -> bytes:
    kind, values = entry
    return values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{_CODES[kind]}", *values)
