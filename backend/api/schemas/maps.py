"""A map of an analysis as the viewer lays it over the slide."""

from backend.api.schemas.common import Schema
from backend.core.maps import MapKind


class LegendEntry(Schema):
    """A class, or a value from 0 to 1, and its colour as `#rrggbb`."""

    label: str
    colour: str


class MapOut(Schema):
    """A map. Its finest tiles form a raster `width` × `height`; `slide_width` is what that spans in level-0 pixels."""

    name: str
    kind: MapKind
    title: str
    width: int
    height: int
    finest_level: int
    tile_size: int
    slide_width: int
    legend: list[LegendEntry]
