"""What has to hold behind the proxy of `docker-compose.yml`, asked from outside as browsers and strangers do."""

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpx

from backend.services.attempts import FROM_ONE_SOURCE
from backend.wsi.deepzoom import REVISION
from tests.factories import PASSWORD

LARGE_BYTES = 64 * 2**20
TUS = {"Tus-Resumable": "1.0.0"}
HEADER_PATIENCE_S = 30
AS_THE_API_SAYS = (
    "content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy", "cache-control",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy", "etag",
)  # fmt: skip


def faults(address: str, api: str, authority: Path, slide_id: str, analysis_id: str) -> Iterator[str]:
    """Name what does not hold at `address`, whose certificate is by `authority`, in front of `api`."""
    with (
        httpx.Client(base_url=address, verify=ssl.create_default_context(cafile=authority), trust_env=False) as outside,
        httpx.Client(base_url=api, trust_env=False, timeout=60) as inside,
    ):
        outside.timeout = httpx.Timeout(60)
        yield from _transport(address, authority)
        yield from _page(outside, inside)
        yield from _signed_in(outside)
        inside.cookies.set("focusscope_session", outside.cookies["focusscope_session"])
        yield from _tiles(outside, inside, slide_id)
        yield from _review(outside, analysis_id)
        yield from _large_upload(outside)
        yield from _guesses(outside)


def _transport(address: str, authority: Path) -> Iterator[str]:
    place = urlsplit(address)
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols(["h2", "http/1.1"])
    to = place.hostname or "", place.port or 443
    with socket.create_connection(to) as plain, context.wrap_socket(plain, server_hostname=place.hostname) as secure:
        if (secure.selected_alpn_protocol(), secure.version()) != ("h2", "TLSv1.3"):
            yield f"HTTP/2 over TLS 1.3 is spoken, not {secure.selected_alpn_protocol()} over {secure.version()}"
    context.set_alpn_protocols(["http/1.1"])
    with socket.create_connection(to) as plain, context.wrap_socket(plain, server_hostname=place.hostname) as secure:
        began = monotonic()
        secure.settimeout(HEADER_PATIENCE_S + 10)
        secure.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        try:
            secure.recv(1)
        except TimeoutError:
            yield f"who never ends a header is not let wait for more than {HEADER_PATIENCE_S} s"
        else:
            if monotonic() - began > HEADER_PATIENCE_S:
                yield "who never ends a header waits long"


def _page(outside: httpx.Client, inside: httpx.Client) -> Iterator[str]:
    for path in ("/", "/api/session"):
        seen, said = outside.get(path), inside.get(path)
        for name in AS_THE_API_SAYS:
            if seen.headers.get_list(name) != said.headers.get_list(name):
                yield f"{name} of {path} is {seen.headers.get_list(name)} instead of {said.headers.get_list(name)}"
        if seen.headers.get_list("strict-transport-security") != ["max-age=31536000"]:
            yield f"HSTS of {path}: {seen.headers.get_list('strict-transport-security')}"
        if "caddy" in seen.headers.get("server", "").lower():
            yield "the server says what it is"
        if ':443"' not in seen.headers.get("alt-svc", ""):
            yield f"HTTP/3 is offered where it is not published: {seen.headers.get('alt-svc')}"
    for path in ("/metrics", "/ready"):
        if outside.get(path).status_code != 404:
            yield f"{path} is shown outside"


def _signed_in(outside: httpx.Client) -> Iterator[str]:
    answer = outside.post("/api/session", json={"username": "admin", "password": PASSWORD},
                          headers={"Origin": str(outside.base_url).rstrip("/")})  # fmt: skip
    cookie = answer.headers.get("set-cookie", "")
    if answer.status_code != 200 or not all(one in cookie for one in ("Secure", "HttpOnly", "SameSite=strict")):
        yield f"signing in: {answer.status_code}, {cookie.partition(';')[2]}"
    foreign = outside.post("/api/session", json={}, headers={"Origin": "https://elsewhere.example"})
    if foreign.status_code != 403:
        yield f"another site's page is answered {foreign.status_code}"


def _tiles(outside: httpx.Client, inside: httpx.Client, slide_id: str) -> Iterator[str]:
    path = f"/api/slides/{slide_id}/deepzoom-{REVISION}_files/8/0_0.jpeg"
    seen, said = outside.get(path), inside.get(path)
    if seen.status_code != 200 or seen.content != said.content or "content-encoding" in seen.headers:
        yield f"the tile is not the same: {seen.status_code}"
    for name in ("etag", "cache-control"):
        if seen.headers.get(name) != said.headers.get(name):
            yield f"{name} of a tile is {seen.headers.get(name)}"
    if outside.get(path, headers={"If-None-Match": seen.headers["etag"]}).status_code != 304:
        yield "a tile that the browser has is sent again"


def _review(outside: httpx.Client, analysis_id: str) -> Iterator[str]:
    address = f"/api/analyses/{analysis_id}/review"
    seen = outside.get(address)
    if seen.headers.get("content-encoding") not in ("gzip", "zstd"):
        yield "JSON is not compressed"
    said = {"id": "6b0e9a0e-6a44-4b1c-9b53-0d7d1f3f7f10", "kind": "comment", "text": "Seen."}
    answer = outside.post(f"{address}/commands", json=said, headers={"If-Match": seen.headers["etag"]})
    if answer.status_code >= 400:
        yield f"a change of the version that was seen is answered {answer.status_code}"


def _large_upload(outside: httpx.Client) -> Iterator[str]:
    name = b64encode(b"large.tiff").decode()
    begun = outside.post("/api/uploads", headers=TUS | {"Upload-Length": str(LARGE_BYTES + 1),
                         "Upload-Metadata": f"filename {name}"})  # fmt: skip
    place = begun.headers.get("location", "")
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    answer = outside.patch(place, content=bytes(LARGE_BYTES), headers=headers)
    offset = outside.head(place, headers=TUS).headers.get("upload-offset")
    if answer.status_code != 204 or offset != str(LARGE_BYTES):
        yield f"{LARGE_BYTES} bytes at once: {answer.status_code}, and {offset} have come"
    if outside.delete(place, headers=TUS).status_code != 204:
        yield "an upload cannot be given up"


def _guesses(outside: httpx.Client) -> Iterator[str]:
    """Guess as a stranger who says of every request that it comes from elsewhere."""
    for number in range(2 * FROM_ONE_SOURCE + 1):  # counted anew, should a window end in between
        said = {"username": f"nobody{number}", "password": "a guess"}
        claimed = f"10.0.{number}.1"
        claims = {"X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"}
        answer = outside.post("/api/session", json=said, headers=claims)
        if answer.status_code == 429:
            return
    yield f"whoever says to come from elsewhere goes on guessing: {answer.status_code}"
