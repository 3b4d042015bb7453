"""Make of a Zeiss slide one that OpenSlide reads: it decodes no JPEG XR, and knows no axes but those of a mosaic.

A CZI is a file of segments: a head that says where the others are, tiles ("subblocks") that may overlap, a directory of
them, and metadata. The finest level is written anew, its JPEG XR as zstd; it is a draft, of which only pixels are kept.
"""

import errno
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import imagecodecs
import numpy as np
import openslide

from backend.core.disk import has_room
from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.structure import BOMB

MAGIC = b"ZISRAWFILE"
_DIRECTORY, _METADATA, _SUBBLOCK, _ATTACHMENTS = (
    b"ZISRAWDIRECTORY",
    b"ZISRAWMETADATA",
    b"ZISRAWSUBBLOCK",
    b"ZISRAWATTDIR",
)
_SEGMENT = struct.Struct("<16sqq")  # its name, the bytes it has room for, those it uses
_POSITIONS = struct.Struct("<qqiq")  # of directory, metadata, …, attachments
_POSITIONS_AT, _HEAD_BYTES = 84, 544
_ENTRY = struct.Struct("<2siqiib5xi")  # …, pixel type, position, part, compression, pyramid, axes
_AXIS = struct.Struct("<4siifi")  # name, start, size, …, size as stored
_MOSAIC = ("X", "Y", "C", "S", "M")
_BGR24, _JPEG_XR, _ZSTD = 3, 4, 5
_FREE_PIXELS, _MOST_PIXELS_A_BYTE = 5 * 10**7, 100
_MOST_TILES, _MOST_TILE_PIXELS, _MOST_XML_BYTES = 2**20, 2**26, 2**26
_ZSTD_LEVEL = 1

_DAMAGED = "The Zeiss file is damaged: a part of it does not decode."
_NO_BRIGHT_FIELD = (
    "The Zeiss file holds several channels, depths or times, or other colours than 8-bit RGB: "
    "please export a bright-field scan of one plane."
)


@dataclass(frozen=True, slots=True)
class _Tile:
    """A subblock; `axes` are (start, size, size as stored) by name."""

    pixel_type: int
    position: int
    compression: int
    axes: dict[str, tuple[int, int, int]]

    @property
    def size(self) -> tuple[int, int]:
        return self.axes["X"][2], self.axes["Y"][2]

    @property
    def is_finest(self) -> bool:
        return all(self.axes[name][1] == self.axes[name][2] for name in ("X", "Y"))

    def entry(self, position: int, compression: int) -> bytes:
        axes = [(name, *self.axes[name]) for name in _MOSAIC if name in self.axes]
        packed = (_AXIS.pack(name.encode(), start, size, 0.0, stored) for name, start, size, stored in axes)
        return _ENTRY.pack(b"DV", self.pixel_type, position, 0, compression, 0, len(axes)) + b"".join(packed)


