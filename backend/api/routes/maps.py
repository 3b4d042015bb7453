"""The maps behind an analysis, as transparent tiles over the slide."""

from typing import Any

from fastapi import APIRouter, Response

from backend.api.dependencies import AnalysisDep, HandlesDep, ReaderDep, SessionDep, StorageDep, noted
from backend.api.routes.tiles import FOREVER, IfNoneMatch
from backend.api.schemas.maps import LegendEntry, MapOut
from backend.core.errors import NotFound
from backend.core.maps import kind_of, title_of
from backend.db.tables import Analysis
from backend.services import blinding, maps
from backend.storage import Storage
from backend.wsi.colours import legend_of, table_of
from backend.wsi.deepzoom import TILE_PX
from backend.wsi.handles import Handles
from backend.wsi.maptiles import MapTiles, encode_png, map_tile

router = APIRouter(prefix="/analyses/{analysis_id}/maps", tags=["maps"])

TISSUE = "roi"
"""The kind of map that proposes nothing: what is gland and what is not."""

PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "A PNG image with transparency."},
    304: {"description": "Unchanged."},
}


@router.get("", dependencies=[noted("analysis.view")])
def list_maps(
    session: SessionDep, analysis: AnalysisDep, reader: ReaderDep, storage: StorageDep, handles: HandlesDep
) -> list[MapOut]:
    """List what can be laid over the slide; analyses made before there were maps have none."""
    withheld = blinding.withheld(session, analysis=analysis, reader=reader)
    shown = (one for one in maps.names_of(analysis, storage) if not withheld or kind_of(one) == TISSUE)
    return [_map_out(analysis, name, storage, handles) for name in shown]


@router.get(
    "/{name}/{dz_level}/{column}_{row}.png",
    dependencies=[noted("analysis.view")],
    response_class=Response,
    responses=PNG,
)
def get_map_tile(
    session: SessionDep,
    analysis: AnalysisDep,
    reader: ReaderDep,
    storage: StorageDep,
    handles: HandlesDep,
    name: str,
    dz_level: int,
    column: int,
    row: int,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return one tile in the slide's Deep Zoom frame; an analysis never changes, so browsers may keep it."""
    if kind_of(name) != TISSUE:
        blinding.require_shown(session, analysis=analysis, reader=reader)
    kind, path = kind_of(name), maps.file_of(analysis, name, storage)
    headers = {**FOREVER, "ETag": f'"{analysis.id.hex}-{name}-{dz_level}-{column}-{row}"'}
    with handles.reading(path) as opened:
        tiles = MapTiles(maps.grid_of(analysis, opened.required_mpp.mean))
        if kind is None or not tiles.has(dz_level, column, row):
            raise NotFound("The map has no such tile.")
        if if_none_match == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        values = map_tile(opened, tiles, dz_level, column, row, labels=kind == TISSUE)
    return Response(encode_png(values, table_of(kind)), media_type="image/png", headers=headers)


def _map_out(analysis: Analysis, name: str, storage: Storage, handles: Handles) -> MapOut:
    with handles.reading(maps.file_of(analysis, name, storage)) as opened:
        tiles = MapTiles(maps.grid_of(analysis, opened.required_mpp.mean))
    kind = kind_of(name)
    assert kind  # noqa: S101 - only maps are listed
    return MapOut(
        name=name,
        kind=kind,
        title=title_of(name),
        width=tiles.size_dz[0],
        height=tiles.size_dz[1],
        finest_level=tiles.finest,
        tile_size=TILE_PX,
        slide_width=tiles.width_level0,
        legend=[LegendEntry(label=label, colour=colour) for label, colour in legend_of(kind)],
    )
