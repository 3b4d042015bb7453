"""Large slides with the texture of a small real one: mirrored and repeated, cut into sections that lie on glass."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from backend.wsi.pyramid import TILE_PX, PyramidWriter
from backend.wsi.slide import Slide
from tests.realdata import REAL_DATA

SOURCE = "CMU-1-Small-Region.svs"
SOLID = (840, 1850, 800, 1110)  # a part of it that is tissue throughout
COVERAGE = 0.45
MPP = 0.5


def write_textured(path: Path, side: int, seed: int = 1) -> None:
    """Write a slide of `side` × `side` pixels with all powers of two stored.

    Raises:
        FileNotFoundError: where the real slide is not at hand.
    """
    source = REAL_DATA / "wsi" / SOURCE
    if not source.is_file():
        raise FileNotFoundError(f"{source} is missing: set FOCUSSCOPE_REAL_DATA")
    with Slide(source) as slide:
        cell = slide.region(SOLID, SOLID[2:])
    cell = np.hstack([cell, cell[:, ::-1]])
    cell = np.vstack([cell, cell[::-1]])
    random = np.random.default_rng(seed)
    across = np.arange(side) % cell.shape[1]
    glass = np.clip(random.normal(243, 1, (TILE_PX, side, 3)), 0, 255).astype(np.uint8)
    sections = _sections(1024, random)
    with PyramidWriter(path, (side, side), MPP, quality=80) as pyramid:
        for top in range(0, side, TILE_PX):
            rows = np.arange(top, min(top + TILE_PX, side))
            tissue = sections[np.ix_(rows * 1024 // side, np.arange(side) * 1024 // side)]
            strip = cell[np.ix_(rows % cell.shape[0], across)]
            pyramid.add(np.where(tissue[..., None], strip, glass[: len(rows)]))


def _sections(side: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Smooth blobs that cover a share of a square."""
    noise = cv2.resize(random.normal(size=(9, 9)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:side, :side] / side - 0.5
    field = noise - 6 * np.maximum(abs(x), abs(y)) ** 2
    return np.asarray(field > np.quantile(field, 1 - COVERAGE))


def thin(source: Path, path: Path) -> None:
    """Copy every second level with its tiles as they are: the 1, 4, 16 of many scanners."""
    with tifffile.TiffFile(source) as tiff, tifffile.TiffWriter(path, bigtiff=tiff.is_bigtiff) as out:
        for number, page in enumerate(tiff.pages[::2]):
            _copy(out, page, tiff.filehandle, reduced=number > 0)


def _copy(out: tifffile.TiffWriter, page: Any, file: Any, *, reduced: bool) -> None:
    places = zip(page.dataoffsets, page.databytecounts, strict=True)
    tiles = (file.seek(offset) and file.read(length) for offset, length in places)
    out.write(
        tiles, shape=page.shape, dtype=page.dtype, photometric="ycbcr", subsampling=page.subsampling,
        compression="jpeg", tile=(page.tilelength, page.tilewidth), metadata=None, subfiletype=int(reduced),
    )  # fmt: skip
