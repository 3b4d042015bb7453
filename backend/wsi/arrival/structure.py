"""Refuse a TIFF whose directories promise what the file cannot hold, before anything is decoded."""

import numpy as np
from numpy.typing import NDArray

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.tiff import COMPRESSION, CUT_SHORT, PLANAR, SAMPLES, Directory, Tiff

_LONGEST_SIDE_PX = 2**20
_MOST_PIXELS = 2**38
_LONGEST_TILE_SIDE_PX = 2**13
_LARGEST_STRIP_BYTES = 2**30
_MOST_TILES = 2**24
_UNCOMPRESSED = 1

TOO_LARGE = "The file claims to be larger than any slide is: {width} × {height} pixels."
FAULTY = "The file is a TIFF whose directory contradicts itself: it is damaged."
BOMB = "The file claims far more pixels than its bytes can hold: it is damaged, or made to exhaust the server."


def refuse_hostile(tiff: Tiff) -> None:
    """Check every image of the file.

    Raises:
        SlideUnreadable: with what is wrong.
    """
    for directory in tiff.all_directories():
        _refuse_size(*tiff.size_of(directory))
        offsets, lengths = tiff.segments(directory)
        if not offsets.size:
            raise SlideUnreadable(FAULTY)
        _refuse_segments(tiff, directory, offsets, lengths)
        _refuse_places(tiff.size, offsets, lengths)


def _refuse_size(width: int, height: int) -> None:
    refuse_size(width, height)
    if not (width and height):
        raise SlideUnreadable(FAULTY)


def refuse_size(width: int, height: int) -> None:
    """Refuse a picture larger than any slide.

    Raises:
        SlideUnreadable: with its size.
    """
    if max(width, height) > _LONGEST_SIDE_PX or width * height > _MOST_PIXELS:
        raise SlideUnreadable(TOO_LARGE.format(width=width, height=height))


def _refuse_segments(tiff: Tiff, directory: Directory, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
    """Compare how many tiles or strips there are, and how large, with the image they make up."""
    (width, height), (across, down) = tiff.size_of(directory), tiff.segment_size(directory)
    if not (across > 0 and down > 0):
        raise SlideUnreadable(FAULTY)
    if tiff.is_tiled(directory) and max(across, down) > _LONGEST_TILE_SIDE_PX:
        raise SlideUnreadable(BOMB)
    planes = tiff.number(directory, SAMPLES, 1) if tiff.number(directory, PLANAR, 1) == 2 else 1
    count = -(-width // across) * -(-height // down) * planes
    if count > _MOST_TILES or tiff.bits_per_pixel(directory) > 512:
        raise SlideUnreadable(BOMB)
    if not tiff.ndpi and (offsets.size != count or lengths.size != count):
        raise SlideUnreadable(FAULTY)
    decoded_bytes = -(-across * tiff.bits_per_pixel(directory) // 8 // planes) * down
    if not tiff.ndpi and decoded_bytes > _LARGEST_STRIP_BYTES:
        raise SlideUnreadable(BOMB)
    if tiff.number(directory, COMPRESSION, 1) == _UNCOMPRESSED and not tiff.ndpi:
        _refuse_short_raw(lengths, decoded_bytes, tiled=tiff.is_tiled(directory))


def _refuse_short_raw(lengths: NDArray[np.int64], decoded_bytes: int, *, tiled: bool) -> None:
    """Uncompressed tiles are as long as they are large; those of a sparse file have no bytes at all."""
    stored = lengths[lengths > 0] if tiled else lengths[:-1]
    if stored.size and stored.min() < decoded_bytes:
        raise SlideUnreadable(BOMB)


def _refuse_places(size: int, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
    """Tiles lie inside the file, and do not share bytes unless they are wholly the same, as blank tiles may be."""
    there = lengths > 0
    offsets, lengths = offsets[there], lengths[there]
    if not offsets.size:
        return
    if (offsets < 0).any() or (offsets > size).any() or (lengths > size).any() or (offsets + lengths).max() > size:
        raise SlideUnreadable(CUT_SHORT)
    if np.unique(np.stack([offsets, lengths]), axis=1)[1].sum() > size:
        raise SlideUnreadable(BOMB)
