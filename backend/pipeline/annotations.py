"""Read what a reader drew, as QuPath exports it: GeoJSON in level-0 pixels, every object with a class.

Beside `gland.svs` lies either `gland.geojson` with everything, or `gland.truth.geojson` with the lesions and
`gland.roi.geojson` with the regions. Objects without a class, cells and detections, points and lines are passed over;
a class that is not known is refused, because a lesion of an unknown class would be taught as healthy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.core.errors import AnnotationsUnusable
from backend.core.findings import Rings
from backend.core.geojson import polygons_in

FOCUS = "Focus"
LESION_CLASSES = (FOCUS, "Aggregate < 50")
REGION_CLASSES = ("Other tissue", "Gland", "Artefact")
"""Each lies over those before it."""

Feature = dict[str, Any]
"""The class `name` of a polygon, and its `rings` as (N, 2) arrays of level-0 pixels, the exterior first."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """The lesions of a slide, and the regions that the ROI classifier tells apart."""

    lesions: list[Feature]
    regions: list[Feature]


def read_annotations(slide: Path, classes: Mapping[str, str] | None = None) -> Annotations:
    """Read the annotations beside a slide; `classes` translates its class names, to nothing where one is passed over.

    Raises:
        AnnotationsUnusable: where there are none, or not such as can be learnt from.
    """
    translate = dict(classes or {})
    features = [one for path in _files_of(slide) for one in read_features(path)]
    for one in features:
        one["name"] = translate.get(one["name"], one["name"])
    features = [one for one in features if one["name"]]
    _check(features)
    lesions = [one for one in features if one["name"] in LESION_CLASSES]
    regions = [one for one in features if one["name"] in REGION_CLASSES]
    return Annotations(lesions, sorted(regions, key=lambda one: REGION_CLASSES.index(one["name"])))


def annotations_of(lesions: list[Rings], glands: list[Rings]) -> Annotations:
    """Return confirmed lesions and the glands around them as annotations."""
    return Annotations(_features("Focus", lesions), _features("Gland", glands))


def read_features(path: Path) -> list[Feature]:
    """Return every polygon that has a class; the parts of a MultiPolygon one by one.

    Raises:
        AnnotationsUnusable: where the file is not GeoJSON.
    """
    try:
        found = polygons_in(path.read_text(encoding="utf-8-sig"))
        return [feature for one in found for feature in _features(one.class_name, [one.rings])]
    except (ValueError, TypeError, IndexError) as error:
        raise AnnotationsUnusable(f"{path.name} is not GeoJSON as QuPath exports it.") from error


def _files_of(slide: Path) -> list[Path]:
    one, *two = (slide.with_name(slide.stem + ending) for ending in (".geojson", ".truth.geojson", ".roi.geojson"))
    if one.exists():
        return [one]
    missing = [path.name for path in two if not path.exists()]
    if len(missing) == 1:
        raise AnnotationsUnusable(f"{missing[0]} is missing beside the slide.")
    if missing:
        raise AnnotationsUnusable(f"There are no annotations: {one.name} is missing beside the slide.")
    return two


def _features(name: str, polygons: list[Any]) -> list[Feature]:
    return [{"name": name, "rings": [np.array(ring, float)[:, :2] for ring in rings]} for rings in polygons]


def _check(features: list[Feature]) -> None:
    names = {one["name"] for one in features}
    if not names:
        raise AnnotationsUnusable("None of the annotations is a polygon with a class: give each one in QuPath.")
    if unknown := sorted(names - {*LESION_CLASSES, *REGION_CLASSES}):
        raise AnnotationsUnusable(
            f'The class “{unknown[0]}” is not known: say what it stands for with --class-name "{unknown[0]}=Focus", '
            f'or pass it over with --class-name "{unknown[0]}=".'
        )
    if "Gland" not in names:
        raise AnnotationsUnusable("No annotation has the class “Gland”, so it is not known where to cut patches.")
