"""Decode a sample of every quarter of every level, so that damage is found on arrival and named by its place."""

from collections.abc import Iterator

import numpy as np
import simplejpeg

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.tiff import (
    COMPRESSION,
    JPEG_TABLES,
    PHOTOMETRIC,
    Directory,
    Tiff,
    looks_like_tiff,
)
from backend.wsi.jpeg import Completion, head_of
from backend.wsi.slide import Level, Slide

_A_SIDE = 4
_JPEG, _YCBCR = 7, 6
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"


def _damaged(quarter: str, level: int) -> SlideUnreadable:
    return SlideUnreadable(
        f"The file is damaged: {quarter} of level {level} does not decode. Please copy it from the scanner again."
    )


def decode_samples(slide: Slide) -> None:
    """Read up to 16 places in each quarter of each level; coded JPEG tiles are decoded strictly.

    Raises:
        SlideUnreadable: with the level and the quarter where something does not decode.
    """
    for index, level in enumerate(slide.levels):
        for quarter, corner in _places(level):
            try:
                slide.level_region(index, corner, (1, 1))
            except SlideUnreadable as error:
                raise _damaged(quarter, index) from error
    if looks_like_tiff(slide.path):
        with Tiff(slide.path) as tiff:
            _decode_tiles(tiff, slide.levels)


def _places(level: Level) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield names of quarters and points in them, in pixels of the level."""
    width, height = level.size
    for row in range(2 * _A_SIDE):
        for column in range(2 * _A_SIDE):
            corner = width * (2 * column + 1) // (4 * _A_SIDE), height * (2 * row + 1) // (4 * _A_SIDE)
            yield _quarter(column < _A_SIDE, row < _A_SIDE), corner


def _quarter(left: bool, upper: bool) -> str:
    if upper:
        return "the upper left quarter" if left else "the upper right quarter"
    return "the lower left quarter" if left else "the lower right quarter"


def _decode_tiles(tiff: Tiff, levels: tuple[Level, ...]) -> None:
    """Decode the coded tiles at the same places with a decoder that forgives nothing."""
    for index, level in enumerate(levels):
        for directory in tiff.all_directories():
            if tiff.size_of(directory) == level.size and _is_plain_jpeg(tiff, directory):
                _decode_level(tiff, directory, index, level)


def _is_plain_jpeg(tiff: Tiff, directory: Directory) -> bool:
    return tiff.is_tiled(directory) and tiff.number(directory, COMPRESSION) == _JPEG


def _decode_level(tiff: Tiff, directory: Directory, index: int, level: Level) -> None:
    head = head_of(tiff.raw(directory, JPEG_TABLES), ycbcr=tiff.number(directory, PHOTOMETRIC) == _YCBCR)
    offsets, lengths = tiff.segments(directory)
    across, down = tiff.segment_size(directory)
    completion = Completion(head, (across, down))
    columns = -(-level.size[0] // across)
    failed, decoded = [], 0
    for quarter, (x, y) in _places(level):
        number = y // down * columns + x // across
        if lengths[number]:
            good = _decodes(completion, tiff.bytes_at(int(offsets[number]), int(lengths[number])), (across, down))
            decoded += good
            failed += [] if good else [quarter]
    if failed and decoded:  # where none does, it is a habit of the scanner's that OpenSlide puts up with
        raise _damaged(failed[0], index)


def _decodes(completion: Completion, data: bytes, size: tuple[int, int]) -> bool:
    if not (data.startswith(_SOI) and data.rstrip(b"\0").endswith(_EOI)):
        return False
    stream = completion.of(data)
    if stream is None:
        return True
    try:
        simplejpeg.decode_jpeg(stream, "RGB", buffer=np.empty((size[1], size[0], 3), np.uint8))
    except ValueError:
        return False
    return True
