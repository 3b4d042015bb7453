"""Periodic textures at one pixel size, cut so that neighbouring regions join."""

from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.noise import fibres, smooth

Floats: TypeAlias = NDArray[np.float32]
Box: TypeAlias = tuple[int, int, int, int]

SIDE_PX = 1024
_REPEATED_PX = 2 * SIDE_PX + 256


class Textures:
    """Squares of unit variance, repeated so that most windows of them are views."""

    def __init__(self, mpp: float) -> None:
        rng = np.random.default_rng(7)
        side = (SIDE_PX, SIDE_PX)
        strands = sum(
            weight * fibres(rng, SIDE_PX, length / mpp, width / mpp)
            for weight, length, width in ((0.6, 60, 2.0), (0.6, 110, 6.0), (0.7, 40, 0.9))
        )
        self.fibrous = _repeated(np.asarray(strands, np.float32))
        octaves = ((0.7, 0.7), (0.55, 1.3), (0.5, 2.6), (0.4, 6.0), (0.4, 14.0), (0.4, 40.0))
        grains = sum(weight * smooth(rng, side, width / mpp) for weight, width in octaves)
        self.granular = _repeated(np.asarray(grains, np.float32))
        self.foamy = _repeated(smooth(rng, side, 6.0 / mpp))
        noise = rng.standard_normal((*side, 1)) + 0.4 * rng.standard_normal((*side, 3))
        self.noise = _repeated(noise.astype(np.float32))


@lru_cache(maxsize=4)
def textures(mpp: float) -> Textures:
    """Return the textures at one pixel size."""
    return Textures(mpp)


def window(texture: Floats, box: Box) -> Floats:
    """Repeat a texture over the slide and cut the box out of it."""
    x, y, width, height = box
    column, row = x % SIDE_PX, y % SIDE_PX
    if column + width <= _REPEATED_PX and row + height <= _REPEATED_PX:
        return texture[row : row + height, column : column + width]
    rows, columns = np.arange(y, y + height) % SIDE_PX, np.arange(x, x + width) % SIDE_PX
    return np.asarray(texture[rows][:, columns], np.float32)


def along(texture: Floats, height_px: Floats, box: Box) -> Floats:
    """Lay a texture over the box so that its strands follow the contours of `height_px`."""
    x, y, width, height = box
    across = height_px - SIDE_PX * np.floor(height_px * np.float32(1 / SIDE_PX))
    columns, rows = np.arange(x, x + width, dtype=np.float32), np.arange(y, y + height, dtype=np.float32)[:, None]
    length = 0.62 * columns + 0.55 * rows
    start = SIDE_PX * np.floor(length[0, 0] / SIDE_PX)
    length = (length - start).astype(np.float32)
    return np.asarray(cv2.remap(texture, length, across, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)


def _repeated(texture: Floats) -> Floats:
    extra = _REPEATED_PX - SIDE_PX
    return np.pad(texture, ((0, extra), (0, extra), (0, 0))[: texture.ndim], mode="wrap")
