"""Copy a TIFF slide's coded tiles into a new file that holds nothing else: no label, no macro, no text.

What is copied is named; whatever else the old file held, between its images or after its end too, is not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.coded import is_whole_jpeg, j2k_without_text, jpeg_without_text
from backend.wsi.arrival.icc import numeric_profile
from backend.wsi.arrival.modest import is_modest
from backend.wsi.arrival.strangers import strange_levels
from backend.wsi.arrival.tiff import (
    COMPRESSION,
    DESCRIPTION,
    HEIGHT,
    ICC,
    JPEG_TABLES,
    NDPI_FORMAT,
    RESOLUTION_UNIT,
    ROWS_PER_STRIP,
    STRIP_LENGTHS,
    STRIP_OFFSETS,
    SUB_IFDS,
    SUBFILE_TYPE,
    TILE_LENGTHS,
    TILE_OFFSETS,
    WIDTH,
    X_RESOLUTION,
    Y_RESOLUTION,
    Directory,
    Tiff,
)
from backend.wsi.arrival.tiff_writer import LONG, Entry, TiffWriter
from backend.wsi.slide import Mpp, Slide, is_plausible

_LAYOUT = frozenset((
    SUBFILE_TYPE, WIDTH, HEIGHT, 258, COMPRESSION, 262, 266, 274, 277, ROWS_PER_STRIP, 284, 317, 322, 323, 338, 339,
    530, 531, 532, 32997,
))  # fmt: skip
_RESOLUTION = frozenset((X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT))
_HAMAMATSU = frozenset((NDPI_FORMAT, 65421, 65422, 65423, 65424, 65426, 65432))
_PLACES = frozenset((STRIP_OFFSETS, STRIP_LENGTHS, TILE_OFFSETS, TILE_LENGTHS, SUB_IFDS))
_LENS, _FOCAL_PLANE, _MCU_STARTS = 65421, 65424, (65426, 65432)
_TEXT_KINDS = (2, 7)
_MOST_VALUES = 16
_ASCII, _SHORT, _RATIONAL = 2, 3, 5

_JPEG, _J2K = 7, (33003, 33005, 34712)
_PIXELS_ONLY = (1, 5, 8, 32946)
_SOS, _EOI = b"\xff\xda", b"\xff\xd9"
_CHUNK = 2**22
_MOST_XML = 2**20
_HEAD = 2**16

_APERIO_NUMBERS = ("AppMag", "MPP")
_APERIO_TEXTS = (
    "Date", "Time", "User", "Filename", "ImageID", "ScanScope ID", "Title", "Barcode", "Slide", "Rack", "Parmset",
    "Time Zone", "DSR ID", "Patient ID", "Case", "Operator",
)  # fmt: skip
_LABEL = re.compile(r"\b(label|macro)\b", re.IGNORECASE)
_MACRO = 9
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,9})?")


class NotCopyable(Exception):
    """The coded tiles cannot be kept, or not proven to be free of text: the slide has to be encoded anew."""


@dataclass(frozen=True, slots=True)
class _Image:
    """An image of the old file that is kept, the (width, height) it has in the new one, and what its tags become."""

    directory: Directory
    size: tuple[int, int]
    added: dict[int, Entry]
    kept: frozenset[int]


def copy_tiff(slide: Slide, path: Path) -> list[str]:
    """Write a clean copy of an open TIFF slide to `path`; return what was left out, in words that name no patient.

    Raises:
        NotCopyable: where the tiles are laid out, or coded, as no plain TIFF can have them.
        SlideUnreadable: where a tile is damaged.
    """
    with Tiff(slide.path) as tiff:
        strangers = strange_levels(slide)
        images = [one for one in _kept_images(slide, tiff) if tiff.size_of(one.directory) not in strangers]
        out = TiffWriter(path, order=tiff.order, big=tiff.big, ndpi=tiff.ndpi)
        try:
            for index, image in enumerate(images):
                _copy(tiff, image, out, index)
        finally:
            out.close()
        return _left_out(tiff, images)


def _kept_images(slide: Slide, tiff: Tiff) -> list[_Image]:
    if slide.vendor == "aperio":
        return _aperio(slide, tiff)
    if slide.vendor == "hamamatsu" and tiff.ndpi:
        return _hamamatsu(tiff)
    if slide.vendor == "generic-tiff":
        return _generic(slide, tiff)
    if slide.vendor in ("leica", "philips"):
        return _converted(slide, tiff)
    raise NotCopyable


def _aperio(slide: Slide, tiff: Tiff) -> list[_Image]:
    """Levels are tiled, thumbnail, label and macro are not; the description keeps magnification and pixel size."""
    directories = _alike(tiff, [one for one in tiff.directories if tiff.is_tiled(one)])
    width, height = slide.size
    said = _aperio_numbers(tiff.text(directories[0], DESCRIPTION))
    text = "|".join((f"Aperio Image Library\r\n{width}x{height}", *(f"{key} = {said[key]}" for key in said)))
    kept = _LAYOUT | _RESOLUTION
    first = _Image(directories[0], slide.size, {DESCRIPTION: _ascii(text)}, kept)
    others = {DESCRIPTION: _ascii("Aperio Image Library")}
    return [first, *(_Image(one, tiff.size_of(one), others, kept) for one in directories[1:])]


def _aperio_numbers(description: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in description.split("|")[1:])
    said = {key.strip(): value.strip() for key, _, value in pairs}
    return {key: said[key] for key in _APERIO_NUMBERS if _NUMBER.fullmatch(said.get(key, ""))}


def _hamamatsu(tiff: Tiff) -> list[_Image]:
    """Levels have a lens; the macro image and the map have negative ones. Only the plane in focus is read."""
    kept = _LAYOUT | _RESOLUTION | _HAMAMATSU
    levels = [one for one in tiff.directories if _lens(tiff, one) > 0 and tiff.number(one, _FOCAL_PLANE) == 0]
    if not levels:
        raise NotCopyable
    return [_Image(one, tiff.size_of(one), {}, kept) for one in levels]


def _lens(tiff: Tiff, directory: Directory) -> float:
    raw = tiff.raw(directory, _LENS)
    return float(np.frombuffer(raw, tiff.order + "f4")[0]) if len(raw) == 4 else 0.0


def _generic(slide: Slide, tiff: Tiff) -> list[_Image]:
    """The first image and those that say they are reductions of it, in its children too, as OME-TIFF has them."""
    first, *rest = tiff.directories
    reductions = [one for one in rest if tiff.number(one, SUBFILE_TYPE) & 1] + first.children
    tiled = [one for one in (first, *reductions) if tiff.is_tiled(one)]
    directories = sorted(_alike(tiff, tiled), key=lambda one: -tiff.size_of(one)[0])
    resolution = _resolution(tiff.order, slide.mpp or ome_mpp(tiff.text(first, DESCRIPTION), slide.size))
    return [
        _Image(one, tiff.size_of(one), {SUBFILE_TYPE: _long(tiff.order, int(one is not first)), **resolution}, _LAYOUT)
        for one in directories
    ]


def ome_mpp(description: str, size: tuple[int, int]) -> Mpp | None:
    """Return the pixel size of an OME-TIFF, which is in its XML only."""
    found = [re.search(rf'PhysicalSize{axis}="([0-9.]+(?:[eE][-+]?\d+)?)"', description[:_MOST_XML]) for axis in "XY"]
    units = re.findall(r'PhysicalSize[XY]Unit="([^"]*)"', description[:_MOST_XML])
    if not all(found) or any(unit not in ("µm", "\u03bcm") for unit in units[:2]):
        return None
    x, y = (float(one.group(1)) for one in found if one)
    return Mpp(x, y) if is_plausible(x, y, size) else None


def _converted(slide: Slide, tiff: Tiff) -> list[_Image]:
    """Levels of a format whose text OpenSlide needs become those of a plain tiled TIFF, which needs none."""
    tiled = [one for one in tiff.directories if tiff.is_tiled(one)]
    _, _, width, height = slide.bounds
    sizes = [
        level.size
        if (width, height) == slide.size
        else (round(width / level.downsample), round(height / level.downsample))
        for level in slide.levels
    ]
    images = []
    for index, size in enumerate(sizes):
        directory = next((one for one in tiled if _holds(tiff, one, size)), None)
        if directory is None:
            raise NotCopyable
        tiled.remove(directory)
        added = {SUBFILE_TYPE: _long(tiff.order, int(index > 0)), **_resolution(tiff.order, slide.mpp)}
        images.append(_Image(directory, size, added, _LAYOUT))
    return images


def _holds(tiff: Tiff, directory: Directory, size: tuple[int, int]) -> bool:
    """Say whether an image is as large as a level, or fills up its last tiles."""
    stored, tile = tiff.size_of(directory), tiff.segment_size(directory)
    return all(want <= have < want + 2 * side for want, have, side in zip(size, stored, tile, strict=True))


def _alike(tiff: Tiff, directories: Sequence[Directory]) -> list[Directory]:
    """Keep the images that show as much as the first one does: a label that passes for a level has another shape."""
    if not directories:
        raise NotCopyable
    width, height = tiff.size_of(directories[0])

    def is_level(directory: Directory) -> bool:
        w, h = tiff.size_of(directory)
        return w <= width and abs(w * height - h * width) <= 2 * (width + height)

    first, *rest = directories
    return [first, *(one for one in rest if is_level(one) and not _says_label(tiff, one))]


def _says_label(tiff: Tiff, directory: Directory) -> bool:
    """Say whether an image is marked as a label or macro image, whatever its shape."""
    said = tiff.text(directory, DESCRIPTION).partition("|")[0]
    return tiff.number(directory, SUBFILE_TYPE) == _MACRO or bool(_LABEL.search(said))


def _copy(tiff: Tiff, image: _Image, out: TiffWriter, level: int) -> None:
    directory = image.directory
    entries = {code: entry for code in image.kept if (entry := _numeric(tiff, directory, code))}
    entries |= image.added
    entries[WIDTH], entries[HEIGHT] = (_long(tiff.order, side) for side in image.size)
    if tables := tiff.raw(directory, JPEG_TABLES):
        if not is_modest(tables, prod(tiff.segment_size(directory))):
            raise NotCopyable
        entries[JPEG_TABLES] = (7, len(tables), jpeg_without_text(tables))
    if profile := numeric_profile(tiff.raw(directory, ICC)) if ICC in directory.tags else None:
        entries[ICC] = (7, len(profile), profile)
    codes = (TILE_OFFSETS, TILE_LENGTHS) if tiff.is_tiled(directory) else (STRIP_OFFSETS, STRIP_LENGTHS)
    positions, lengths = _copy_strip(tiff, directory, out) if tiff.ndpi else _copy_tiles(tiff, image, out, level)
    entries[codes[0]], entries[codes[1]] = out.offsets(positions), out.lengths(lengths)
    out.directory(entries)


def _numeric(tiff: Tiff, directory: Directory, code: int) -> Entry | None:
    """Return a tag as it is where it is numbers, and no more of them than it can mean."""
    tag = directory.tags.get(code)
    if tag is None or tag.kind in _TEXT_KINDS or (tag.count > _MOST_VALUES and code not in _MCU_STARTS):
        return None
    return tag.kind, tag.count, tiff.raw(directory, code)


def _copy_tiles(tiff: Tiff, image: _Image, out: TiffWriter, level: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Copy tiles; what several places share is stored once, and what a sparse file lacks stays away."""
    compression, pixels = tiff.number(image.directory, COMPRESSION, 1), prod(tiff.segment_size(image.directory))
    offsets, lengths = _tiles_under(tiff, image)
    positions, copied = np.zeros_like(offsets), np.zeros_like(lengths)
    shared = np.unique(offsets).size < offsets.size
    seen: dict[int, tuple[int, int]] = {}
    for number, (offset, length) in enumerate(zip(offsets.tolist(), lengths.tolist(), strict=True)):
        if not length:
            continue
        if offset not in seen:
            data = _without_text(tiff.bytes_at(offset, length), compression, level)
            if not is_modest(data, pixels):
                raise NotCopyable
            place = out.append(data), len(data)
            if not shared:
                positions[number], copied[number] = place
                continue
            seen[offset] = place
        positions[number], copied[number] = seen[offset]
    return positions, copied


