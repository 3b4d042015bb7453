"""What tissue is made of, in amounts of haematoxylin and eosin (natural-log absorbance along the stain vector)."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray


class Material(IntEnum):
    """The ground that nuclei lie on; the number is the label in a rendered region."""

    GLASS = 0
    LOOSE_STROMA = 1
    COLLAGEN = 2
    MUCOUS = 3
    SEROUS = 4
    DUCT_EPITHELIUM = 5
    STRIATED_EPITHELIUM = 6
    LUMEN = 7
    SECRETION = 8
    VESSEL_WALL = 9
    BLOOD = 10
    FAT_VACUOLE = 11
    MUSCLE = 12
    SQUAMOUS = 13
    LYMPHOID_STROMA = 14
    FAT_RIM = 15
    SEROUS_APICAL = 16
    MUCOUS_BORDER = 17
    NERVE = 18
    GERMINAL_STROMA = 19
    BASAL_LAYER = 20
    KERATIN = 21
    SCAR = 22
    BASEMENT = 23


@dataclass(frozen=True, slots=True)
class Ground:
    """Mean stain of a material, and how strongly each texture modulates it (0 to 1).

    `clefts` is how readily fibres part and leave white gaps.
    """

    haematoxylin: float
    eosin: float
    fibrous: float = 0.0
    granular: float = 0.25
    foamy: float = 0.0
    clefts: float = 0.0


GROUNDS: dict[Material, Ground] = {
    Material.GLASS: Ground(0, 0, granular=0),
    Material.LOOSE_STROMA: Ground(0.17, 0.34, fibrous=0.6, granular=0.35, clefts=1.0),
    Material.COLLAGEN: Ground(0.31, 0.48, fibrous=0.5, granular=0.25, clefts=0.55),
    Material.MUCOUS: Ground(0.17, 0.15, granular=0.2, foamy=0.5),
    Material.SEROUS: Ground(0.42, 0.46, granular=0.4),
    Material.DUCT_EPITHELIUM: Ground(0.28, 0.52, granular=0.3),
    Material.STRIATED_EPITHELIUM: Ground(0.22, 0.66, granular=0.3),
    Material.LUMEN: Ground(0.005, 0.02, granular=0.1),
    Material.SECRETION: Ground(0.08, 0.28, granular=0.25, foamy=0.3),
    Material.VESSEL_WALL: Ground(0.24, 0.62, fibrous=0.25, granular=0.3),
    Material.BLOOD: Ground(0.03, 0.14, granular=0.2),
    Material.FAT_VACUOLE: Ground(0.0, 0.012, granular=0),
    Material.MUSCLE: Ground(0.30, 0.55, fibrous=0.45, granular=0.3, clefts=0.4),
    Material.SQUAMOUS: Ground(0.22, 0.42, granular=0.25, foamy=0.25),
    Material.LYMPHOID_STROMA: Ground(0.22, 0.34, fibrous=0.25, granular=0.5, foamy=0.25),
    Material.FAT_RIM: Ground(0.42, 0.85, fibrous=0.5, granular=0.5),
    Material.SEROUS_APICAL: Ground(0.24, 0.60, granular=0.5),
    Material.MUCOUS_BORDER: Ground(0.23, 0.27),
    Material.NERVE: Ground(0.22, 0.40, fibrous=0.6, granular=0.3, clefts=0.5),
    Material.GERMINAL_STROMA: Ground(0.16, 0.30, granular=0.4, foamy=0.4),
    Material.BASAL_LAYER: Ground(0.38, 0.46, granular=0.3),
    Material.KERATIN: Ground(0.05, 0.70, fibrous=0.4, clefts=0.4),
    Material.SCAR: Ground(0.20, 0.50, fibrous=0.45, granular=0.2, clefts=0.25),
    Material.BASEMENT: Ground(0.16, 0.50, granular=0.3),
}


def looked_up(label: NDArray[np.uint8], field: str) -> NDArray[np.float32]:
    """Return one field of the ground under each pixel of a label map."""
    return np.asarray(cv2.LUT(label, table(field)), np.float32)


@cache
def table(field: str) -> NDArray[np.float32]:
    """Return one field of all grounds as a 256-entry look-up table by label."""
    values = np.zeros(256, np.float32)
    for material, ground in GROUNDS.items():
        values[material] = getattr(ground, field)
    return values
