"""Where structures already lie, so that loose cells and capillaries keep to the spaces between them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.layout import MAP_UM, Layout
from backend.phantom.shapes import outlines

_CELL_UM = 4.0


class Occupancy:
    """A raster of `_CELL_UM` per pixel that remembers which places are taken."""

    def __init__(self, layout: Layout) -> None:
        scale = MAP_UM / _CELL_UM
        self._taken = np.zeros([int(n * scale) for n in layout.tissue.shape], np.uint8)

    def take(self, these: NDArray[np.void]) -> None:
        """Mark the inside of blobs as taken."""
        for polygon in np.rint(outlines(these) / _CELL_UM * 16 - 8).astype(np.int32):
            cv2.fillConvexPoly(self._taken, polygon, 1, cv2.LINE_8, 4)

    def free(self, these: NDArray[np.void]) -> NDArray[np.bool_]:
        """Say which blobs or cells have their middle on a place that is not taken."""
        rows, columns = (these["y"] / _CELL_UM).astype(int), (these["x"] / _CELL_UM).astype(int)
        height, width = self._taken.shape
        return np.asarray(self._taken[rows.clip(0, height - 1), columns.clip(0, width - 1)] == 0)
