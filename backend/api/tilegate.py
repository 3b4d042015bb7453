"""The Deep Zoom tiles, answered before the routes: nothing else is asked thousands of times a minute.

A route, with its matching, dependencies and models, costs more than finding the tile does.
"""

import re
from uuid import UUID

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.api.dependencies import SESSION_COOKIE
from backend.api.errors import answer_to
from backend.api.tiledesk import Address, Found, TileDesk
from backend.core.errors import FocusScopeError
from backend.wsi.deepzoom import REVISION

_TILE = re.compile(
    rf"/api/slides/([0-9a-f-]{{36}})/deepzoom-{REVISION}_files/(\d{{1,2}})/(\d{{1,7}})_(\d{{1,7}})\.jpeg"
)
_TOKEN = re.compile(rb"(?:^|[;\s])" + SESSION_COOKIE.encode() + rb"=([\w-]+)")
_GONE = 499  # nobody reads it: whoever asked has left
_FOREVER = (b"cache-control", b"private, max-age=31536000, immutable")


class TileGate:
    """Answer requests for tiles, and pass all others on."""

    def __init__(self, app: ASGIApp, desk: TileDesk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a tile, with 304, or with a sentence that says why not."""
        address = _address(scope)
        if address is None:
            await self._app(scope, receive, send)
            return
        try:
            found = await self._found(address, scope, receive)
        except (FocusScopeError, OperationalError) as error:
            await answer_to(Request(scope), error)(scope, receive, send)
            return
        status, headers = 304, [_FOREVER, (b"etag", found.etag.encode())]
        if found.data is not None:
            status = 200
            headers += [(b"content-type", b"image/jpeg"), (b"content-length", str(len(found.data)).encode())]
        elif not found.unchanged:
            status, headers = _GONE, [(b"cache-control", b"no-store"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": found.data or b""})

    async def _found(self, address: Address, scope: Scope, receive: Receive) -> Found:
        told = dict(scope["headers"])
        token, known = _TOKEN.search(told.get(b"cookie", b"")), told.get(b"if-none-match", b"").decode("latin-1")
        found = await self._desk.find(address, token[1].decode() if token else None, known)
        if found.unchanged or found.data is not None:
            return found
        request = Request(scope, receive)
        await request.body()
        return await self._desk.draw(address, found, request.is_disconnected)


def _address(scope: Scope) -> Address | None:
    if scope["type"] != "http" or scope["method"] != "GET" or not (matched := _TILE.fullmatch(scope["path"])):
        return None
    try:
        slide_id = UUID(matched[1])
    except ValueError:
        return None
    return Address(slide_id, *map(int, matched.group(2, 3, 4)))