def needs_rewriting(path: Path) -> bool:
    """Say whether a file is a Zeiss slide that OpenSlide does not open."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return False
    try:
        openslide.OpenSlide(path).close()
    except openslide.OpenSlideError:
        return True
    return False


@contextmanager
def readable(path: Path) -> Iterator[Path]:
    """Lend a slide as a file that OpenSlide reads: itself, or what was made of it for as long as it is wanted.

    Raises:
        SlideUnreadable, OSError: as `rewrite` does.
    """
    if not needs_rewriting(path):
        yield path
        return
    with TemporaryDirectory(prefix="focusscope-") as folder:
        made = Path(folder) / "readable.czi"
        rewrite(path, made)
        yield made


def rewrite(source: Path, path: Path) -> None:
    """Write the finest level of a Zeiss slide to `path`, in tiles that OpenSlide decodes.

    Raises:
        SlideUnreadable: where it is damaged, no bright-field scan of one plane, or would exhaust the server.
        OSError: where the disk is full.
    """
    try:
        with source.open("rb") as file, path.open("wb") as out:
            _rewrite(file, out)
        openslide.OpenSlide(path).close()
    except (struct.error, ValueError, KeyError, RuntimeError, openslide.OpenSlideError) as error:
        raise SlideUnreadable(_DAMAGED) from error


def _rewrite(file: IO[bytes], out: IO[bytes]) -> None:
    file.seek(_POSITIONS_AT)
    directory_at, metadata_at, _, _ = _POSITIONS.unpack(file.read(_POSITIONS.size))
    tiles = [tile for tile in _tiles(file, directory_at) if tile.is_finest]
    _refuse_what_is_no_mosaic(tiles)
    pixels = sum(width * height for width, height in (tile.size for tile in tiles))
    if pixels > max(_FREE_PIXELS, _MOST_PIXELS_A_BYTE * os.fstat(file.fileno()).st_size):
        raise SlideUnreadable(BOMB)
    if not has_room(Path(out.name).parent, pixels):  # a pixel of tissue takes about a byte as zstd
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    out.write(bytes(_HEAD_BYTES))
    entries, left = [], os.fstat(file.fileno()).st_size
    for tile in tiles:
        entry, length = _copy(file, out, tile)
        entries.append(entry)
        left -= length
        if left < 0:
            raise ValueError("tiles that share their bytes, and would fill a disk")
    directory = struct.pack("<i124x", len(entries)) + b"".join(entries)
    positions = _append(out, _DIRECTORY, directory), _append(out, _METADATA, _metadata(file, metadata_at)), 0
    attachments = _append(out, _ATTACHMENTS, bytes(256))
    out.seek(0)
    out.write(_SEGMENT.pack(MAGIC, _HEAD_BYTES - _SEGMENT.size, _HEAD_BYTES - _SEGMENT.size))
    out.seek(_POSITIONS_AT)
    out.write(_POSITIONS.pack(*positions, attachments))


def _tiles(file: IO[bytes], position: int) -> Iterator[_Tile]:
    _enter(file, position, _DIRECTORY)
    (count,) = struct.unpack("<i124x", file.read(128))
    if not 0 < count <= _MOST_TILES:
        raise ValueError("no tiles, or more than any slide has")
    for _ in range(count):
        schema, pixel_type, at, _, compression, _, axes = _ENTRY.unpack(file.read(_ENTRY.size))
        if schema != b"DV" or not 0 < axes <= 16:
            raise ValueError("no entry of a directory")
        found = (_AXIS.unpack(file.read(_AXIS.size)) for _ in range(axes))
        named = {name.rstrip(b"\0").decode("ascii"): (start, size, stored) for name, start, size, _, stored in found}
        yield _Tile(pixel_type, at, compression, named)


def _refuse_what_is_no_mosaic(tiles: list[_Tile]) -> None:
    """Axes beside those of a mosaic may be there, if nothing varies along them."""
    if any(tile.pixel_type != _BGR24 or tile.axes.get("C", (0,))[0] for tile in tiles):
        raise SlideUnreadable(_NO_BRIGHT_FIELD)
    others = {name for tile in tiles for name in tile.axes if name not in _MOSAIC}
    if any(len({tile.axes.get(name, (0,))[0] for tile in tiles}) > 1 for name in others):
        raise SlideUnreadable(_NO_BRIGHT_FIELD)
    if any(not 0 < width * height <= _MOST_TILE_PIXELS for width, height in (tile.size for tile in tiles)):
        raise ValueError("a tile of no pixels, or of more than any has")


def _copy(file: IO[bytes], out: IO[bytes], tile: _Tile) -> tuple[bytes, int]:
    """Write a tile; return its entry for the directory, and how many bytes it had."""
    _enter(file, tile.position, _SUBBLOCK)
    begins = file.tell()
    metadata_bytes, _, data_bytes, axes = struct.unpack(f"<iiq{_ENTRY.size - 4}xi", file.read(16 + _ENTRY.size))
    if metadata_bytes < 0 or not 0 < data_bytes <= 6 * _MOST_TILE_PIXELS:
        raise ValueError("no size of a tile")
    file.seek(begins + max(256, 16 + _ENTRY.size + axes * _AXIS.size) + metadata_bytes)
    data, compression = file.read(data_bytes), tile.compression
    length = len(data)
    if compression == _JPEG_XR:
        data, compression = _as_zstd(data, tile.size), _ZSTD
    entry = tile.entry(out.tell(), compression)
    head = struct.pack("<iiq", 0, 0, len(data)) + entry
    _append(out, _SUBBLOCK, head.ljust(256, b"\0") + data)
    return entry, length


def _as_zstd(data: bytes, size: tuple[int, int]) -> bytes:
    rgb = np.asarray(imagecodecs.jpegxr_decode(data))
    if rgb.dtype != np.uint8 or rgb.shape != (size[1], size[0], 3):
        raise ValueError("the tile is not a picture of its size")
    return bytes(imagecodecs.zstd_encode(rgb[..., ::-1].tobytes(), level=_ZSTD_LEVEL))


def _metadata(file: IO[bytes], position: int) -> bytes:
    _enter(file, position, _METADATA)
    (length,) = struct.unpack("<i252x", file.read(256))
    if not 0 < length <= _MOST_XML_BYTES:
        raise ValueError("no length of metadata")
    return struct.pack("<i252x", length) + file.read(length)


def _enter(file: IO[bytes], position: int, name: bytes) -> None:
    if not 0 <= position < os.fstat(file.fileno()).st_size:
        raise ValueError("no place in the file")
    file.seek(position)
    found, _, _ = _SEGMENT.unpack(file.read(_SEGMENT.size))
    if found.rstrip(b"\0") != name:
        raise ValueError("another segment, or none")


def _append(out: IO[bytes], name: bytes, data: bytes) -> int:
    """Write a segment, and return where it is."""
    position = out.tell()
    out.write(_SEGMENT.pack(name, len(data), len(data)) + data)
    return position
