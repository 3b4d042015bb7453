"""How well a predicted mask matches the true one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Overlap:
    """Pixels counted so far: pooled over everything added, as Dice and IoU are reported."""

    both: int = 0
    predicted: int = 0
    true: int = 0

    def add(self, predicted: NDArray[np.bool_], true: NDArray[np.bool_]) -> None:
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
