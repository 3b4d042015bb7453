"""Make every example new: mirror and turn it, change its stain, focus and compression.

All branches of a patch stack are changed alike, so they stay aligned.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Raster = NDArray[np.uint8]

_STAINS = np.array([[0.650, 0.704, 0.286], [0.070, 0.991, 0.110]])
_UNMIX = np.linalg.pinv(_STAINS)


def augment_stack(stack: Raster, mask: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Augment (branches, S, S, 3) and its (S, S) mask; mild stain jitter, for the stain is already normalised."""
    stack, mask = _mirrored(stack, mask, rng)
    stack = stain_jitter(stack, rng, spread=0.12)
    return _degraded(stack, rng), mask


def augment_tile(tile: Raster, classes: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Augment an ROI tile (S, S, 3) and its coarser classes; strong stain jitter, for nothing is normalised yet."""
    tile, classes = _mirrored(tile, classes, rng)
    tile = stain_jitter(tile, rng, spread=0.25)
    return _degraded(tile[None], rng)[0], classes


def augment_nuclei(raster: Raster, counts: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    """Augment (S, S, 3) at the counter's mpp and its coarser counts; nothing that would move a cell's place."""
    raster, counts = _mirrored(raster, counts, rng)
    raster = stain_jitter(raster, rng, spread=0.12)
    return _degraded(raster[None], rng)[0], counts


def _mirrored(raster: Raster, truth: Raster, rng: np.random.Generator) -> tuple[Raster, Raster]:
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    raster, truth = np.rot90(raster, turns, (-3, -2)), np.rot90(truth, turns, (-2, -1))
    return (raster[..., ::-1, :], truth[..., ::-1]) if flip else (raster, truth)


def stain_jitter(raster: Raster, rng: np.random.Generator, spread: float) -> Raster:
    """Scale haematoxylin and eosin, turn their colours a little, and move the white point: Beer–Lambert throughout."""
    density = -np.log((raster.reshape(-1, 3).astype(np.float32) + 1) / 256)
    scale = np.exp(rng.normal(0, spread, 2))
    stains = _STAINS + rng.normal(0, spread * 0.15, (2, 3))
    change = (_UNMIX @ np.diag(scale) @ stains + np.eye(3) - _UNMIX @ _STAINS).astype(np.float32)
    white = np.float32(256) * np.exp(-np.abs(rng.normal(0, spread * 0.1, 3))).astype(np.float32)
    rgb = white * np.exp(-np.maximum(density @ change, 0)) - 1
    return np.asarray(np.clip(rgb, 0, 255), np.uint8).reshape(raster.shape)


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
