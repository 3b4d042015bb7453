"""Draw any region of a scene, in stain concentrations first and then, by Beer–Lambert, in colour.

Regions drawn side by side join without a seam: everything random was decided in the scene, and textures repeat on the
slide's own grid.
"""

from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.artefacts import Artefact, ArtefactKind
from backend.phantom.layout import MAP_UM
from backend.phantom.materials import table
from backend.phantom.noise import fibres, smooth
from backend.phantom.scene import TISSUE_GROUND, Scene
from backend.phantom.shapes import outlines
from backend.phantom.stamps import HAEMATOXYLIN_UNIT, TURNS, VARIANTS, stamps

Floats: TypeAlias = NDArray[np.float32]
Box: TypeAlias = tuple[int, int, int, int]

_TEXTURE_PX = 1024
_SUBPIXEL_BITS = 4
_REACH_UM = 130.0
_NUCLEAR_EOSIN = 0.50


class Renderer:
    """Draws regions of one scene. Cells and blobs are sorted once so that a region finds its own quickly."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.mpp = scene.spec.mpp
        self._cells = scene.cells[np.argsort(scene.cells["y"], kind="stable")]
        self._blob_order = np.argsort(scene.blobs["y"], kind="stable")
        self._blob_y = scene.blobs["y"][self._blob_order]

    def region(self, box: Box) -> NDArray[np.uint8]:
        """Draw (x, y, width, height) in level-0 pixels as (height, width, 3) RGB."""
        margin = 16
        x, y, width, height = box
        padded = x - margin, y - margin, width + 2 * margin, height + 2 * margin
        artefacts = [one for one in self.scene.artefacts if one.touches(self._um(padded))]
        haematoxylin, eosin = self._concentrations(padded)
        for one in artefacts:
            if one.kind is ArtefactKind.FOLD:
                factor = 1 + (one.strength - 1) * _soft(one, self._um(padded), self.mpp)
                haematoxylin *= factor
                eosin *= factor
        rgb = self._coloured(haematoxylin, eosin)
        for one in artefacts:
            rgb = _overlaid(rgb, one, self._um(padded), self.mpp)
        rgb = rgb[margin:-margin, margin:-margin]
        noise = _textures(self.mpp).noise
        rgb = rgb + self.scene.staining.noise * _window(noise, (x, y, width, height))[..., None]
        return np.asarray(np.clip(rgb, 0, 255), np.uint8)

    def _um(self, box: Box) -> tuple[float, float, float, float]:
        x, y, width, height = (value * self.mpp for value in box)
        return x, y, width, height

    def _concentrations(self, box: Box) -> tuple[Floats, Floats]:
        """Return haematoxylin and eosin over the box, in focus as well as the scanner was."""
        label = self._ground(box)
        textures = _textures(self.mpp)
        angle = self._map(self.scene.layout.serous, box) * 1.5
        fibrous = _window(textures.fibrous, box) * np.cos(angle) + _window(textures.fibrous.T, box) * np.sin(angle)
        texture = 1 + 0.5 * (
            _looked_up(label, "fibrous") * fibrous
            + _looked_up(label, "granular") * _window(textures.granular, box)
            + _looked_up(label, "foamy") * _window(textures.foamy, box)
        )
        np.clip(texture, 0.15, 2.5, out=texture)
        haematoxylin, eosin = _looked_up(label, "haematoxylin") * texture, _looked_up(label, "eosin") * texture
        nuclear, cytoplasm = self._stamped(box)
        haematoxylin += 0.32 * cytoplasm
        eosin += 0.22 * cytoplasm
        share = np.minimum(nuclear / 0.8, 1)
        haematoxylin = np.maximum(haematoxylin, nuclear)
        eosin += (_NUCLEAR_EOSIN - eosin) * share
        sigma = self.scene.staining.focus_um / self.mpp
        return cv2.GaussianBlur(haematoxylin, (0, 0), sigma), cv2.GaussianBlur(eosin, (0, 0), sigma)

    def _ground(self, box: Box) -> NDArray[np.uint8]:
        """Return the label of the material under each pixel."""
        label = np.zeros((box[3], box[2]), np.uint8)
        tissue = self.scene.layout.tissue
        for kind in np.unique(self._coarse(tissue, box)):
            if kind:
                here = (tissue >= 1) if kind == 1 else tissue == kind
                label[self._map(here.astype(np.float32), box) > 0.5] = TISSUE_GROUND[int(kind)]
        these = self._blobs_in(box)
        vertices = (outlines(these) / self.mpp - np.array(box[:2])) * (1 << _SUBPIXEL_BITS)
        for polygon, material in zip(vertices.round().astype(np.int32), these["material"].tolist(), strict=True):
            cv2.fillConvexPoly(label, polygon, material, cv2.LINE_8, _SUBPIXEL_BITS)
        return label

    def _blobs_in(self, box: Box) -> NDArray[np.void]:
        x, y, width, height = self._um(box)
        first, last = np.searchsorted(self._blob_y, (y - _REACH_UM, y + height + _REACH_UM))
        these = self.scene.blobs[np.sort(self._blob_order[first:last])]
        return np.asarray(these[(these["x"] > x - _REACH_UM) & (these["x"] < x + width + _REACH_UM)])

    def _stamped(self, box: Box) -> tuple[Floats, Floats]:
        """Return nuclear haematoxylin and basophilic cytoplasm of the cells in the box."""
        reach = 40
        canvas = np.zeros((box[3] + 2 * reach, box[2] + 2 * reach, 2), np.uint8)
        x_um, y_um, width, height = self._um(box)
        first, last = np.searchsorted(self._cells["y"], (y_um - 8, y_um + height + 8))
        these = self._cells[first:last]
        these = these[(these["x"] > x_um - 8) & (these["x"] < x_um + width + 8)]
        bank = stamps(self.mpp)
        columns = np.rint(these["x"] / self.mpp).astype(int) - box[0] + reach
        rows = np.rint(these["y"] / self.mpp).astype(int) - box[1] + reach
        turns = np.rint(these["turn"] / np.pi * TURNS).astype(int) % TURNS
        variants = these["variant"].astype(int) % VARIANTS
        for row, column, kind, turn, variant in zip(
            rows.tolist(), columns.tolist(), these["kind"].tolist(), turns.tolist(), variants.tolist(), strict=True
        ):
            stamp = bank[kind][turn][variant]
            half = stamp.shape[0] // 2
            place = canvas[row - half : row - half + stamp.shape[0], column - half : column - half + stamp.shape[1]]
            np.maximum(place, stamp, out=place)
        inner = canvas[reach:-reach, reach:-reach].astype(np.float32)
        return inner[..., 0] * np.float32(HAEMATOXYLIN_UNIT), inner[..., 1] / np.float32(255)

    def _coloured(self, haematoxylin: Floats, eosin: Floats) -> Floats:
        staining = self.scene.staining
        matrix = staining.matrix * np.array(staining.strength, np.float32)[:, None]
        density = haematoxylin[..., None] * matrix[0] + eosin[..., None] * matrix[1]
        return np.asarray(np.exp(-density) * np.array(staining.white, np.float32), np.float32)

    def _coarse(self, values: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
        """Return the part of a layout map that the box touches."""
        x, y, width, height = (value / MAP_UM for value in self._um(box))
        rows = np.s_[max(0, int(y) - 1) : max(0, int(y + height) + 2)]
        columns = np.s_[max(0, int(x) - 1) : max(0, int(x + width) + 2)]
        return values[rows, columns]

    def _map(self, values: Floats, box: Box) -> Floats:
        """Interpolate a layout map over the box, pixel centre to pixel centre; 0 outside."""
        scale = self.mpp / MAP_UM
        shift_x, shift_y = (box[0] + 0.5) * scale - 0.5, (box[1] + 0.5) * scale - 0.5
        affine = np.array([[scale, 0, shift_x], [0, scale, shift_y]], np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(values, affine, (box[2], box[3]), flags=flags), np.float32)


class _Textures:
    """Periodic squares of unit variance at one pixel size."""

    def __init__(self, mpp: float) -> None:
        rng = np.random.default_rng(7)
        side = (_TEXTURE_PX, _TEXTURE_PX)
        self.fibrous = np.ascontiguousarray(fibres(rng, _TEXTURE_PX, 40 / mpp, 2.2 / mpp))
        self.granular = smooth(rng, side, 1.8 / mpp)
        self.foamy = smooth(rng, side, 6.0 / mpp)
        self.noise = rng.standard_normal(side).astype(np.float32)


@lru_cache(maxsize=4)
def _textures(mpp: float) -> _Textures:
    return _Textures(mpp)


def _window(texture: Floats, box: Box) -> Floats:
    """Repeat a periodic texture over the slide and cut the box out of it."""
    x, y, width, height = box
    rows, columns = (np.arange(y, y + height)) % texture.shape[0], (np.arange(x, x + width)) % texture.shape[1]
    return np.asarray(texture[rows][:, columns], np.float32)


def _looked_up(label: NDArray[np.uint8], field: str) -> Floats:
    return np.asarray(cv2.LUT(label, table(field)), np.float32)


def _soft(one: Artefact, box_um: tuple[float, float, float, float], mpp: float) -> Floats:
    mask = one.mask(box_um, mpp).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 2 / mpp), np.float32)


def _overlaid(rgb: Floats, one: Artefact, box_um: tuple[float, float, float, float], mpp: float) -> Floats:
    """Lay one artefact over the colours."""
    if one.kind is ArtefactKind.FOLD:
        return rgb
    mask = _soft(one, box_um, mpp)[..., None]
    if one.kind is ArtefactKind.BLUR:
        blurred = cv2.GaussianBlur(rgb, (0, 0), one.strength / mpp)
        return np.asarray(rgb * (1 - mask) + blurred * mask, np.float32)
    if one.kind is ArtefactKind.BUBBLE:
        rim = cv2.GaussianBlur(mask, (0, 0), 6 / mpp)[..., None]
        dark = 4 * rim * (1 - rim)
        return np.asarray((rgb * (1 - 0.85 * mask) + 0.85 * mask * 238) * (1 - 0.55 * dark), np.float32)
    colour = np.array(one.colour, np.float32)
    return np.asarray(rgb * (1 - mask) + mask * colour * (0.55 + 0.45 * rgb / 255), np.float32)
