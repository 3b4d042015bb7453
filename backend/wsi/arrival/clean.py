"""Make of an arriving slide the files that are kept: pixels, their size, and nothing that names a patient."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.clean_tiff import NotCopyable, copy_tiff
from backend.wsi.arrival.modest import LARGEST_TILE_PIXELS
from backend.wsi.arrival.reencode import reencode
from backend.wsi.arrival.tiff import looks_like_tiff
from backend.wsi.slide import Level, Slide

_SAMPLE_PX = 64
_MOST_DIFFERENCE = 12.0
"""Grey levels in the mean, between a region and its second encoding."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The file to open, and what was left out, in words that quote nothing of the file."""

    path: Path
    removed: list[str]


def clean(slide: Slide, folder: Path) -> Cleaned:
    """Write the files that are kept of an open slide into an empty folder.

    Raises:
        SlideUnreadable: where a part of it does not decode.
    """
    fit = slide.largest_tile_pixels <= LARGEST_TILE_PIXELS
    if fit and looks_like_tiff(slide.path):
        path = folder / f"slide{_suffix(slide)}"
        try:
            removed = copy_tiff(slide, path)
            if _shows_the_same(slide, path, exactly=True):
                return Cleaned(path, removed)
        except NotCopyable:
            pass
        path.unlink(missing_ok=True)
    if fit and slide.vendor == "dicom" and (cleaned := _copied_dicom(slide, folder)):
        return cleaned
    path = folder / "slide.tiff"
    removed = reencode(slide, path)
    if not _shows_the_same(slide, path, exactly=False):
        raise SlideUnreadable("The slide cannot be kept without its label and names: please export it as SVS or TIFF.")
    return Cleaned(path, removed)


def _copied_dicom(slide: Slide, folder: Path) -> Cleaned | None:
    """Copy a series; None, and nothing in the folder, where that cannot be done."""
    # Loaded where it is needed: pydicom takes longer than all the rest.
    from backend.wsi.arrival.clean_dicom import NotCopyable, copy_dicom

    try:
        path, removed = copy_dicom(slide, folder)
        if _shows_the_same(slide, path, exactly=True):
            return Cleaned(path, removed)
    except NotCopyable:
        pass
    for path in folder.iterdir():
        path.unlink()
    return None


def _suffix(slide: Slide) -> str:
    return {"aperio": ".svs", "hamamatsu": ".ndpi"}.get(slide.vendor or "", ".tiff")


def _shows_the_same(slide: Slide, path: Path, *, exactly: bool) -> bool:
    """Compare a place in each quarter of each level of the new file with the same place of the old one."""
    try:
        with Slide(path, mpp=slide.mpp) as new:
            if new.size != slide.bounds[2:]:
                return False
            return all(
                _same_place(slide, new, index, corner, exactly=exactly)
                for index, level in enumerate(new.levels)
                for corner in _places(level)
            )
    except SlideUnreadable:
        return False


def _places(level: Level) -> list[tuple[int, int]]:
    width, height = level.size
    return [(int(width * x), int(height * y)) for x in (0.2, 0.7) for y in (0.2, 0.7)]


def _same_place(slide: Slide, new: Slide, index: int, corner: tuple[int, int], *, exactly: bool) -> bool:
    """Compare pixel by pixel where both files have the level, and by what is seen where they have not."""
    level = new.levels[index]
    old_index = next((i for i, old in enumerate(slide.levels) if old.size == level.size), None)
    if exactly and old_index is not None and slide.bounds == (0, 0, *slide.size):
        size = min(_SAMPLE_PX, level.size[0] - corner[0]), min(_SAMPLE_PX, level.size[1] - corner[1])
        return np.array_equal(slide.level_region(old_index, corner, size), new.level_region(index, corner, size))
    x, y = (round(at * level.downsample) for at in corner)
    width, height = (min(_SAMPLE_PX * level.downsample, side - at) for side, at in zip(new.size, (x, y), strict=True))
    raster = max(1, round(width / level.downsample)), max(1, round(height / level.downsample))
    old = slide.region((slide.bounds[0] + x, slide.bounds[1] + y, width, height), raster).astype(np.float32)
    return bool(np.abs(old - new.region((x, y, width, height), raster)).mean() <= _MOST_DIFFERENCE)
