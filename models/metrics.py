"""How well a predicted mask matches the true one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Overlap:
    """Pixels counted so far: pooled over everything added, as Dice and IoU are reported."""

    both: int = 0
    predicted: int = 0
    true: int = 0

    def add(self, predicted: Mask, true: Mask) -> None:
        """Count two masks of one shape."""
        self.both += int((predicted & true).sum())
        self.predicted += int(predicted.sum())
        self.true += int(true.sum())

    @property
    def dice(self) -> float:
        """2·|A∩B| / (|A|+|B|); 1 where both are empty."""
        total = self.predicted + self.true
        return 2 * self.both / total if total else 1.0

    @property
    def iou(self) -> float:
        """|A∩B| / |A∪B|; 1 where both are empty."""
        union = self.predicted + self.true - self.both
        return self.both / union if union else 1.0


def boundary_distances(predicted: Mask, true: Mask) -> NDArray[np.float32]:
    """Return how far each boundary pixel of either mask lies from the boundary of the other, in pixels.

    Empty where either mask has no boundary. The frame of the raster is none: beyond it nothing is known.
    """
    one, other = _boundary(predicted), _boundary(true)
    if not (one.any() and other.any()):
        return np.empty(0, np.float32)
    return np.concatenate((_distance_to(other)[one], _distance_to(one)[other]))


def _boundary(mask: Mask) -> Mask:
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8))  # does not erode from the frame
    return np.asarray(mask & (inner == 0))


def _distance_to(pixels: Mask) -> NDArray[np.float32]:
    found = cv2.distanceTransform((~pixels).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(found, np.float32)


def count_components(mask: Mask, smallest_px: float, apart_from: Mask | None = None) -> int:
    """Count the connected components, corners touching, of at least `smallest_px` pixels, none in `apart_from`."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    counts = stats[:, cv2.CC_STAT_AREA] >= smallest_px
    counts[0] = False
    if apart_from is not None:
        counts[labels[apart_from]] = False
    return int(counts.sum())


def bootstrap_interval(
    items: Sequence[T], statistic: Callable[[list[T]], float], *, resamples: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic, drawing as many items again and again with replacement."""
    rng = np.random.default_rng(seed)
    drawn = [statistic([items[i] for i in rng.integers(len(items), size=len(items))]) for _ in range(resamples)]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)
