"""The Deep Zoom tiles. Nothing else is asked thousands of times a minute, so most never reach a route.

`TileGate` stands before everything else and answers those who may see the slide by the session in their cookie. All
other questions, and all refusals, are `get_tile`'s.
"""

import re
from contextlib import suppress
from functools import partial
from time import perf_counter
from uuid import UUID

from fastapi import FastAPI
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from backend.api.dependencies import SESSION_COOKIE
from backend.api.metrics import DRAWN, STORED
from backend.api.scopes import secret_in
from backend.api.tiledesk import Place, Sight, TileDesk
from backend.core.errors import FocusScopeError
from backend.services.viewing import ApiSecret
from backend.wsi.deepzoom import REVISION
from backend.wsi.srgb import SRGB_REVISION


class _Number(IntegerConvertor):
    """A number in an address; Python would not read one of thousands of digits."""

    regex = "[0-9]{1,9}"


register_url_convertor("int", _Number())

_PLACE = "{dz_level:int}/{column:int}_{row:int}.jpeg"
TILE = f"/api/slides/{{slide_id:uuid}}/deepzoom-{REVISION}_files/{_PLACE}"
SRGB_TILE = f"/api/slides/{{slide_id:uuid}}/deepzoom-{REVISION}-srgb-{SRGB_REVISION}_files/{_PLACE}"
_TILE = re.compile(
    rf"/api/slides/([0-9a-f-]{{36}})/deepzoom-{REVISION}_files/(\d{{1,2}})/(\d{{1,7}})_(\d{{1,7}})\.jpeg"
)
_TOKEN = re.compile(rb"(?:^|[;\s])" + SESSION_COOKIE.encode() + rb"=([\w-]+)")
_FOREVER = "private, max-age=31536000, immutable"
HEADERS = [
    (b"cache-control", _FOREVER.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
"""What every answer with a tile says, beside its own."""

_GONE = 499  # nobody reads it: whoever asked has left


class TileGate:
    """The application: answers with tiles, and leaves everything else to `app`."""

    def __init__(self, app: FastAPI, desk: TileDesk) -> None:
        self.app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a tile or 304, or pass the request on."""
        if not (
            scope["type"] == "http"
            and (matched := _TILE.fullmatch(scope["path"]))
            and scope["method"] == "GET"
            and await self._answered(matched, scope, receive, send)
        ):
            await self.app(scope, receive, send)

    async def _answered(self, matched: re.Match[str], scope: Scope, receive: Receive, send: Send) -> bool:
        told = dict(scope["headers"])
        token = _TOKEN.search(told.get(b"cookie", b""))
        began = perf_counter()
        sight = token and await self._seen(matched[1], token[1].decode())
        if not sight:
            return False
        place = Place(int(matched[2]), int(matched[3]), int(matched[4]))
        level, name = sight.find(place)
        etag = sight.tag(name).encode()
        if etag in told.get(b"if-none-match", b""):  # it may be one of several
            await _send(send, 304, [(b"etag", etag), *HEADERS], b"")
            return True
        source = STORED
        try:
            data = level and await self._desk.read(level, place)
            if not data:
                has_left = partial(_has_left, Request(scope, receive))
                data, source = await self._desk.drawn(sight, place, name, has_left), DRAWN
        except FocusScopeError:  # said with all that belongs to an answer
            await self.app(scope, _begun_again(receive), send)
            return True
        if data is None:
            await _send(send, _GONE, [(b"cache-control", b"no-store")], b"")
            return True
        length = str(len(data)).encode()
        own = [(b"content-type", b"image/jpeg"), (b"content-length", length), (b"etag", etag)]
        source.observe(perf_counter() - began)
        await _send(send, 200, [*own, *HEADERS], data)
        return True

    async def _seen(self, slide_id: str, token: str) -> Sight | None:
        if sight := self._desk.remembered(slide_id, token):
            return sight
        with suppress(FocusScopeError, ValueError):  # no such slide for them, or no id
            return await self._desk.sight(UUID(slide_id), token)
        return None


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes | bytearray) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _has_left(request: Request) -> bool:
    await request.body()  # until then a request does not know that it has been given up
    return await request.is_disconnected()


def _begun_again(receive: Receive) -> Receive:
    """Let the body, which is empty, be received once more by whoever is asked next."""
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive_again() -> Message:
        return next(messages, None) or await receive()

    return receive_again


async def get_tile(request: Request) -> Response:
    """Answer with a tile, with 304, or with a sentence that says why not."""
    return await _tile(request, srgb=False)


async def get_srgb_tile(request: Request) -> Response:
    """Answer with a tile in sRGB, as `get_tile` does with one in its stored colours."""
    return await _tile(request, srgb=True)


async def _tile(request: Request, *, srgb: bool) -> Response:
    began, desk = perf_counter(), request.app.state.desk
    asked = request.path_params
    secret = secret_in(request)
    token = ApiSecret(secret) if secret else request.cookies.get(SESSION_COOKIE)
    sight = await desk.sight(asked["slide_id"], token)
    place = Place(asked["dz_level"], asked["column"], asked["row"], srgb)
    level, name = sight.find(place)
    etag = sight.tag(name)
    headers = {"Cache-Control": _FOREVER, "ETag": etag}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    data, source = level and await desk.read(level, place), STORED
    if not data:
        data, source = await desk.drawn(sight, place, name, partial(_has_left, request)), DRAWN
    if data is None:
        return Response(status_code=_GONE, headers={"Cache-Control": "no-store"})
    source.observe(perf_counter() - began)
    return Response(bytes(data), media_type="image/jpeg", headers=headers)
