"""What an analysis found: plain values, shared by pipeline, worker, services and command line."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from backend.core import geojson
from backend.core.focus_score import LYMPHOCYTES_PER_FOCUS

Ring: TypeAlias = list[tuple[float, float]]
"""A closed ring of (x, y) in level-0 pixels: the last vertex repeats the first."""

Rings: TypeAlias = list[Ring]
"""A polygon as GeoJSON writes it: the exterior ring, then the holes."""

Stage = Literal["tissue", "roi", "stain", "segmentation", "lesions", "lymphocytes", "attention"]
STAGES: tuple[Stage, ...] = ("tissue", "roi", "stain", "segmentation", "lesions", "lymphocytes", "attention")

RESEARCH_USE_ONLY = "For Research Use Only. Not for use in diagnostic procedures."


@dataclass(frozen=True, slots=True)
class Lesion:
    """One outlined infiltrate. It is a focus where it holds at least 50 lymphocytes.

    `id` is a UUID; `polygon` is in level-0 pixels; `confidence` is the mean network probability inside, 0 to 1.
    """

    id: str
    polygon: Rings
    area_mm2: float
    lymphocyte_count: int
    confidence: float
    counts_as_focus: bool


@dataclass(frozen=True, slots=True)
class NetworkUsed:
    """Which network ran, by its weights: enough to run it again."""

    name: str
    preset: str
    weights: str
    sha256: str
    trained_on: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one analysis of one slide has to say.

    `glands` are the ROI polygons in level-0 pixels. `focus_score` and its interval are None together, and then
    `focus_score_reason` says why. `seconds` is per stage. `stain` records the fitted stain matrix.
    """

    focus_score: float | None
    focus_score_reason: str | None
    focus_score_low: float | None
    focus_score_high: float | None
    foci: int
    glandular_area_mm2: float
    area_fraction: float | None
    lesions: list[Lesion]
    glands: list[Rings]
    networks: list[NetworkUsed]
    options: dict[str, Any]
    stain: dict[str, Any]
    seconds: dict[str, float]
    software: str
    warnings: list[str] = field(default_factory=list)
    notice: str = RESEARCH_USE_ONLY

    def as_dict(self) -> dict[str, Any]:
        """Return the findings as JSON can write them, ready for `findings.json`."""
        return asdict(self)


def lesions_as_geojson(lesions: list[Lesion]) -> dict[str, Any]:
    """Write lesions as the FeatureCollection that QuPath opens: level-0 pixels, closed rings."""
    return geojson.collection([_lesion_feature(number, one) for number, one in enumerate(lesions, 1)])


def _lesion_feature(number: int, lesion: Lesion) -> dict[str, Any]:
    kind = "Focus" if lesion.counts_as_focus else f"Aggregate < {LYMPHOCYTES_PER_FOCUS}"
    measured = lesion_measurements(lesion.area_mm2, lesion.lymphocyte_count, lesion.confidence)
    return geojson.feature(lesion.id, lesion.polygon, kind, f"{kind} {number}", measurements=measured)


def lesion_measurements(
    area_mm2: float, lymphocyte_count: int | None, confidence: float | None
) -> dict[str, float | None]:
    """Name what is measured of a lesion as QuPath's tables show it."""
    return {"Area mm^2": area_mm2, "Lymphocytes": lymphocyte_count, "Confidence": confidence}
