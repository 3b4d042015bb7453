"""large-image's tiles behind the same web server, run by a Python that has it: large_image_server.py SLIDE PORT."""

import sys
from typing import Any

import large_image  # type: ignore[import-not-found, unused-ignore]
import uvicorn
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SLIDE, PORT = sys.argv[1:]
source = large_image.open(SLIDE, encoding="JPEG", jpegQuality=90)
finest = (max(source.sizeX, source.sizeY) - 1).bit_length()


async def get_tile(request: Request) -> Response:
    """Answer with a tile; its levels count from one tile, Deep Zoom's from one pixel."""
    asked: dict[str, Any] = request.path_params
    level = asked["dz_level"] - finest + source.levels - 1
    return Response(await run_sync(source.getTile, asked["column"], asked["row"], level), media_type="image/jpeg")


app = Starlette(routes=[Route("/tiles/{dz_level:int}/{column:int}_{row:int}.jpeg", get_tile)])
uvicorn.run(app, port=int(PORT), log_level="warning", access_log=False, lifespan="off")
