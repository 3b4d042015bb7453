"""What a browser does, in a few lines: sign in, upload by the tus protocol, ask and follow."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from backend.core.errors import FocusScopeError

CHUNK_BYTES = 8 * 2**20


class Refused(FocusScopeError):
    """The server said no, in a sentence."""


class Browser:
    """A signed-in user of the API at `address`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))

    def is_healthy(self) -> bool:
        """Say whether the server can serve."""
        try:
            return bool(self.ask("GET", "/ready")["ready"])
        except (Refused, URLError, ConnectionError):
            return False

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send JSON and return JSON.

        Raises:
            Refused: with the server's sentence.
        """
        data = None if body is None else json.dumps(body).encode()
        answer, _ = self._send(method, path, data, {"Content-Type": "application/json"})
        return json.loads(answer) if answer else None

    def upload(self, path: Path, on_progress: Callable[[float], None]) -> str:
        """Upload a file in pieces and return the id of the slide that it becomes."""
        size = path.stat().st_size
        metadata = f"filename {b64encode(path.name.encode()).decode()}"
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": metadata}
        _, created = self._send("POST", "/api/uploads", b"", headers)
        answer: Mapping[str, str] = {}
        with path.open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                offset = file.tell() - len(piece)
                headers = {
                    "Tus-Resumable": "1.0.0",
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                }
                _, answer = self._send("PATCH", created["location"], piece, headers)
                on_progress(file.tell() / size)
        return answer["slide-id"]

    def _send(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[bytes, Mapping[str, str]]:
        request = Request(self.address + path, data, dict(headers), method=method)  # noqa: S310 - our own address
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.read(), {name.lower(): value for name, value in answer.headers.items()}
        except HTTPError as error:
            raise Refused(_sentence_in(error.read())) from error


def _sentence_in(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["detail"])
    except (ValueError, KeyError, TypeError):
        return "The server did not answer as expected."