def _tiles_under(tiff: Tiff, image: _Image) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the old tiles that the new image consists of, row by row."""
    offsets, lengths = tiff.segments(image.directory)
    if image.size == tiff.size_of(image.directory):
        return offsets, lengths
    across, down = tiff.segment_size(image.directory)
    stored = -(-tiff.size_of(image.directory)[0] // across)
    columns, rows = np.arange(-(-image.size[0] // across)), np.arange(-(-image.size[1] // down))
    wanted = (rows[:, None] * stored + columns).ravel()
    return offsets[wanted], lengths[wanted]


def _without_text(data: bytes, compression: int, level: int) -> bytes:
    if compression == _JPEG:
        if not is_whole_jpeg(data):
            raise SlideUnreadable(
                f"The file is damaged: a tile of level {level} breaks off. Please copy it from the scanner again."
            )
        return jpeg_without_text(data)
    if compression in _J2K:
        clean = j2k_without_text(data)
        if clean is None:
            raise NotCopyable
        return clean
    if compression not in _PIXELS_ONLY:
        raise NotCopyable
    return data


def _copy_strip(tiff: Tiff, directory: Directory, out: TiffWriter) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Copy the one stream of a level of Hamamatsu's, which may have gigabytes."""
    offsets, lengths = tiff.segments(directory)
    if len(offsets) != 1 or tiff.number(directory, COMPRESSION, 1) != _JPEG:
        raise NotCopyable
    (offset,), (length,) = offsets.tolist(), lengths.tolist()
    start, copied, scans = out.append(b""), 0, 0
    for at in range(0, length, _CHUNK):
        chunk = tiff.bytes_at(offset + at, min(_CHUNK, length - at))
        if at == 0:
            head = chunk[:_HEAD]
            chunk = jpeg_without_text(head + _EOI)[: len(head)] + chunk[_HEAD:]
        scans += chunk.count(_SOS)
        if scans > 1:
            raise NotCopyable
        if at + _CHUNK >= length and _EOI in chunk:
            chunk = chunk[: chunk.rindex(_EOI) + 2]
        out.append(chunk, aligned=False)
        copied += len(chunk)
    return np.array([start]), np.array([copied])


