"""Tiles that a file stores without loss: deflate, LZW or bare, decoded into memory of a fixed size."""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

Decode = Callable[[bytes, NDArray[np.uint8]], None]
"""Decodes a stored tile into its (height, width, 3). Raises ValueError where it is not whole, or larger."""

_BARE, _LZW, _DEFLATE, _OLD_DEFLATE = 1, 5, 8, 32946
_UNPACK: dict[int, Callable[..., Any]] = {
    _LZW: imagecodecs.lzw_decode,
    _DEFLATE: imagecodecs.deflate_decode,
    _OLD_DEFLATE: imagecodecs.deflate_decode,
}
_NO_PREDICTOR, _DIFFERENCES = 1, 2


def decoder_of(compression: int, predictor: int) -> Decode | None:
    """Return what decodes tiles of these TIFF tags, or None where they are coded in another way."""
    if predictor not in (_NO_PREDICTOR, _DIFFERENCES) or compression not in (_BARE, *_UNPACK):
        return None

    def decode(data: bytes, tile: NDArray[np.uint8]) -> None:
        flat = tile.reshape(-1)
        if compression == _BARE:
            unpacked = np.frombuffer(data, np.uint8)
            if unpacked.size == flat.size:
                flat[:] = unpacked
        else:
            try:
                unpacked = _UNPACK[compression](data, out=flat)
            except RuntimeError as error:
                raise ValueError("the tile does not decode") from error
        if unpacked.size != flat.size:
            raise ValueError("the tile is not a picture of its size")
        if predictor == _DIFFERENCES:
            imagecodecs.delta_decode(tile, axis=-2, out=tile)

    return decode
