"""Cut training examples out of annotated slides, in exactly the form in which inference feeds the networks.

Lesions are classified "Focus" or "Aggregate < 50"; for the ROI classifier, "Gland", "Other tissue" and "Artefact".
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.core.errors import AnnotationsUnusable
from backend.core.geometry import Grid
from backend.pipeline.annotations import FOCUS, LESION_CLASSES, Annotations, read_annotations
from backend.pipeline.patches import Corner, PatchOptions, read_stacks, stain_sample, target_grid
from backend.pipeline.stain import Stain, StainOptions, fit_stain, normalise, recolour
from backend.pipeline.tissue import TissueOptions, glass_colour, tissue_mask
from backend.wsi.slide import RGB, Mpp, Slide
from models import lymphocyte_counter
from models.roi_classifier import STRIDE, RoiClass

_ROI = {"Other tissue": RoiClass.OTHER_TISSUE, "Gland": RoiClass.GLAND, "Artefact": RoiClass.ARTEFACT}


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How many examples of a slide, and at which pixel sizes. `near_lesions` is the share cut around lesions."""

    stacks: int = 64
    near_lesions: float = 0.5
    roi_tiles: int = 24
    roi_px: int = 256
    roi_mpp: float = 4.0
    nuclei: int = 48
    nuclei_px: int = 256
    nuclei_mpp: float = 0.5
    patches: PatchOptions = field(default_factory=PatchOptions)
    stain: StainOptions = field(default_factory=StainOptions)
    tissue: TissueOptions = field(default_factory=TissueOptions)


def export_slide(
    path: Path, out: Path, *, seed: int, options: ExportOptions, mpp: float | Mpp | None = None,
    annotations: Annotations | None = None,
) -> int:  # fmt: skip
    """Write the examples of one slide to `out`: stacks.npy and masks.npy, foci.npy, tiles.npy and classes.npy.

    foci.npy says how many foci it has. Annotations are read from beside the slide unless given. Without any "Other
    tissue" there are no tiles, for tissue that is not gland would be taught as glass. Where there is
    `.truth.cells.npy` (every lymphocyte, x and y in level-0 pixels first), nuclei.npy and counts.npy are written, too.
    Returns the number of patch stacks.

    Raises:
        AnnotationsUnusable: where there is no gland to cut patches in.
        SlideError: where the slide cannot be read, or its pixel size is not known.
    """
    rng = np.random.default_rng(seed)
    annotations = annotations or read_annotations(path)
    lesions, regions = annotations.lesions, annotations.regions
    with Slide(path, mpp=mpp) as slide:
        corners = _corners(rng, slide, lesions, regions, options)
        if not corners:
            raise AnnotationsUnusable("The annotated glands are outside the slide, or too small to cut patches in.")
        out.mkdir(parents=True, exist_ok=True)
        tissue, grid = tissue_mask(slide, options.tissue)
        glass = glass_colour(slide, tissue, grid, options.tissue)
        stain = fit_stain(stain_sample(slide, *_gland(slide, regions)), options.stain, glass)
        rough = fit_stain(stain_sample(slide, tissue, grid), options.stain, glass)
        cut = [read_stacks(slide, [corner], stain, options.stain, options.patches).stacks for corner in corners]
        tiles = (
            _roi_examples(rng, slide, regions, rough, options)
            if "Other tissue" in {r["name"] for r in regions}
            else None
        )
        target = target_grid(slide, options.patches)
        if (cells := path.with_name(path.stem + ".truth.cells.npy")).exists():
            nuclei, counts = _nuclei_examples(slide, np.load(cells)[:, :2], corners, stain, options)
            np.save(out / "nuclei.npy", nuclei)
            np.save(out / "counts.npy", counts)
    np.save(out / "stacks.npy", np.concatenate(cut))
    np.save(out / "masks.npy", np.stack([_mask(lesions, target, c, options.patches.patch_px) for c in corners]))
    np.save(out / "foci.npy", sum(one["name"] == FOCUS for one in lesions))
    if tiles:
        np.save(out / "tiles.npy", tiles[0])
        np.save(out / "classes.npy", tiles[1])
    return len(corners)


def rasterise(
    features: list[dict[str, Any]],
    values: dict[str, int],
    grid: Grid,
    corner: tuple[float, float],
    size: tuple[int, int],
) -> NDArray[np.uint8]:
    """Draw polygons into (height, width) of a grid, from `corner` in grid pixels; holes keep what lies below."""
    fx, fy = grid.level0_per_pixel
    raster = np.zeros((size[1], size[0]), np.uint8)
    for one in features:
        shape = [np.rint((ring / (fx, fy) - corner - 0.5) * 16).astype(np.int32) for ring in one["rings"]]
        drawn = np.zeros_like(raster)
        cv2.fillPoly(drawn, shape, 1, cv2.LINE_8, 4)
        raster[drawn > 0] = values[one["name"]]
    return raster


