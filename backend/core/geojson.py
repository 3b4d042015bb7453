"""GeoJSON as QuPath writes and reads it: level-0 pixels, closed rings, a class on every object.

QuPath has written several forms: a FeatureCollection, a bare list or one Feature; before 0.4 the type of an object as
its `id`; classes as {name, colorRGB} and as {names, color}. All are read; the newest is written.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Coordinates = Sequence[Sequence[tuple[float, float]]]

COLOURS: Mapping[str, tuple[int, int, int]] = {
    "Focus": (200, 30, 90),
    "Aggregate < 50": (90, 110, 160),
    "Rejected": (130, 130, 130),
    "Gland": (60, 140, 120),
    "Other tissue": (200, 160, 80),
    "Artefact": (90, 90, 90),
}
"""The colour of every class that is written."""

_LEGACY_TYPES = {"PathAnnotationObject": "annotation", "PathDetectionObject": "detection", "PathCellObject": "cell"}


@dataclass(frozen=True, slots=True)
class FoundPolygon:
    """One polygon of a file as it was found, unchecked: its rings may be anything that is JSON."""

    id: str | None
    class_name: str
    name: str | None
    rings: Any


def feature(
    id: str, rings: Coordinates, class_name: str, name: str, *,
    measurements: Mapping[str, float | None] | None = None, metadata: Mapping[str, str | None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Write one polygon as an annotation; what is None is left out, because QuPath knows numbers and text only."""
    properties: dict[str, Any] = {
        "objectType": "annotation",
        "name": name,
        "classification": {"name": class_name, "color": list(COLOURS[class_name])},
        "isLocked": False,
    }
    for key, values in (("measurements", measurements), ("metadata", metadata)):
        if known := {name: value for name, value in (values or {}).items() if value is not None}:
            properties[key] = known
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": properties}


def collection(features: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Put features into a document."""
    return {"type": "FeatureCollection", "features": list(features)}


def polygons_in(text: str) -> list[FoundPolygon]:
    """Return every annotated polygon that has a class; the parts of a MultiPolygon one by one, without an id.

    Objects without a class, cells and detections, points and lines are passed over.

    Raises:
        ValueError: where the text is not GeoJSON.
    """
    try:
        found = json.loads(text)
        objects = found if isinstance(found, list) else found.get("features", [found])
        return [polygon for one in objects for polygon in _polygons(one)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not GeoJSON") from error


def _polygons(one: dict[str, Any]) -> Iterator[FoundPolygon]:
    properties, geometry = one.get("properties") or {}, one["geometry"]
    class_name = _class_of(properties.get("classification"))
    if not class_name or _type_of(one, properties) != "annotation" or not geometry:
        return
    id, name = one.get("id"), properties.get("name")
    if geometry["type"] == "Polygon":
        yield FoundPolygon(id, class_name, name, geometry["coordinates"])
    elif geometry["type"] == "MultiPolygon":
        for rings in geometry["coordinates"]:
            yield FoundPolygon(id if len(geometry["coordinates"]) == 1 else None, class_name, name, rings)


def _type_of(one: dict[str, Any], properties: dict[str, Any]) -> str:
    named = properties.get("objectType") or properties.get("object_type") or properties.get("type")
    return named or _LEGACY_TYPES.get(str(one.get("id")), "annotation")


def _class_of(classification: Any) -> str | None:
    """Return the class name; "a: b" is a class derived from another."""
    if isinstance(classification, dict):
        return classification.get("name") or ": ".join(classification.get("names", [])) or None
    return classification or None
