"""The maps that an analysis left: which there are, and where they lie."""

from pathlib import Path

from backend.core.errors import NotFound
from backend.core.geometry import Grid
from backend.core.maps import kind_of, rank_of
from backend.db.tables import Analysis
from backend.services.slides import size_of
from backend.storage import Storage


def names_of(analysis: Analysis, storage: Storage) -> list[str]:
    """Name the maps of an analysis; none where it has not succeeded, or is older than maps are."""
    if analysis.status != "succeeded":
        return []
    found = (path.stem for path in storage.maps(analysis.slide_id, analysis.id).glob("*.tiff"))
    return sorted((name for name in found if kind_of(name)), key=rank_of)


def file_of(analysis: Analysis, name: str, storage: Storage) -> Path:
    """Return where a map lies.

    Raises:
        NotFound: where there is none of that name.
    """
    if name not in names_of(analysis, storage):
        raise NotFound("The analysis has no such map.")
    return storage.maps(analysis.slide_id, analysis.id) / f"{name}.tiff"


def grid_of(analysis: Analysis, um_per_pixel: float) -> Grid:
    """Return the grid of a map of this pixel size, by the slide's pixel size as it was when it was analysed."""
    assert analysis.mpp_x and analysis.mpp_y  # noqa: S101 - nothing succeeds without
    return Grid((analysis.mpp_x, analysis.mpp_y), size_of(analysis.slide), um_per_pixel)