def _long(order: str, value: int) -> Entry:
    return LONG, 1, np.array([value], order + "u4").tobytes()


def _ascii(text: str) -> Entry:
    data = text.encode("ascii") + b"\0"
    return _ASCII, len(data), data


def _resolution(order: str, mpp: Mpp | None) -> dict[int, Entry]:
    """Return a pixel size as pixels per centimetre, where it is known."""
    if mpp is None:
        return {}
    per_cm = [np.array([round(1e4 / side * 10_000), 10_000], order + "u4").tobytes() for side in (mpp.x, mpp.y)]
    return {
        X_RESOLUTION: (_RATIONAL, 1, per_cm[0]), Y_RESOLUTION: (_RATIONAL, 1, per_cm[1]),
        RESOLUTION_UNIT: (_SHORT, 1, np.array([3], order + "u2").tobytes()),
    }  # fmt: skip


def _left_out(tiff: Tiff, images: Sequence[_Image]) -> list[str]:
    """Name what was left out: images by how many, tags by their names, keys of Aperio's where they are known."""
    every = list(tiff.all_directories())
    kept = {code for image in images for code in image.kept | image.added.keys()} | _PLACES | {JPEG_TABLES, ICC}
    codes = sorted({code for one in every for code in one.tags if code not in kept})
    said = [f"tag {code} {tifffile.TIFF.TAGS.get(code, '')}".rstrip() for code in codes]
    if others := len(every) - len(images):
        said.insert(0, f"{others} images that are no level of the slide (label, macro, thumbnail)")
    text = tiff.text(images[0].directory, DESCRIPTION)
    return said + [f"description: {key}" for key in _APERIO_TEXTS if re.search(rf"\|\s*{key}\s*=", text)]
