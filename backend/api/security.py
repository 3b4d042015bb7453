"""What a browser is told never to do, and what is refused when another site's page makes it ask."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.api.errors import answer_to
from backend.core.errors import FocusScopeError

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Styles alone may stand in the page: its components write their own. No script may, and none is made of text.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
NOT_KEPT = {"Cache-Control": "no-store"}
"""What is said of an answer of the API that does not say itself how long it may be kept."""

_HARMLESS = ("GET", "HEAD", "OPTIONS")
_OWN_PAGES = ("same-origin", "none")


class FromAnotherSite(FocusScopeError):
    """The page of another site makes the browser of somebody who is signed in here ask for a change."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This was asked by a page of another site, so nothing has been done.")


class SecurityHeaders:
    """Add the headers to every answer."""

    def __init__(self, app: ASGIApp, *, tls_only: bool = False) -> None:
        self.app = app
        self._always = _encoded(HEADERS | (TLS_ONLY if tls_only else {}))
        self._of_api = [*self._always, *_encoded(NOT_KEPT)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and put the headers on its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = self._of_api if scope["path"].startswith("/api/") else self._always

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in headers if one[0] not in said)]
            await send(message)

        await self.app(scope, receive, with_headers)


class OwnPagesOnly:
    """Refuse changes that a browser asks for on behalf of another site's page.

    Browsers say so themselves, in headers that no page can set; what is no browser carries nobody's cookie unasked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in _HARMLESS and is_foreign(Headers(scope=scope)):
            await answer_to(Request(scope), FromAnotherSite())(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_foreign(headers: Headers) -> bool:
    """Say whether a browser asks on behalf of another site. Without TLS it tells the page's origin only."""
    if site := headers.get("sec-fetch-site"):
        return site not in _OWN_PAGES
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
