"""Draw any region of a scene, in stain concentrations first and then, by Beer–Lambert, in colour.

Regions drawn side by side join without a seam: everything random was decided in the scene, and textures repeat on the
slide's own grid.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from backend.phantom.anatomy import SQUAMOUS_UM
from backend.phantom.artefacts import ArtefactKind
from backend.phantom.interpolate import Weights, cubic, interpolated, linear
from backend.phantom.layout import MAP_UM, Tissue
from backend.phantom.materials import Material, looked_up, table
from backend.phantom.noise import smooth
from backend.phantom.overlay import overlaid, soft
from backend.phantom.scene import TISSUE_GROUND, Scene
from backend.phantom.shapes import outlines, spokes_of
from backend.phantom.stamps import STAIN_UNIT, TURNS, VARIANTS, stamps
from backend.phantom.textures import Box, Floats, along, textures, window

_SUBPIXEL_BITS = 4
_REACH_UM = 260.0
_CELL_REACH_UM = 14.0
_SPOKE_UM = 40.0
_NUCLEAR_EOSIN = 0.42
_AROUND = np.ones((3, 3), np.uint8)
_UNEVEN_UM = 300.0
"""Grid on which staining and illumination vary."""


class Renderer:
    """Draws regions of one scene. Cells and blobs are sorted once so that a region finds its own quickly."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.mpp = scene.spec.mpp
        self._cells = scene.cells[np.argsort(scene.cells["y"], kind="stable")]
        self._blob_order = np.argsort(scene.blobs["y"], kind="stable")
        self._blob_y = scene.blobs["y"][self._blob_order]
        self._textures = textures(self.mpp)
        staining = scene.staining
        self._noise = self._textures.noise * np.float32(staining.noise)
        rng = np.random.default_rng(scene.spec.seed)
        rows, columns = (int(n * MAP_UM / _UNEVEN_UM) + 3 for n in scene.layout.tissue.shape)
        spread = (staining.uneven, staining.uneven, staining.illumination)
        self._uneven = [np.asarray(one * smooth(rng, (rows, columns), 9), np.float32) for one in spread]
        density = -staining.matrix * np.array(staining.strength, np.float32)[:, None]
        self._log_colour = np.column_stack((density.T, np.ones(3), np.log(staining.white))).astype(np.float32)

    def region(self, box: Box) -> NDArray[np.uint8]:
        """Draw (x, y, width, height) in level-0 pixels as (height, width, 3) RGB."""
        _, _, width, height = box
        artefacts = [one for one in self.scene.artefacts if one.touches(self._um(_padded(box, round(30 / self.mpp))))]
        reach = max((one.reach_um for one in artefacts), default=0.0)
        margin = max(8, int(np.ceil(reach / self.mpp))) + 4
        padded = _padded(box, margin)
        if not artefacts and not self._coarse(self.scene.layout.tissue, padded).any():
            stain = np.zeros((height, width), np.float32)
            return self._developed(self._coloured(stain, stain, box), box)
        haematoxylin, eosin = self._concentrations(padded)
        for one in artefacts:
            if one.kind is ArtefactKind.FOLD:
                factor = 1 + (one.strength - 1) * soft(one, self._um(padded), self.mpp)
                haematoxylin *= factor
                eosin *= factor
        rgb = self._coloured(haematoxylin, eosin, padded)
        for one in artefacts:
            rgb = overlaid(rgb, one, self._um(padded), self.mpp)
        return self._developed(rgb[margin:-margin, margin:-margin], box)

    def _um(self, box: Box) -> tuple[float, float, float, float]:
        x, y, width, height = (value * self.mpp for value in box)
        return x, y, width, height

    def _concentrations(self, box: Box) -> tuple[Floats, Floats]:
        """Return haematoxylin and eosin over the box, in focus as well as the scanner was."""
        grain = self._map(self.scene.layout.grain, box, cubic)
        label = self._ground(box, grain)
        texture = self._texture(label, grain, box)
        haematoxylin, eosin = looked_up(label, "haematoxylin"), looked_up(label, "eosin")
        haematoxylin *= texture
        eosin *= texture
        stamped = self._stamped(box)
        nuclear, cytoplasm = stamped[..., 0] * np.float32(STAIN_UNIT), stamped[..., 1] * np.float32(1 / 255)
        haematoxylin += np.float32(0.32) * cytoplasm
        eosin += np.float32(0.22) * cytoplasm
        eosin += (np.float32(_NUCLEAR_EOSIN) - eosin) * np.minimum(nuclear * np.float32(1.25), np.float32(1))
        np.maximum(eosin, stamped[..., 2] * np.float32(STAIN_UNIT), out=eosin)
        np.maximum(haematoxylin, nuclear, out=haematoxylin)
        return self._focused(haematoxylin), self._focused(eosin)

    def _texture(self, label: NDArray[np.uint8], grain: Floats, box: Box) -> Floats:
        """Return what the mean stain of each pixel's material is multiplied by."""
        texture = looked_up(label, "granular") * window(self._textures.granular, box)
        present = cv2.calcHist([label], [0], None, [256], [0, 256]).ravel() > 0
        if (table("fibrous")[present] > 0).any():
            strands = along(self._textures.fibrous, grain / np.float32(self.mpp), box)
            steep = cv2.morphologyEx(grain, cv2.MORPH_GRADIENT, _AROUND) * np.float32(0.2 / self.mpp)
            strands *= (np.float32(1.6) - steep).clip(0.15, 1)  # where bundles meet, fibres are cut
            texture += looked_up(label, "fibrous") * strands
            parted = looked_up(label, "clefts") * np.maximum(-1.15 - strands, 0)
            texture -= 5 * parted
        texture += looked_up(label, "foamy") * window(self._textures.foamy, box)
        texture *= np.float32(0.6)
        texture += 1
        return np.asarray(np.clip(texture, 0.06, 2.6, out=texture), np.float32)

    def _focused(self, stain: Floats) -> Floats:
        """Blur as the lens did, and sharpen as the scanner did."""
        staining = self.scene.staining
        blurred = cv2.GaussianBlur(stain, (0, 0), staining.focus_um / self.mpp)
        if staining.sharpening:
            wide = cv2.GaussianBlur(stain, (0, 0), 0.8 / self.mpp)
            blurred = cv2.addWeighted(blurred, 1 + staining.sharpening, wide, -staining.sharpening, 0)
            np.maximum(blurred, 0, out=blurred)
        return np.asarray(blurred, np.float32)

    def _ground(self, box: Box, grain: Floats) -> NDArray[np.uint8]:
        """Return the label of the material under each pixel."""
        label = np.zeros((box[3], box[2]), np.uint8)
        tissue = self.scene.layout.tissue
        edge = 0.5 + 0.09 * window(self._textures.granular, box)
        for kind in np.unique(self._coarse(tissue, box)):
            if kind:
                here = (tissue >= 1) if kind == Tissue.STROMA else tissue == kind
                inside = self._map(here, box) > edge
                label[inside] = TISSUE_GROUND[Tissue(kind)]
                if kind == Tissue.MUCOSA:
                    _layer(label, inside, grain + 14 * window(self._textures.foamy.T, box))
        return self._structures(label, box)

    def _structures(self, label: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
        """Draw the blobs of the box over its label.

        A line that is cut off at the canvas's edge takes other pixels, so the canvas is wider than the box by a spoke.
        """
        beyond = round(_SPOKE_UM / self.mpp)
        label = np.pad(label, beyond)
        these, box = self._blobs_in(box), _padded(box, beyond)
        vertices = self._vertices(outlines(these), box)
        lines = list(self._vertices(spokes_of(these), box))
        counts = np.cumsum(these["spokes"]).tolist()
        for polygon, material, last, spokes in zip(
            vertices, these["material"].tolist(), counts, these["spokes"].tolist(), strict=True
        ):
            cv2.fillConvexPoly(label, polygon, material, cv2.LINE_8, _SUBPIXEL_BITS)
            if spokes:
                borders = lines[last - spokes : last]
                cv2.polylines(label, borders, False, int(Material.MUCOUS_BORDER), 1, cv2.LINE_8, _SUBPIXEL_BITS)
        return np.ascontiguousarray(label[beyond:-beyond, beyond:-beyond], np.uint8)

    def _vertices(self, points_um: Floats, box: Box) -> NDArray[np.int32]:
        pixels = (points_um / self.mpp - np.array(box[:2])) * (1 << _SUBPIXEL_BITS)
        return np.asarray(np.rint(pixels), np.int32)

    def _blobs_in(self, box: Box) -> NDArray[np.void]:
        x, y, width, height = self._um(box)
        first, last = np.searchsorted(self._blob_y, (y - _REACH_UM, y + height + _REACH_UM))
        these = self.scene.blobs[np.sort(self._blob_order[first:last])]
        reach = these["profile"].max(axis=1, initial=0).astype(np.float32)
        near = (these["x"] > x - reach) & (these["x"] < x + width + reach)
        return np.asarray(these[near & (these["y"] > y - reach) & (these["y"] < y + height + reach)])

    def _stamped(self, box: Box) -> NDArray[np.uint8]:
        """Return nuclear haematoxylin, basophilic cytoplasm and red-cell eosin of the cells in the box."""
        reach = round(2.2 * _CELL_REACH_UM / self.mpp)
        canvas = np.zeros((box[3] + 2 * reach, box[2] + 2 * reach, 3), np.uint8)
        x_um, y_um, width, height = self._um(box)
        first, last = np.searchsorted(self._cells["y"], (y_um - _CELL_REACH_UM, y_um + height + _CELL_REACH_UM))
        these = self._cells[first:last]
        these = these[(these["x"] > x_um - _CELL_REACH_UM) & (these["x"] < x_um + width + _CELL_REACH_UM)]
        bank = stamps(self.mpp)
        columns = np.rint(these["x"] / self.mpp).astype(int) - box[0] + reach
        rows = np.rint(these["y"] / self.mpp).astype(int) - box[1] + reach
        turns = np.rint(these["turn"] / np.pi * TURNS).astype(int) % TURNS
        variants = these["variant"].astype(int) % VARIANTS
        for row, column, kind, turn, variant in zip(
            rows.tolist(), columns.tolist(), these["kind"].tolist(), turns.tolist(), variants.tolist(), strict=True
        ):
            stamp = bank[kind][turn][variant]
            half, side = stamp.shape[0] // 2, stamp.shape[0]
            place = canvas[row - half : row - half + side, column - half : column - half + side]
            shared = np.minimum(place, stamp) >> 2  # overlapping nuclei are darker than either
            np.maximum(place, stamp, out=place)
            cv2.add(place, shared, place)
        return canvas[reach:-reach, reach:-reach]

    def _coloured(self, haematoxylin: Floats, eosin: Floats, box: Box) -> Floats:
        """Return RGB by Beer–Lambert; staining and light are not quite even."""
        stain_gain, other_gain, light = (self._map(one, box, um=_UNEVEN_UM) for one in self._uneven)
        stains = cv2.merge((haematoxylin * (1 + stain_gain), eosin * (1 + other_gain), light))
        return np.asarray(cv2.exp(cv2.transform(stains, self._log_colour)), np.float32)

    def _developed(self, rgb: Floats, box: Box) -> NDArray[np.uint8]:
        """Add the sensor's noise."""
        return np.asarray(cv2.add(rgb, window(self._noise, box), dtype=cv2.CV_8U), np.uint8)

    def _coarse(self, values: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
        """Return the part of a layout map that the box touches."""
        x, y, width, height = (value / MAP_UM for value in self._um(box))
        rows = np.s_[max(0, int(y) - 1) : max(0, int(y + height) + 2)]
        columns = np.s_[max(0, int(x) - 1) : max(0, int(x + width) + 2)]
        return values[rows, columns]

    def _map(self, values: NDArray[np.generic], box: Box, weigh: Weights = linear, um: float = MAP_UM) -> Floats:
        """Interpolate a map of `um` per pixel over the box."""
        return interpolated(values, (box[1], box[0]), (box[3], box[2]), self.mpp / um, weigh)


def _padded(box: Box, margin: int) -> Box:
    x, y, width, height = box
    return x - margin, y - margin, width + 2 * margin, height + 2 * margin


def _layer(label: NDArray[np.uint8], inside: NDArray[np.bool_], depth_um: Floats) -> None:
    """Lay the squamous epithelium of mucosa over its lamina propria, in place."""
    for below, above, material in (
        (-1e9, 0.10, Material.KERATIN), (0.10, 0.88, Material.SQUAMOUS), (0.88, 1.0, Material.BASAL_LAYER),
    ):  # fmt: skip
        label[inside & (depth_um > below * SQUAMOUS_UM) & (depth_um <= above * SQUAMOUS_UM)] = material
