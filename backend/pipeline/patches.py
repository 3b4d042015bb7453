"""Cut a slide into overlapping patch stacks: the same centre at several resolutions, stain-normalised.

Target patches lie on a regular grid and overlap; only those that touch the ROI are cut. Neighbours are read together
as a block, once per resolution, so overlaps and shared context cost one read. The target grid counts in pixels of the
target mpp from the slide's origin.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.core.geometry import Grid
from backend.pipeline.stain import Stain, StainOptions, normalise
from backend.wsi.slide import RGB, Slide

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PatchOptions:
    """`mpp` of each branch, target first; patches of `patch_px`, `stride_px` apart; `block` × `block` read at once."""

    mpp: tuple[float, ...] = (1.0, 2.0, 4.0)
    patch_px: int = 256
    stride_px: int = 192
    block: int = 4


@dataclass(frozen=True, slots=True)
class PatchStacks:
    """Some patch stacks: (N, branches, side, side, 3) uint8, and the (x, y) of each target patch on the target grid."""

    corners: list[Corner]
    stacks: RGB


@dataclass(frozen=True, slots=True)
class Region:
    """Some target patches' (x, y), that of the region's corner, on the target grid, and a raster per branch."""

    corners: list[Corner]
    corner: Corner
    rasters: list[RGB]

    @property
    def places(self) -> list[Corner]:
        """The (x, y) of each target patch in the region's target raster."""
        return [(x - self.corner[0], y - self.corner[1]) for x, y in self.corners]


def target_grid(slide: Slide, options: PatchOptions) -> Grid:
    """Return the grid that corners count in."""
    mpp = slide.required_mpp
    return Grid((mpp.x, mpp.y), slide.size, options.mpp[0])


def corners_in(roi: NDArray[np.bool_], roi_um: float, options: PatchOptions) -> list[list[Corner]]:
    """Return the corners of all target patches that touch the ROI, grouped into blocks, top to bottom.

    Every ROI pixel is covered by all the patches that could cover it, so blending weights always add up to one.
    """
    side, stride = options.patch_px * options.mpp[0] / roi_um, options.stride_px * options.mpp[0] / roi_um
    rows, columns = (int(np.ceil(n / stride)) + 1 for n in roi.shape)
    blocks: dict[Corner, list[Corner]] = {}
    for row in range(-1, rows):
        top, bottom = max(0, int(row * stride)), int(np.ceil(row * stride + side))
        band = np.asarray(roi[top : max(0, bottom)].any(axis=0))
        for column in range(-1, columns):
            left, right = max(0, int(column * stride)), int(np.ceil(column * stride + side))
            if right > 0 and band[left:right].any() and roi[top:bottom, left:right].any():
                corner = column * options.stride_px, row * options.stride_px
                blocks.setdefault((row // options.block, column // options.block), []).append(corner)
    return [blocks[key] for key in sorted(blocks)]


def read_region(
    slide: Slide, corners: list[Corner], stain: Stain, stain_options: StainOptions, options: PatchOptions
) -> Region:
    """Read the bounding box of some target patches at each mpp, with all their context, and normalise it."""
    side, rasters = options.patch_px, []
    low, high = np.min(corners, axis=0), np.max(corners, axis=0) + side
    for mpp in options.mpp:
        factor = mpp / options.mpp[0]
        centre_to_corner = side / 2 * (factor - 1)  # a context patch reaches this far beyond the target, target px
        origin = (low - centre_to_corner) / factor
        size = np.ceil((high - low) / factor + side * (1 - 1 / factor)).astype(int)
        rasters.append(normalise(_read(slide, origin, size, mpp), stain, stain_options))
    return Region(corners, (int(low[0]), int(low[1])), rasters)


def read_stacks(
    slide: Slide, corners: list[Corner], stain: Stain, stain_options: StainOptions, options: PatchOptions
) -> PatchStacks:
    """Read the region of some target patches and cut their stacks out of it."""
    return stacks_of(read_region(slide, corners, stain, stain_options, options), options)


def stacks_of(region: Region, options: PatchOptions) -> PatchStacks:
    """Cut the patches of a region out of its rasters."""
    side, factors = options.patch_px, [mpp / options.mpp[0] for mpp in options.mpp]
    stacks = np.empty((len(region.corners), len(factors), side, side, 3), np.uint8)
    for branch, (raster, factor) in enumerate(zip(region.rasters, factors, strict=True)):
        for index, corner in enumerate(region.places):
            x, y = np.rint(np.array(corner) / factor).astype(int)
            stacks[index, branch] = raster[y : y + side, x : x + side]
    return PatchStacks(region.corners, stacks)


def stain_sample(slide: Slide, mask: NDArray[np.bool_], grid: Grid, patches: int = 48, side_px: int = 192) -> RGB:
    """Read patches to fit stains to, spread evenly over a mask, or over the slide where it is empty.

    Returns (patches, side, side, 3) at 1 µm/px.
    """
    rows, columns = np.nonzero(mask) if mask.any() else [index.ravel() for index in np.indices(mask.shape)]
    picks = np.linspace(0, len(rows) - 1, min(patches, len(rows))).astype(int)
    reach = side_px / grid.um_per_pixel
    boxes = [grid.slide_box(columns[i] - reach / 2, rows[i] - reach / 2, reach, reach) for i in picks]
    return np.stack([slide.region(box, (side_px, side_px)) for box in boxes])


def _read(slide: Slide, origin: NDArray[np.floating], size: NDArray[np.integer], mpp: float) -> RGB:
    """Read a raster of `size` at `mpp`, whose corner is at `origin` in pixels of that mpp."""
    level0 = slide.required_mpp
    fx, fy = mpp / level0.x, mpp / level0.y
    return slide.region((origin[0] * fx, origin[1] * fy, size[0] * fx, size[1] * fy), (int(size[0]), int(size[1])))


def blending_window(options: PatchOptions, shrink: int) -> NDArray[np.float32]:
    """Return weights of one patch at 1/`shrink` of its pixels: flat in the middle, falling to the edges.

    Windows `stride_px` apart add up to exactly one everywhere.
    """
    side, overlap = options.patch_px // shrink, (options.patch_px - options.stride_px) // shrink
    ramp = (np.arange(overlap) + 0.5) / overlap
    line = np.concatenate((ramp, np.ones(side - 2 * overlap), ramp[::-1]))
    return np.outer(line, line).astype(np.float32)
