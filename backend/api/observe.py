"""Each request gets an id, a line in the log and a place in the measurements; tiles are measured elsewhere."""

import logging
from time import perf_counter

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.api.metrics import REQUESTS
from backend.core.logs import REQUEST_ID, request_id

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
QUIET = frozenset(("/health", "/ready", "/metrics"))
"""What is asked every few seconds by machines."""


class Observed:
    """Passes requests on, and sees how they are answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; note when its answer began and what it was."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, seconds = perf_counter(), 500, 0.0
        identity = request_id(Headers(scope=scope).get(HEADER))
        REQUEST_ID.set(identity)

        async def observed(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], perf_counter() - began
                message["headers"] = [*message["headers"], (HEADER.lower().encode(), identity.encode())]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        finally:
            if "route" in scope:  # tiles have none
                _note(scope["method"], _template(scope), status, seconds or perf_counter() - began)


def _note(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, status).observe(seconds)
    if route not in QUIET:
        said = {"method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1)}
        log.info("answered", extra=said)


def _template(scope: Scope) -> str:
    """Return the address with names for what changes in it; an address of the page is not told, it may be anything."""
    route: str = scope["route"].path
    if ":path}" in route:
        return "page"
    above = scope["path"].split("/")[: -route.count("/")]
    return "/".join(above) + route
