"""Write the maps of an analysis as pyramidal grey TIFFs, to be laid over the slide."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.core import maps
from backend.pipeline.analyse import Analysed
from backend.wsi.pyramid import TILE_PX, PyramidWriter


def write_maps(analysed: Analysed, folder: Path) -> list[Path]:
    """Write probability and attention (0 to 255 for 0 to 1) and `RoiClass` labels; each file appears once complete."""
    probability, roi, attention = analysed.probability, analysed.roi, analysed.attention
    rows, columns = probability.values.shape
    strips = (probability.as_uint8(slice(row, row + TILE_PX)) for row in range(0, rows, TILE_PX))
    written = [_write(folder / f"{maps.PROBABILITY}.tiff", (columns, rows), probability.grid.um_per_pixel, strips)]
    written.append(_write_raster(folder / f"{maps.ROI}.tiff", roi.classes, roi.grid.um_per_pixel, labels=True))
    for block, values in enumerate(attention.values, 1):
        path = folder / f"{maps.attention_of(block)}.tiff"
        written.append(_write_raster(path, values, attention.grid.um_per_pixel))
    return written


def _write_raster(path: Path, values: NDArray[np.uint8], um_per_pixel: float, *, labels: bool = False) -> Path:
    return _write(path, (values.shape[1], values.shape[0]), um_per_pixel, iter([values]), labels=labels)


def _write(
    path: Path, size: tuple[int, int], um_per_pixel: float, strips: Iterator[NDArray[np.uint8]], *, labels: bool = False
) -> Path:
    with PyramidWriter(path, size, um_per_pixel, grey=True, labels=labels) as pyramid:
        for strip in strips:
            pyramid.add(strip)
    return path
