"""A client that uploads, analyses, reviews and signs, and keeps a ledger of each thing that the server acknowledged."""

import socket
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from backend.storage import sha256_of
from tests.api.acting import ANSWERS
from tests.factories import PASSWORD

TUS = {"Tus-Resumable": "1.0.0"}
PIECE_BYTES = 128 * 2**10


class Enough(Exception):
    """The run is over, or the server has not answered for too long."""


@dataclass
class Ledger:
    """What was acknowledged: hashes by slide, slides by analysis, analyses by command, analyses that were signed."""

    slides: dict[str, str] = field(default_factory=dict)
    analyses: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.slides) + len(self.analyses) + len(self.commands) + len(self.signed)


class Clinician(Thread):
    """Works until stopped, asking one server or the other, and asks again while none answers."""

    def __init__(self, addresses: list[str], token: str, phantom: bytes, folder: Path, seed: int) -> None:
        super().__init__(daemon=True)
        self.ledger = Ledger()
        self.may_work, self.is_resting, self.stopped = Event(), Event(), Event()
        self.may_work.set()
        self.cutting = False
        self.cuts = 0
        self.longest_silence_s = 0.0
        self.trouble: str | None = None
        self._addresses, self._phantom, self._folder = addresses, phantom, folder
        self._random = Random(seed)
        self._client = httpx.Client(cookies={"focusscope_session": token}, timeout=60, trust_env=False)
        self._token = token

    def run(self) -> None:
        try:
            while True:
                self._one_slide()
        except Enough:
            pass
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"
        self.is_resting.set()

    def _one_slide(self) -> None:
        slide = self._upload()
        if self._until(f"/api/slides/{slide}", ("ready", "rejected")) != "ready":
            self.ledger.refused.append(f"slide {slide}")
            return
        analysis = self._analyse(slide)
        if self._until(f"/api/analyses/{analysis}", ("succeeded", "failed")) == "succeeded":
            self._review(analysis)
            self._sign(analysis)

    def _upload(self) -> str:
        """Upload a slide of its own kind, cut off at random where that is asked for, and resume."""
        path = self._folder / f"{uuid4().hex}.tiff"
        path.write_bytes(self._phantom + self._random.randbytes(64))
        size, name = path.stat().st_size, b64encode(path.name.encode()).decode()
        made = self._ask("POST", "/api/uploads", headers=TUS | {"Upload-Length": str(size),
                         "Upload-Metadata": f"filename {name}"})  # fmt: skip
        place = made.headers["location"]
        while True:
            told = self._ask("HEAD", place, headers=TUS)
            offset = int(told.headers["upload-offset"])
            if offset == size and (slide := told.headers.get("slide-id")):
                self.ledger.slides[slide] = sha256_of(path)
                path.unlink()
                return str(slide)
            piece = path.read_bytes()[offset : offset + PIECE_BYTES]
            if self.cutting and piece and self._random.random() < 0.5:
                self._cut(place, offset, piece)
            else:
                self._ask("PATCH", place, headers=_patch(offset), content=piece, also=(409, 423, 507, 404))

    def _cut(self, place: str, offset: int, piece: bytes) -> None:
        """Begin to send a piece, and hang up somewhere in it."""
        address = urlsplit(self._random.choice(self._addresses))
        head = _patch(offset) | {"Host": address.netloc, "Content-Length": str(len(piece)),
                                 "Cookie": f"focusscope_session={self._token}"}  # fmt: skip
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        try:
            with socket.create_connection((address.hostname or "", address.port or 80), timeout=10) as connection:
                connection.sendall(f"PATCH {place} HTTP/1.1\r\n{lines}\r\n".encode())
                connection.sendall(piece[: self._random.randrange(len(piece))])
            self.cuts += 1
        except OSError:
            pass

    def _analyse(self, slide: str) -> str:
        answer = self._ask("POST", f"/api/slides/{slide}/analyses", also=(409,))
        if answer.status_code == 409:  # an answer was lost
            answer = self._ask("GET", f"/api/slides/{slide}/analyses")
        told = answer.json()
        analysis = str((told if isinstance(told, dict) else told[0])["id"])
        self.ledger.analyses[analysis] = slide
        return analysis

    def _review(self, analysis: str) -> None:
        x = self._random.randrange(100, 1000)
        drawn = [[[x, 100], [x + 200, 100], [x + 200, 300], [x, 100]]]
        shown = self._ask("GET", f"/api/analyses/{analysis}/review").json()
        proposed = [one["id"] for one in shown["lesions"]]
        mine = {"id": str(uuid4()), "layer": "lesion", "polygon": drawn}
        if proposed:
            self._act(analysis, "verdict", lesion_ids=proposed, verdict="confirmed")
        self._act(analysis, "shape", removed=[], added=[mine])
        self._act(analysis, "comment", text="Seen.")
        self._act(analysis, "fields", fields=ANSWERS)

    def _act(self, analysis: str, kind: str, **said: Any) -> None:
        command = {"id": str(uuid4()), "kind": kind, **said}
        while True:
            review = f"/api/analyses/{analysis}/review"
            version = self._ask("GET", review).headers["ETag"]
            answer = self._ask("POST", f"{review}/commands", json=command, headers={"If-Match": version}, also=(412,))
            if answer.status_code != 412:
                self.ledger.commands[command["id"]] = analysis
                return

    def _sign(self, analysis: str) -> None:
        """Sign once what was drawn is counted, as a reader has to."""
        review = f"/api/analyses/{analysis}/review"
        while True:
            shown = self._ask("GET", review)
            if shown.json()["signed"]:
                break
            told = {"json": {"password": PASSWORD}, "headers": {"If-Match": shown.headers["ETag"]}}
            answer = self._ask("POST", f"{review}/signature", also=(409, 412, 429), **told)
            if answer.status_code < 400:
                break
            self._rest(1)
        self.ledger.signed.add(analysis)

    def _until(self, path: str, ends: tuple[str, ...]) -> str:
        while (status := str(self._ask("GET", path).json()["status"])) not in ends:
            self._rest(0.5)
        return status

    def _ask(self, method: str, path: str, *, also: tuple[int, ...] = (), **said: Any) -> httpx.Response:
        """Ask until there is an answer that is a success, or one of those that are as good.

        Raises:
            Enough: where the run is over.
            AssertionError: where the server refuses.
        """
        began = monotonic()
        while True:
            self._rest(0)
            try:
                answer = self._client.request(method, self._random.choice(self._addresses) + path, **said)
            except httpx.HTTPError:
                answer = None
            if (answer is not None and answer.status_code < 500) or (answer is not None and answer.status_code in also):
                self.longest_silence_s = max(self.longest_silence_s, monotonic() - began)
                assert answer.status_code < 400 or answer.status_code in also, f"{answer} {answer.text[:200]}"
                return answer
            self._rest(0.3)

    def _rest(self, seconds: float) -> None:
        """Wait, and as long as nobody may work."""
        sleep(seconds)
        if not self.may_work.is_set():
            self.is_resting.set()
            while not self.may_work.wait(0.1):
                if self.stopped.is_set():
                    break
            self.is_resting.clear()
        if self.stopped.is_set():
            raise Enough


def _patch(offset: int) -> dict[str, str]:
    return TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
