"""Reviewed lesions and glands for QuPath, and back."""

import json
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid5

import numpy as np
import shapely
from shapely import Polygon

from backend.core import geojson
from backend.core.errors import AnnotationsUnusable
from backend.core.findings import RESEARCH_USE_ONLY, Rings, lesion_measurements
from backend.core.focus_score import counts_as_focus
from backend.core.geojson import FoundPolygon
from backend.core.geometry import polygon_of
from backend.reports.content import Report, ReportedLesion
from backend.reports.phrases import Phrases
from backend.reports.wording import Language

Layer = Literal["lesion", "gland"]

_LAYERS: dict[str, Layer | None] = {
    "Focus": "lesion", "Aggregate < 50": "lesion", "Rejected": "lesion", "Gland": "gland",
    "Other tissue": None, "Artefact": None,
}  # fmt: skip

MOST_BYTES = 50 * 2**20
_MOST_SHAPES = 5_000
_MOST_VERTICES = 500_000
_OUTSIDE_PX = 1.0
"""How far an outline may leave the slide: QuPath draws on the border, and rounding does the rest."""


@dataclass(frozen=True, slots=True)
class ImportedShape:
    """A polygon that was drawn elsewhere, valid and on the slide. `id` is None where the file has no UUID for it."""

    layer: Layer
    class_name: str
    polygon: Rings
    name: str | None
    id: UUID | None


def write_geojson(report: Report, language: Language = "en") -> bytes:
    """Write the lesions, rejected ones too, and the glands as annotations that QuPath opens."""
    said = Phrases(language)
    lesions = [_lesion(one, said) for one in report.lesions]
    glands = [
        geojson.feature(str(uuid5(report.analysis_id, f"gland {number}")), rings, "Gland", f"Gland {number}")
        for number, rings in enumerate(report.glands, 1)
    ]
    document = geojson.collection([*glands, *lesions]) | {"notice": RESEARCH_USE_ONLY}
    return json.dumps(document, ensure_ascii=False).encode()


def class_of(lesion: ReportedLesion) -> str:
    """Name the class of a lesion as its reader left it; of one without a verdict, as its lymphocytes have it."""
    if lesion.verdict == "rejected":
        return "Rejected"
    undecided = lesion.verdict == "undecided" and lesion.lymphocyte_count is not None
    is_focus = counts_as_focus(lesion.lymphocyte_count or 0) if undecided else lesion.counts_as_focus
    return "Focus" if is_focus else "Aggregate < 50"


def read_geojson(data: bytes, slide_size: tuple[int, int]) -> list[ImportedShape]:
    """Read the lesions and glands of a file; what has another known class, or none, is passed over.

    Raises:
        AnnotationsUnusable: where the file is none of ours, too large, or has a shape that cannot be measured.
    """
    if len(data) > MOST_BYTES:
        raise AnnotationsUnusable(f"The file is larger than {MOST_BYTES // 2**20} MB.")
    try:
        found = geojson.polygons_in(data.decode("utf-8-sig"))
    except ValueError as error:
        raise AnnotationsUnusable("The file is not GeoJSON as QuPath exports it.") from error
    if unknown := sorted({str(one.class_name) for one in found} - _LAYERS.keys()):
        raise AnnotationsUnusable(
            f"The class “{unknown[0][:80]}” is not known: lesions are “Focus” or “Aggregate < 50”, glands are “Gland”."
        )
    if len(found) > _MOST_SHAPES:
        raise AnnotationsUnusable(f"The file has more than {_MOST_SHAPES} shapes.")
    shapes = _shapes(found, slide_size)
    if not shapes:
        raise AnnotationsUnusable("No annotation is a polygon of the class “Focus”, “Aggregate < 50” or “Gland”.")
    return shapes


def _lesion(lesion: ReportedLesion, said: Phrases) -> dict[str, Any]:
    kind = class_of(lesion)
    return geojson.feature(
        str(lesion.id), lesion.polygon, kind, f"{kind} {lesion.number}",
        measurements=lesion_measurements(lesion.area_mm2, lesion.lymphocyte_count, lesion.confidence),
        metadata={
            "Verdict": lesion.verdict, "Reason": lesion.reason and said.rejection(lesion.reason),
            "Comments": "\n".join(lesion.comments) or None,
        },
    )  # fmt: skip


def _shapes(found: list[FoundPolygon], slide_size: tuple[int, int]) -> list[ImportedShape]:
    shapes: list[ImportedShape] = []
    vertices, seen = 0, set[UUID]()
    for number, one in enumerate(found, 1):
        if (layer := _LAYERS[one.class_name]) is None:
            continue
        what = f"Shape {number} (“{str(one.name or one.class_name)[:80]}”)"
        rings = _rings(one.rings, what)
        vertices += sum(len(ring) for ring in rings)
        if vertices > _MOST_VERTICES:
            raise AnnotationsUnusable(f"The shapes have more than {_MOST_VERTICES} vertices: simplify them first.")
        _check(polygon_of(rings), slide_size, what)
        id = _uuid(one.id)
        if id in seen:
            raise AnnotationsUnusable(f"{what} has the same id as another.")
        seen |= {id} if id else set()
        shapes.append(ImportedShape(layer, one.class_name, rings, one.name if isinstance(one.name, str) else None, id))
    return shapes


def _rings(coordinates: Any, what: str) -> Rings:
    """Return closed rings of finite numbers, their coordinates as they are in the file."""
    try:
        rings = [[(float(vertex[0]), float(vertex[1])) for vertex in ring] for ring in coordinates]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise AnnotationsUnusable(f"{what} has coordinates that are not numbers.") from error
    closed = [ring if ring[:1] == ring[-1:] else [*ring, ring[0]] for ring in rings]
    if not closed or min(len(ring) for ring in closed) < 4:
        raise AnnotationsUnusable(f"{what} has fewer than three corners.")
    if not all(np.isfinite(ring).all() for ring in closed):
        raise AnnotationsUnusable(f"{what} has coordinates that are not numbers.")
    return closed


def _check(polygon: Polygon, slide_size: tuple[int, int], what: str) -> None:
    left, top, right, bottom = polygon.bounds
    width, height = slide_size
    if min(left, top) < -_OUTSIDE_PX or right > width + _OUTSIDE_PX or bottom > height + _OUTSIDE_PX:
        raise AnnotationsUnusable(f"{what} lies outside the slide: was it drawn on another one?")
    if not polygon.is_valid:
        place = shapely.is_valid_reason(polygon).partition("[")[2].rstrip("]")
        near = f" near {', '.join(f'{float(value):.0f}' for value in place.split())}" if place else ""
        raise AnnotationsUnusable(f"The outline of {what.lower()} crosses itself{near}.")
    if polygon.area == 0:
        raise AnnotationsUnusable(f"{what} has no area.")


def _uuid(id: Any) -> UUID | None:
    try:
        return UUID(id) if isinstance(id, str) else None
    except ValueError:
        return None
