"""How often one caller may ask, and one network address: neither a page nor a program has cause to ask more often."""

import re
from hashlib import sha256
from math import ceil
from time import monotonic

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.api.dependencies import SESSION_COOKIE, address_of
from backend.api.errors import answer_to
from backend.core.errors import FocusScopeError

CALLERS_OF_AN_ADDRESS = 20
"""A whole hospital may have one address: it may ask so many times as often as one caller."""
MOST_KNOWN = 20_000
_FREE = re.compile(r"/api/slides/[^/]+/deepzoom-|/api/analyses/[^/]+/maps/|/api/uploads")
"""What is asked for in hundreds: tiles, and the pieces of uploads, which have bounds of their own."""


class TooManyRequests(FocusScopeError):
    """A program gone wrong, or somebody who means harm."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests: please try again in {seconds} s.")


class Allowance:
    """How much each of many callers has left: `most` at once, and as many a minute in the long run."""

    def __init__(self, most: int) -> None:
        self._most, self._per_s = most, most / 60
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, caller: str, now: float) -> float:
        """Take one from what a caller has left; where that is nothing, return how long it takes to have one again."""
        left, at = self._left.pop(caller, (self._most, now))
        left = min(self._most, left + (now - at) * self._per_s)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_s
        self._left[caller] = left if wait else left - 1, now
        if len(self._left) > MOST_KNOWN:  # whoever has not asked for longest has most likely everything again
            del self._left[next(iter(self._left))]
        return wait


class RequestLimit:
    """Answer 429 to whoever asks too often. Each process counts for itself."""

    def __init__(self, app: ASGIApp, *, per_minute: int) -> None:
        self.app = app
        self._callers = Allowance(per_minute)
        self._addresses = Allowance(per_minute * CALLERS_OF_AN_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or say when to ask again."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/") or _FREE.match(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        address, now = address_of(request), monotonic()
        says = request.headers.get("authorization") or request.cookies.get(SESSION_COOKIE, "")
        caller = f"{address} {sha256(says.encode(errors='replace')).hexdigest()}"
        wait = max(self._addresses.wait_s(address, now), self._callers.wait_s(caller, now))
        if not wait:
            await self.app(scope, receive, send)
            return
        answer = answer_to(request, TooManyRequests(ceil(wait)))
        answer.headers["Retry-After"] = str(ceil(wait))
        await answer(scope, receive, send)
