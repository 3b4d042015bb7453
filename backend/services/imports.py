"""Outlines that were drawn in another program, taken into a review as one change."""

from collections.abc import Iterable
from typing import Any, Literal, Protocol
from uuid import UUID, uuid4

import shapely

from backend.core.findings import Rings
from backend.core.geometry import polygon_of
from backend.services.reviews import Standing
from backend.services.shapes import ShapeUnusable

_FINENESS_PX = 0.01
REJECTED = "Rejected"


class DrawnElsewhere(Protocol):
    """An outline from a file; `id` is None where the file has none that is ours."""

    @property
    def layer(self) -> Literal["lesion", "gland"]:
        """What it outlines."""

    @property
    def class_name(self) -> str:
        """Its class in QuPath."""

    @property
    def polygon(self) -> Rings:
        """Its rings in level-0 pixels."""

    @property
    def id(self) -> UUID | None:
        """The id of the outline that it was."""


def change_of(standing: Standing, found: Iterable[DrawnElsewhere]) -> dict[str, Any]:
    """Return the change of outlines that makes a review hold those of a file.

    One that stands already is left alone; one under the id of a standing outline takes its place; all others are added.
    A rejected one that is new here is passed over.

    Raises:
        ShapeUnusable: where nothing would change.
    """
    width, height = standing.analysis.slide.width or 0, standing.analysis.slide.height or 0
    known: dict[UUID, str] = dict.fromkeys(standing.state.lesions, "lesion") | dict.fromkeys(
        standing.state.glands, "gland"
    )
    there = {("lesion", _key(one.polygon)) for one in standing.state.lesions.values()}
    there |= {("gland", _key(one.polygon)) for one in standing.state.glands.values()}
    removed: list[str] = []
    added: list[dict[str, Any]] = []
    for one in found:
        replaces = one.id is not None and known.get(one.id) == one.layer
        if (one.layer, _key(one.polygon)) in there or (one.class_name == REJECTED and not replaces):
            continue
        parents = [str(one.id)] if replaces else []
        removed += parents
        polygon = [[(min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in ring] for ring in one.polygon]
        added.append({"id": str(uuid4()), "layer": one.layer, "polygon": polygon, "parents": parents})
    if not added:
        raise ShapeUnusable("The review holds every outline of this file already.")
    return {"removed": removed, "added": added}


def _key(rings: Rings) -> bytes:
    """Name a polygon alike wherever its ring begins and whichever way it runs."""
    return bytes(shapely.set_precision(polygon_of(rings), _FINENESS_PX).normalize().wkb)
