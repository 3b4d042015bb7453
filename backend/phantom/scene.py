"""A whole phantom in micrometres: everything that will be drawn, and what is true about it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backend.core.optics import REFERENCE_STAIN_MATRIX
from backend.phantom import anatomy, infiltrates
from backend.phantom.artefacts import Artefact, add_fragments, hidden, spoil
from backend.phantom.infiltrates import TrueLesion
from backend.phantom.layout import MAP_UM, Layout, lay_out
from backend.phantom.materials import Material
from backend.phantom.shapes import CellKind, cells


@dataclass(frozen=True, slots=True)
class PhantomSpec:
    """What to draw. The same spec draws the same slide."""

    seed: int
    width_mm: float
    height_mm: float
    foci: int
    mpp: float = 0.5
    artefacts: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in level-0 pixels."""
        return round(self.width_mm * 1000 / self.mpp), round(self.height_mm * 1000 / self.mpp)


@dataclass(frozen=True, slots=True)
class Staining:
    """How one laboratory and one scanner show tissue: stain matrix, strength of each stain, white point, noise."""

    matrix: NDArray[np.float32] = field(default_factory=lambda: REFERENCE_STAIN_MATRIX)
    strength: tuple[float, float] = (1.0, 1.0)
    white: tuple[float, float, float] = (243, 242, 244)
    noise: float = 1.5
    focus_um: float = 0.35


@dataclass(frozen=True, slots=True)
class Scene:
    """A phantom before it is drawn. `spoiled` is where an artefact hides the tissue, on the layout's grid."""

    spec: PhantomSpec
    layout: Layout
    blobs: NDArray[np.void]
    cells: NDArray[np.void]
    lesions: list[TrueLesion]
    artefacts: list[Artefact]
    staining: Staining
    spoiled: NDArray[np.bool_]

    @property
    def visible_gland(self) -> NDArray[np.bool_]:
        """The layout's gland that no artefact hides."""
        return self.layout.gland & ~self.spoiled

    @property
    def glandular_area_mm2(self) -> float:
        """The true glandular area."""
        return float(self.visible_gland.sum()) * MAP_UM**2 / 1e6


def compose(spec: PhantomSpec) -> Scene:
    """Draw lots for everything on the slide; the seed decides."""
    rng = np.random.default_rng(spec.seed)
    layout = lay_out(rng, spec.width_mm * 1000, spec.height_mm * 1000)
    if spec.artefacts:
        add_fragments(rng, layout)
    artefacts = spoil(rng, layout) if spec.artefacts else []
    covered = hidden(artefacts, layout)
    acini, ducts, vessels = anatomy.acini(rng, layout), anatomy.ducts(rng, layout), anatomy.vessels(rng, layout)
    fat, alike = anatomy.fat(rng, layout), infiltrates.look_alikes(rng, layout)
    anchors = np.concatenate([np.stack((one["x"], one["y"]), axis=1) for one in (ducts.blobs, vessels.blobs)])
    lesions = infiltrates.aggregates(rng, layout.gland & ~covered, spec.foci, anchors)
    keep_blob = infiltrates.outside(rng, acini.blobs["x"], acini.blobs["y"], lesions, trapped=0.05)
    keep_alike = infiltrates.outside(rng, alike.blobs["x"], alike.blobs["y"], lesions, trapped=0)
    parenchyma = np.concatenate((acini.cells, alike.cells, anatomy.loose_cells(rng, layout)))
    parenchyma = parenchyma[infiltrates.outside(rng, parenchyma["x"], parenchyma["y"], lesions, trapped=0.04)]
    drawn = np.concatenate((parenchyma, ducts.cells, vessels.cells, fat.cells, *_lymphocytes(rng, lesions)))
    ground = infiltrates.ground_of(rng, lesions)
    order = (acini.blobs[keep_blob], fat.blobs, alike.blobs[keep_alike], ground, ducts.blobs, vessels.blobs)
    return Scene(spec, layout, np.concatenate(order), drawn, lesions, artefacts, staining_of(rng), covered)


def _lymphocytes(rng: np.random.Generator, lesions: list[TrueLesion]) -> list[NDArray[np.void]]:
    return [cells(rng, CellKind.LYMPHOCYTE, *one.lymphocytes_um.T) for one in lesions]


def staining_of(rng: np.random.Generator) -> Staining:
    """Vary stain vectors, strengths, white point, noise and focus as laboratories and scanners do."""
    towards_red = rng.uniform(0, 1) * np.array([[0, 0, 0], [0.12, -0.08, 0.22]])
    matrix = REFERENCE_STAIN_MATRIX + towards_red + rng.normal(0, 0.035, (2, 3))
    matrix = np.maximum(matrix, 0.01)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    white = rng.uniform(236, 250) + rng.normal(0, 1.5, 3)
    return Staining(
        matrix.astype(np.float32),
        (float(rng.uniform(0.75, 1.25)), float(rng.uniform(0.7, 1.3))),
        (float(white[0]), float(white[1]), float(white[2])),
        float(rng.uniform(0.8, 2.5)),
        float(rng.uniform(0.25, 0.6)),
    )


TISSUE_GROUND = {
    1: Material.LOOSE_STROMA,
    2: Material.LOOSE_STROMA,
    3: Material.FAT_RIM,
    4: Material.MUSCLE,
    5: Material.MUCOSA,
}
"""The material under everything else, by `Tissue`; glass stays glass."""
