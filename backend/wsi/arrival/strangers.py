"""Tell levels that do not show the slide: a label of its shape that nothing marks would pass for one."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.wsi.slide import Level, Slide

_A_SIDE = 6
_PLACE_PX = 64
_MOST_READ_PX = 1024
_BLOCKS = 4
_MOST_DIFFERENCE = 24.0
"""Grey levels between the means of the same sixteenth of a place in two levels; resampling leaves a few."""

_MOST_PLACES = 0.1


def strange_levels(slide: Slide) -> set[tuple[int, int]]:
    """Return the sizes of levels that differ from the finer one above in more than one place of ten."""
    finer, strange = slide.levels[0], set()
    for level in slide.levels[1:]:
        differ = [_differs(slide, finer, level, corner, side) for corner, side in _places(finer, level)]
        if sum(differ) > _MOST_PLACES * len(differ):
            strange.add(level.size)
        else:
            finer = level
    return strange


def _places(finer: Level, level: Level) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield corners and sides of squares, in pixels of the coarser level, none of which is large in the finer one."""
    ratio = level.downsample / finer.downsample
    side = max(1, min(_PLACE_PX, int(_MOST_READ_PX / ratio), *level.size))
    for row in range(_A_SIDE):
        for column in range(_A_SIDE):
            across, down = (one - side for one in level.size)
            yield (across * column // (_A_SIDE - 1), down * row // (_A_SIDE - 1)), side


def _differs(slide: Slide, finer: Level, level: Level, corner: tuple[int, int], side: int) -> bool:
    ratio = level.downsample / finer.downsample
    index, above = slide.levels.index(level), slide.levels.index(finer)
    there = (round(corner[0] * ratio), round(corner[1] * ratio))
    old = _means(slide.level_region(above, there, (round(side * ratio), round(side * ratio))))
    new = _means(slide.level_region(index, corner, (side, side)))
    return bool(np.abs(old - new).max() > _MOST_DIFFERENCE)


def _means(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.asarray(Image.fromarray(rgb).resize((_BLOCKS, _BLOCKS), Image.Resampling.BOX), np.float64)
