"""What tissue is made of, in amounts of haematoxylin and eosin (natural-log absorbance along the stain vector)."""

from dataclasses import dataclass
from enum import IntEnum

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
    MUCOSA = 13
    LYMPHOID_STROMA = 14
    FAT_RIM = 15


@dataclass(frozen=True, slots=True)
class Ground:
    """Mean stain of a material, and how strongly each texture modulates it (0 to 1)."""

    haematoxylin: float
    eosin: float
    fibrous: float = 0.0
    granular: float = 0.0
    foamy: float = 0.0


GROUNDS: dict[Material, Ground] = {
    Material.GLASS: Ground(0, 0),
    Material.LOOSE_STROMA: Ground(0.04, 0.26, fibrous=0.55),
    Material.COLLAGEN: Ground(0.05, 0.48, fibrous=0.45),
    Material.MUCOUS: Ground(0.15, 0.13, foamy=0.6),
    Material.SEROUS: Ground(0.30, 0.40, granular=0.4),
    Material.DUCT_EPITHELIUM: Ground(0.18, 0.46, granular=0.25),
    Material.STRIATED_EPITHELIUM: Ground(0.12, 0.62, fibrous=0.25),
    Material.LUMEN: Ground(0.005, 0.02),
    Material.SECRETION: Ground(0.05, 0.24, granular=0.2),
    Material.VESSEL_WALL: Ground(0.08, 0.52, fibrous=0.3),
    Material.BLOOD: Ground(0.02, 0.80, foamy=0.45),
    Material.FAT_VACUOLE: Ground(0.0, 0.012),
    Material.MUSCLE: Ground(0.08, 0.62, fibrous=0.35),
    Material.MUCOSA: Ground(0.26, 0.44, granular=0.25),
    Material.LYMPHOID_STROMA: Ground(0.08, 0.16, fibrous=0.4),
    Material.FAT_RIM: Ground(0.06, 0.42, fibrous=0.3),
}


def table(field: str) -> NDArray[np.float32]:
    """Return one field of all grounds as a 256-entry look-up table by label."""
    values = np.zeros(256, np.float32)
    for material, ground in GROUNDS.items():
        values[material] = getattr(ground, field)
    return values