def _mask(lesions: list[dict[str, Any]], grid: Grid, corner: Corner, side: int) -> NDArray[np.uint8]:
    return rasterise(_near(lesions, grid, corner, side), dict.fromkeys(LESION_CLASSES, 1), grid, corner, (side, side))


def _near(features: list[dict[str, Any]], grid: Grid, corner: tuple[float, float], side: int) -> list[dict[str, Any]]:
    """Keep the polygons whose bounds touch a square of the grid."""
    scale = np.array(grid.level0_per_pixel)
    low, high = np.array(corner) * scale, (np.array(corner) + side) * scale
    return [one for one in features if (one["rings"][0].min(0) < high).all() and (one["rings"][0].max(0) > low).all()]


def _mpp_xy(slide: Slide) -> tuple[float, float]:
    return slide.required_mpp.x, slide.required_mpp.y


def _corners(
    rng: np.random.Generator, slide: Slide, lesions: list[dict[str, Any]], regions: list[dict[str, Any]],
    options: ExportOptions,
) -> list[Corner]:  # fmt: skip
    """Draw target patches: some around lesions, the rest anywhere in the glands."""
    patches = options.patches
    scale = np.array(target_grid(slide, patches).level0_per_pixel)
    gland, coarse = _gland(slide, regions)
    rows, columns = np.nonzero(gland)
    points = []
    for index in range(options.stacks):
        if lesions and index < options.stacks * options.near_lesions:
            ring = lesions[rng.integers(len(lesions))]["rings"][0]
            points.append(ring[rng.integers(len(ring))] / scale + rng.normal(0, 50, 2))
        elif len(rows):
            pick = rng.integers(len(rows))
            points.append(
                np.array([columns[pick] + rng.random(), rows[pick] + rng.random()])
                * coarse.um_per_pixel
                / patches.mpp[0]
            )
    return [(int(x) - patches.patch_px // 2, int(y) - patches.patch_px // 2) for x, y in points]


def _gland(slide: Slide, regions: list[dict[str, Any]]) -> tuple[NDArray[np.bool_], Grid]:
    """Return a mask of the annotated glands, 16 µm a pixel, and its grid."""
    grid = Grid(_mpp_xy(slide), slide.size, 16.0)
    classes = rasterise(regions, {n: int(v) for n, v in _ROI.items()}, grid, (0, 0), grid.shape[::-1])
    return classes == RoiClass.GLAND, grid


def _roi_examples(
    rng: np.random.Generator, slide: Slide, regions: list[dict[str, Any]], stain: Stain, options: ExportOptions
) -> tuple[RGB, NDArray[np.uint8]]:
    """Draw tiles for the ROI classifier anywhere on the slide, as it will see them: recoloured."""
    side = options.roi_px
    fine = Grid(_mpp_xy(slide), slide.size, options.roi_mpp)
    coarse = Grid(fine.mpp_xy, fine.slide_size, options.roi_mpp * STRIDE)
    rows, columns = fine.shape
    tiles, classes = [], []
    for _ in range(options.roi_tiles):
        x, y = (STRIDE * int(rng.integers(-8, max(1, (n - side) // STRIDE + 8))) for n in (columns, rows))
        rgb = slide.region(fine.slide_box(x, y, side, side), (side, side))
        tiles.append(recolour(rgb, stain, options.stain))
        corner, size = (x / STRIDE, y / STRIDE), (side // STRIDE, side // STRIDE)
        classes.append(rasterise(regions, {n: int(v) for n, v in _ROI.items()}, coarse, corner, size))
    return np.stack(tiles), np.stack(classes)


def _nuclei_examples(
    slide: Slide, cells: NDArray[np.float32], corners: list[Corner], stain: Stain, options: ExportOptions
) -> tuple[RGB, NDArray[np.uint8]]:
    """Cut rasters for the lymphocyte counter from the middle of target patches, and count the cells of each square."""
    side, stride = options.nuclei_px, lymphocyte_counter.STRIDE
    grid = Grid(_mpp_xy(slide), slide.size, options.nuclei_mpp)
    finer = options.patches.mpp[0] / options.nuclei_mpp
    rasters, counts = [], []
    for index in np.linspace(0, len(corners) - 1, min(options.nuclei, len(corners))).astype(int):
        left, top = ((value + options.patches.patch_px / 2) * finer - side / 2 for value in corners[index])
        rgb = slide.region(grid.slide_box(left, top, side, side), (side, side))
        rasters.append(normalise(rgb, stain, options.stain))
        x, y = (cells / grid.level0_per_pixel - (left, top)).T / stride
        squares = side // stride
        counted, _, _ = np.histogram2d(y, x, bins=squares, range=((0, squares), (0, squares)))
        counts.append(counted.astype(np.uint8))
    return np.stack(rasters), np.stack(counts)
