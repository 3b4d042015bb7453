"""Make every example new: mirror, turn, scale and shift it, change its stain, focus and compression.

All branches of a patch stack are changed alike, so they stay aligned.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Raster = NDArray[np.uint8]

FACTORS = (1, 2, 4)
"""How many times coarser each branch of a patch stack is than the target patch; all have one centre."""

_STAINS = np.array([[0.650, 0.704, 0.286], [0.070, 0.991, 0.110]])
_UNMIX = np.linalg.pinv(_STAINS)
_DENSITY = -np.log((np.arange(256, dtype=np.float32) + 1) / 256)


def augment_stack(stack: Raster, mask: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Augment (branches, S, S, 3) and its (S, S) mask; stain jitter, for normalising is not exact."""
    stack, mask = moved(*_mirrored(stack, mask, rng), rng, share=0.5)
    stack = stain_jitter(stack, rng, spread=0.3)
    return _degraded(stack, rng), mask


def augment_tile(tile: Raster, classes: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Augment an ROI tile (S, S, 3) and its coarser classes; strong stain jitter, for nothing is normalised yet."""
    tiles, classes = moved(*_mirrored(tile[None], classes, rng), rng, share=0.5)
    tiles = stain_jitter(tiles, rng, spread=0.45)
    if rng.random() < 0.5:
        tiles = unevenly_lit(tiles, rng)
    return _degraded(tiles, rng)[0], classes


def augment_nuclei(raster: Raster, counts: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Augment (S, S, 3) at the counter's mpp and its coarser counts; nothing that would move a cell's place."""
    raster, counts = _mirrored(raster, counts, rng)
    raster = stain_jitter(raster, rng, spread=0.3)
    return _degraded(raster[None], rng)[0], counts


def _mirrored(raster: Raster, truth: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    raster, truth = np.rot90(raster, turns, (-3, -2)), np.rot90(truth, turns, (-2, -1))
    return (raster[..., ::-1, :], truth[..., ::-1]) if flip else (raster, truth)


def moved(
    stack: Raster, truth: Raster, rng: np.random.Generator, *, share: float, factors: Sequence[int] = FACTORS
) -> tuple[Raster, Raster]:
    """Turn a share of the examples by any angle, scale them by 0.8 to 1.25 and shift them by up to an eighth.

    `truth` may be coarser than the rasters. Beyond the border everything is mirrored, in the truth as well.
    """
    if rng.random() >= share:
        return stack, truth
    angle, scale = float(rng.uniform(0, 360)), float(np.exp(rng.uniform(np.log(0.8), np.log(1.25))))
    shift = rng.uniform(-0.125, 0.125, 2)
    rasters = [
        _warped(one, angle, scale, shift / factor, cv2.INTER_LINEAR)
        for one, factor in zip(stack, factors[: len(stack)], strict=True)
    ]
    return np.stack(rasters), _warped(truth, angle, scale, shift, cv2.INTER_NEAREST)


def _warped(raster: Raster, angle: float, scale: float, shift: NDArray[np.float64], interpolation: int) -> Raster:
    """Turn (degrees) and scale about the centre, then shift by a share of the side."""
    side = raster.shape[0]
    change = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), angle, scale)
    change[:, 2] += shift * side
    warped = cv2.warpAffine(
        np.ascontiguousarray(raster), change, (side, side), flags=interpolation, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(warped, np.uint8)


def stain_jitter(raster: Raster, rng: np.random.Generator, spread: float) -> Raster:
    """Scale haematoxylin and eosin, turn their colours a little, and move the white point: Beer–Lambert throughout."""
    scale = np.exp(rng.normal(0, spread, 2))
    stains = _STAINS + rng.normal(0, spread * 0.15, (2, 3))
    change = (_UNMIX @ np.diag(scale) @ stains + np.eye(3) - _UNMIX @ _STAINS).astype(np.float32)
    white = np.float32(256) * np.exp(-np.abs(rng.normal(0, spread * 0.1, 3))).astype(np.float32)
    density = cv2.LUT(np.ascontiguousarray(raster).reshape(-1, raster.shape[-2], 3), _DENSITY)
    light = np.asarray(cv2.exp(np.minimum(cv2.transform(density, -change.T), 0)), np.float32)
    light *= white
    light -= 1
    return np.clip(light, 0, 255, out=light).astype(np.uint8).reshape(raster.shape)


def unevenly_lit(raster: Raster, rng: np.random.Generator, spread: float = 0.07) -> Raster:
    """Make light brighter to one side than to the other, and in all: on pale slides the rescaled stains show it so."""
    height, width = raster.shape[-3:-1]
    rows, columns = (np.linspace(-1, 1, n, dtype=np.float32) for n in (height, width))
    level, down, right = rng.normal(0, spread, 3)
    colour = rng.normal(1, 0.15, 3)
    plane = level + down * rows[:, None] + right * columns  # (height, width)
    light = np.exp(plane[..., None] * colour).astype(np.float32)
    return np.asarray(np.clip(raster * light, 0, 255), np.uint8)


def _degraded(stack: Raster, rng: np.random.Generator) -> Raster:
    """Blur or compress one example in three, as an out-of-focus or thrifty scanner would."""
    draw = rng.random()
    if draw < 0.17:
        sigma = float(rng.uniform(0.4, 1.3))
        return np.stack([cv2.GaussianBlur(np.ascontiguousarray(one), (0, 0), sigma) for one in stack])
    if draw < 0.34:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 80))]
        return np.stack([_compressed(np.ascontiguousarray(one), quality) for one in stack])
    return stack


def _compressed(raster: Raster, quality: list[int]) -> Raster:
    _, data = cv2.imencode(".jpg", raster, quality)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
