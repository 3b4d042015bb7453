"""One whole slide image: its size, its mpp, its levels, and any region of it as pixels.

Frames: `box` is always (x, y, width, height) in level-0 pixels, origin top left; `size` is (width, height) of the
returned raster.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import cv2
import numpy as np
import openslide
from numpy.typing import NDArray
from PIL import ImageCms

from backend.core.errors import MppUnknown, SlideUnreadable
from backend.wsi.coded import CodedLevel
from backend.wsi.native_tiles import NativeTiles
from backend.wsi.srgb import ToSrgb

RGB = NDArray[np.uint8]
Box = tuple[float, float, float, float]

_PLAUSIBLE_MPP = (0.02, 200.0)
_LONGEST_GLASS_UM = 160_000
_MOST_PIXELS = 2**24
_TILED_TIFF = ("aperio", "generic-tiff")
_TILE_PX = range(128, 1025)


@dataclass(frozen=True, slots=True)
class Mpp:
    """Micrometres per level-0 pixel, along x and y."""

    x: float
    y: float

    @property
    def mean(self) -> float:
        """The geometric mean of x and y: the side of a square of the same area."""
        return float((self.x * self.y) ** 0.5)

    @property
    def mm2_per_pixel(self) -> float:
        """The area of one level-0 pixel."""
        return self.x * self.y / 1e6


@dataclass(frozen=True, slots=True)
class Level:
    """One stored resolution: its (width, height) and how many level-0 pixels one of its pixels spans."""

    size: tuple[int, int]
    downsample: float


class Slide:
    """A slide that is open for reading. Safe to read from several threads.

    `mpp` given by the caller is used instead of what the file states. White fills whatever lies outside the slide
    or was never scanned. `built` is kept here for `wsi.levels`: what was built after the upload, by `dz_level`.
    """

    def __init__(self, path: Path, *, mpp: float | Mpp | None = None) -> None:
        self.path = Path(path)
        try:
            self._file = openslide.OpenSlide(self.path)
        except (openslide.OpenSlideError, OSError) as error:
            raise SlideUnreadable("The file is not a slide in a format that can be read.") from error
        self._reopening = Lock()
        self._tiles = self._read_directly()
        self.built: dict[int, CodedLevel] = {}
        self._given_mpp = Mpp(mpp, mpp) if isinstance(mpp, float | int) else mpp

    def _read_directly(self) -> NativeTiles | None:
        sizes = self._file.level_dimensions
        if self.vendor == "dicom":
            return NativeTiles.of_dicom(self.path, sizes)
        return NativeTiles.of(self.path, sizes) if self.vendor in _TILED_TIFF else None

    @cached_property
    def size(self) -> tuple[int, int]:
        """(width, height) of level 0."""
        return self._file.dimensions

    @cached_property
    def mpp(self) -> Mpp | None:
        """Pixel size at level 0, or None where neither the file nor the caller states a plausible one."""
        if self._given_mpp:
            return self._given_mpp
        try:
            x = float(self._file.properties[openslide.PROPERTY_NAME_MPP_X])
            y = float(self._file.properties[openslide.PROPERTY_NAME_MPP_Y])
        except (KeyError, ValueError):
            return None
        return Mpp(x, y) if is_plausible(x, y, self.size) else None

    @property
    def required_mpp(self) -> Mpp:
        """Pixel size at level 0.

        Raises:
            MppUnknown: where there is none; it is never guessed.
        """
        if self.mpp is None:
            raise MppUnknown
        return self.mpp

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The stored resolutions, finest first."""
        sizes, downsamples = self._file.level_dimensions, self._file.level_downsamples
        return tuple(Level(size, downsample) for size, downsample in zip(sizes, downsamples, strict=True))

    @cached_property
    def bounds(self) -> tuple[int, int, int, int]:
        """(x, y, width, height) of what was scanned, in level-0 pixels: all of the slide unless the file says so."""
        try:
            named = (f"openslide.bounds-{side}" for side in ("x", "y", "width", "height"))
            x, y, width, height = (int(self._file.properties[name]) for name in named)
        except (KeyError, ValueError):
            return 0, 0, *self.size
        return x, y, width, height

    @property
    def vendor(self) -> str | None:
        """The file format's vendor, as OpenSlide names it."""
        return self._file.properties.get(openslide.PROPERTY_NAME_VENDOR)

    @property
    def largest_tile_pixels(self) -> int:
        """How many pixels are decoded together for any one of them; 0 where the file has no tiles."""
        said = self._file.properties
        sides = (f"openslide.level[{index}].tile-" for index in range(self._file.level_count))
        return max(int(said.get(f"{side}width", 0)) * int(said.get(f"{side}height", 0)) for side in sides)

    @property
    def objective_power(self) -> float | None:
        """Nominal magnification of the scan, where the file states it."""
        try:
            return float(self._file.properties[openslide.PROPERTY_NAME_OBJECTIVE_POWER])
        except (KeyError, ValueError):
            return None

    @cached_property
    def to_srgb(self) -> ToSrgb | None:
        """What turns the stored colours into sRGB, or None where the file has no colour profile that can be used."""
        return ToSrgb.of(self.colour_profile)

    @property
    def colour_profile(self) -> bytes | None:
        """The ICC profile of the stored colours, where the file has one."""
        try:
            profile = self._file.color_profile
        except (ImageCms.PyCMSError, OSError):
            return None
        return profile.tobytes() if profile else None

    def region(self, box: Box, size: tuple[int, int]) -> RGB:
        """Read `box`, resampled to `size`, from the coarsest level that is still fine enough.

        Returns (height, width, 3) uint8.

        Raises:
            SlideUnreadable: where the pixels do not decode: the file is damaged.
        """
        if not self.meets(box):
            return np.full((size[1], size[0], 3), 255, np.uint8)
        index, stored_size = self._behind(box, size)
        if stored_size[0] * stored_size[1] > _MOST_PIXELS and max(size) > 1:
            return self._in_halves(box, size)
        return _resampled(self._stored((round(box[0]), round(box[1])), index, stored_size), size)

    def meets(self, box: Box) -> bool:
        """Say whether any of `box` lies on the slide."""
        return all(
            start < whole and start + length > 0
            for start, length, whole in zip(box[:2], box[2:], self.size, strict=True)
        )

    def pixels_behind(self, box: Box, size: tuple[int, int]) -> int:
        """Count the stored pixels that `region` would read: what it costs."""
        return prod(self._behind(box, size)[1])

    def _behind(self, box: Box, size: tuple[int, int]) -> tuple[int, tuple[int, int]]:
        """Return the level that a region is read from, and its (width, height) there."""
        _, _, width, height = box
        wanted = min(width / size[0], height / size[1])
        index = max((i for i, level in enumerate(self.levels) if level.downsample <= wanted * 1.01), default=0)
        downsample = self.levels[index].downsample
        return index, (max(1, round(width / downsample)), max(1, round(height / downsample)))

    def _in_halves(self, box: Box, size: tuple[int, int]) -> RGB:
        """Read a large region as two smaller ones, so that memory follows `size` and not the stored pixels."""
        x, y, width, height = box
        axis = 0 if size[0] >= size[1] else 1
        first = size[axis] // 2
        cut = (width, height)[axis] * first / size[axis]
        if axis == 0:
            halves = (
                ((x, y, cut, height), (first, size[1])),
                ((x + cut, y, width - cut, height), (size[0] - first, size[1])),
            )
        else:
            halves = (
                ((x, y, width, cut), (size[0], first)),
                ((x, y + cut, width, height - cut), (size[0], size[1] - first)),
            )
        return np.concatenate([self.region(*half) for half in halves], axis=1 - axis)

    @cached_property
    def tile_px(self) -> int | None:
        """The side of the file's tiles where they are squares of a size for a viewer, and are read directly."""
        width, height = self._tiles.levels[0].tile if self._tiles else (0, 0)
        return width if width == height and width in _TILE_PX else None

    def coded_level(self, index: int) -> CodedLevel | None:
        """Return a level's tiles as they are stored, or None where they are no JPEG squares of side `tile_px`."""
        level = self._tiles.levels[index] if self._tiles and self._tiles.are_jpeg else None
        return level if level and level.tile == (self.tile_px, self.tile_px) else None

    def level_region(self, index: int, corner: tuple[int, int], size: tuple[int, int]) -> RGB:
        """Read (height, width, 3) from a level in its own pixels; beyond its far edges the last pixels are repeated."""
        level = self.levels[index]
        x, y = (min(start, length - 1) for start, length in zip(corner, level.size, strict=True))
        width, height = min(size[0], level.size[0] - x), min(size[1], level.size[1] - y)
        rgb = self._level_pixels(index, (x, y), (width, height))
        if (width, height) == size:
            return rgb
        return np.pad(rgb, ((0, size[1] - height), (0, size[0] - width), (0, 0)), mode="edge")

    def _level_pixels(self, index: int, corner: tuple[int, int], size: tuple[int, int]) -> RGB:
        with suppress(ValueError):
            if self._tiles:
                return self._tiles.read(index, corner, size)
        downsample = self.levels[index].downsample
        return self._by_openslide((round(corner[0] * downsample), round(corner[1] * downsample)), index, size)

    def _stored(self, corner: tuple[int, int], index: int, size: tuple[int, int]) -> RGB:
        """Read from the tiles if that can be, and else, a damaged tile included, as OpenSlide would."""
        downsample = self.levels[index].downsample
        with suppress(ValueError):
            if self._tiles:
                return self._tiles.read(index, (corner[0] / downsample, corner[1] / downsample), size)
        return self._by_openslide(corner, index, size)

    def _by_openslide(self, corner: tuple[int, int], index: int, size: tuple[int, int]) -> RGB:
        file = self._file
        try:
            return _over_white(np.asarray(file.read_region(corner, index, size)))
        except openslide.OpenSlideError:
            self._reopen(file)
        # What failed may have been another place, read by another thread: this handle is nobody else's.
        try:
            with openslide.OpenSlide(self.path) as own:
                return _over_white(np.asarray(own.read_region(corner, index, size)))
        except (openslide.OpenSlideError, OSError) as error:
            raise SlideUnreadable("The slide is damaged: a part of it does not decode.") from error

    def _reopen(self, failed: openslide.OpenSlide) -> None:
        """Take another handle: OpenSlide reads nothing more by one by which anything did not decode."""
        with self._reopening, suppress(openslide.OpenSlideError, OSError):
            if self._file is failed:  # it closes when the last thread that reads by it lets go of it
                self._file = openslide.OpenSlide(self.path)

    def thumbnail(self, longest_px: int) -> RGB:
        """Read the whole slide into a raster whose longer side is `longest_px` or less."""
        width, height = self.size
        scale = max(width, height) / min(longest_px, max(width, height))
        return self.region((0, 0, width, height), (max(1, round(width / scale)), max(1, round(height / scale))))

    def close(self) -> None:
        """Release the file."""
        if self._tiles:
            self._tiles.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_plausible(x: float, y: float, size: tuple[int, int]) -> bool:
    """Say whether pixels of this size are nearly square and the slide no larger than glass is; 300 dpi is not."""
    low, high = _PLAUSIBLE_MPP
    fits = max(size[0] * x, size[1] * y) <= _LONGEST_GLASS_UM
    return low < x < high and low < y < high and 0.5 < x / y < 2 and fits


def _resampled(rgb: RGB, size: tuple[int, int]) -> RGB:
    if rgb.shape[1::-1] == size:
        return rgb
    shrinking = rgb.shape[1] >= size[0] and rgb.shape[0] >= size[1]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR), np.uint8)


def _over_white(rgba: NDArray[np.uint8]) -> RGB:
    """Lay RGBA over white; opaque pixels, the usual case, are only copied."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    alpha = rgba[..., 3]
    if alpha.min() == 255:
        return rgb
    share = alpha[..., None] / np.float32(255)
    return np.asarray(rgb * share + 255 * (1 - share), np.uint8)
