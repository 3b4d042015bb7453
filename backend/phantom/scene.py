"""A whole phantom in micrometres: everything that will be drawn, and what is true about it."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from backend.phantom import anatomy, infiltrates
from backend.phantom.acini import acini
from backend.phantom.acini import fat as fatty
from backend.phantom.acini import scars as fibrosis
from backend.phantom.artefacts import Artefact, add_fragments, hidden, spoil
from backend.phantom.epithelium import epithelium
from backend.phantom.infiltrates import TrueLesion
from backend.phantom.layout import MAP_UM, Layout, Tissue, lay_out
from backend.phantom.look_alikes import look_alikes, pigment
from backend.phantom.materials import Material
from backend.phantom.occupancy import Occupancy
from backend.phantom.shapes import LYMPHOID, CellKind, cells, mean_radius, shrunk
from backend.phantom.staining import Staining, staining_of, unfamiliar_staining


@dataclass(frozen=True, slots=True)
class PhantomSpec:
    """What to draw. The same spec draws the same slide.

    An `unfamiliar` one is stained and scanned as no other is; in one with `sheets` infiltrates replace whole lobules.
    """

    seed: int
    width_mm: float
    height_mm: float
    foci: int
    mpp: float = 0.5
    artefacts: bool = True
    unfamiliar: bool = False
    sheets: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in level-0 pixels."""
        return round(self.width_mm * 1000 / self.mpp), round(self.height_mm * 1000 / self.mpp)


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
    hides = hidden(artefacts, layout)
    acinar, fat, scars = acini(rng, layout), fatty(rng, layout), fibrosis(rng, layout)
    foreign = epithelium(rng, layout)
    between = Occupancy(layout)
    between.take(acinar[0])
    between.take(foreign[0])
    between.take(fat[0])
    ducts, nerves = anatomy.ducts(rng, layout), anatomy.nerves(rng, layout)
    vessels = anatomy.vessels(rng, layout, between)
    through = Occupancy(layout)
    through.take(shrunk(fat[0], 3.0, Material.FAT_VACUOLE))
    for tubes in (ducts.blobs, vessels.blobs, nerves.blobs):
        between.take(tubes)
        through.take(tubes)
    alike = look_alikes(rng, layout)
    loose_cells = anatomy.loose_cells(rng, layout)
    anchors = np.concatenate((ducts.hollow, vessels.hollow[mean_radius(vessels.hollow) > 8]))
    hollow = np.concatenate((ducts.hollow, vessels.hollow))
    lesions = infiltrates.aggregates(rng, layout.gland & ~hides, spec.foci, anchors, hollow, sheets=spec.sheets)
    spared = partial(infiltrates.outside, rng, lesions=lesions)
    ground = [spared(one, trapped=share) for one, share in ((acinar[0], 0.05), (fat[0], 0), (alike[0], 0))]
    parenchyma = np.concatenate((acinar[1][through.free(acinar[1])], loose_cells[between.free(loose_cells)]))
    parenchyma = spared(parenchyma, trapped=np.where(np.isin(parenchyma["kind"], LYMPHOID), 0, 0.04))
    strangers = spared(foreign[1], trapped=np.where(np.isin(foreign[1]["kind"], LYMPHOID), 0, 1))
    strays = [cells(rng, CellKind.LYMPHOCYTE, *one.strays_um.T) for one in lesions]
    loose = np.concatenate((fat[1], alike[1], *strays))
    loose = spared(loose[through.free(loose)], trapped=0)
    lymphoid = infiltrates.ground_of(rng, lesions)
    in_order = (scars, *ground, foreign[0], lymphoid, nerves.blobs, ducts.blobs, vessels.blobs)
    drawn = (parenchyma, strangers, loose, ducts.cells, vessels.cells, nerves.cells, *_lymphocytes(rng, lesions))
    staining = unfamiliar_staining(rng) if spec.unfamiliar else staining_of(rng)
    return Scene(
        spec, layout, np.concatenate(in_order), np.concatenate(drawn), lesions,
        artefacts + (pigment(rng, layout) if spec.artefacts else []), staining, hides,
    )  # fmt: skip


def _lymphocytes(rng: np.random.Generator, lesions: list[TrueLesion]) -> list[NDArray[np.void]]:
    made = [cells(rng, CellKind.LYMPHOCYTE, *one.lymphocytes_um.T) for one in lesions]
    for drawn, lesion in zip(made, lesions, strict=True):
        drawn["kind"][lesion.germinal] = CellKind.GERMINAL
    return made


TISSUE_GROUND = {
    Tissue.STROMA: Material.COLLAGEN,
    Tissue.GLAND: Material.LOOSE_STROMA,
    Tissue.FAT: Material.FAT_RIM,
    Tissue.MUSCLE: Material.MUSCLE,
    Tissue.MUCOSA: Material.LOOSE_STROMA,
    Tissue.EPITHELIUM: Material.COLLAGEN,
}
"""The material under everything else, by `Tissue`; glass stays glass."""
