"""What our tiles are measured against, each in a process of its own: python -m tests.benchmarks.tiles.serve KIND …"""

import re
import sys
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openslide
import uvicorn
from anyio.to_thread import run_sync
from openslide.deepzoom import DeepZoomGenerator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.api.tilegate import HEADERS
from backend.core.settings import Settings
from backend.main import SERVER, create_app
from backend.wsi.deepzoom import DeepZoom, coded_levels
from backend.wsi.slide import Slide

ETAG = b'"' + 48 * b"0" + b'"'
PLACE = re.compile(r"/(\d+)/(\d+)_(\d+)\.jpeg$")


def place_in(address: str) -> tuple[int, int, int]:
    """Return (dz_level, column, row)."""
    found = PLACE.search(address)
    assert found
    return int(found[1]), int(found[2]), int(found[3])


def ours(data_dir: str) -> Any:
    """FocusScope as it is served."""
    return create_app(Settings(data_dir=Path(data_dir), redis_url="memory://", _env_file=None))


def openslide_deepzoom(path: str) -> Starlette:
    """What OpenSlide's deepzoom_server does for a tile: its generator, 256 + 0, and Pillow's JPEG at quality 75."""
    generator = DeepZoomGenerator(openslide.OpenSlide(path), tile_size=256, overlap=0)

    def draw(dz_level: int, column: int, row: int) -> bytes:
        data = BytesIO()
        generator.get_tile(dz_level, (column, row)).save(data, "jpeg", quality=75)
        return data.getvalue()

    async def get_tile(request: Request) -> Response:
        return Response(await run_sync(draw, *place_in(request.url.path)), media_type="image/jpeg")

    return Starlette(routes=[Route("/{rest:path}", get_tile)])


def bare(path: str) -> Any:
    """Send the same answers with nothing around it, asking nobody: the limit of this web server."""
    slide = Slide(Path(path))
    levels = coded_levels(slide, DeepZoom.of(slide))

    async def app(scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        dz_level, column, row = place_in(scope["path"])
        data = levels[dz_level].stream(column, row) or b""  # a tile at the edge is sent uncropped
        headers = [(b"content-type", b"image/jpeg"), (b"content-length", str(len(data)).encode()), (b"etag", ETAG)]
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *HEADERS]})
        await send({"type": "http.response.body", "body": data})

    return app


if __name__ == "__main__":
    kind, where, port = sys.argv[1:]
    application = {"ours": ours, "openslide": openslide_deepzoom, "bare": bare}[kind](where)
    uvicorn.run(application, port=int(port), lifespan="on" if kind == "ours" else "off", **SERVER)
