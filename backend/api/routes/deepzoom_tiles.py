"""The Deep Zoom tiles: the one route that is asked thousands of times a minute, so it goes around what others need."""

from fastapi import APIRouter, Request, Response

from backend.api.dependencies import SESSION_COOKIE
from backend.api.routes.tiles import FOREVER
from backend.api.tiledesk import Address, TileDesk
from backend.wsi.deepzoom import REVISION

router = APIRouter()


async def get_tile(request: Request) -> Response:
    """Return one tile; its bytes never change, so browsers may keep it."""
    desk: TileDesk = request.app.state.desk
    address = Address(**request.path_params)
    token, known = request.cookies.get(SESSION_COOKIE), request.headers.get("if-none-match")
    found = await desk.find(address, token, known)
    if found.data is None and not found.unchanged:
        if await request.is_disconnected():
            return Response(status_code=499)
        found = await desk.draw(address, found)
    headers = {**FOREVER, "ETag": found.etag}
    if found.unchanged:
        return Response(status_code=304, headers=headers)
    return Response(found.data, media_type="image/jpeg", headers=headers)


router.add_route(
    "/slides/{slide_id:uuid}" + f"/deepzoom-{REVISION}_files/" + "{dz_level:int}/{column:int}_{row:int}.jpeg",
    get_tile,
    methods=["GET"],
    include_in_schema=False,
)
