"""A web server that is killed at any byte and step, and connections that are cut: nothing is lost or left over."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import pytest

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.inbox import Expected, Inbox, Incoming
from backend.services import uploads
from backend.storage import Storage
from tests.factories import PASSWORD, Queue

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = 1_000_003


class Server:
    """A web server in a process of its own, on a port of its own."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.settings, self.data_dir = settings, settings.data_dir
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            "FOCUSSCOPE_DATA_DIR": str(self.data_dir), "FOCUSSCOPE_DATABASE_URL": self.settings.database,
            "FOCUSSCOPE_REDIS_URL": "memory://",
        }  # fmt: skip
        command = [sys.executable, "-m", "backend.cli", "serve", "--port", str(self.port)]
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        deadline = monotonic() + 60
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            assert monotonic() < deadline and self.process.poll() is None, (self.data_dir / "server.log").read_text()
            sleep(0.05)

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.process = None

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    server = Server(settings)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def cookie(server: Server, user: User) -> dict[str, str]:
    body = f'{{"username": "{user.username}", "password": "{PASSWORD}"}}'.encode()
    answer = server.ask("POST", "/api/session", {"Content-Type": "application/json"}, body)
    return {"Cookie": (answer.headers["set-cookie"] or "").partition(";")[0]}


def send_some(server: Server, path: str, headers: dict[str, str], data: bytes, cut_after: int) -> None:
    """Announce all of `data`, send a part of it in pieces, and cut the line."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        said = headers | {"Host": "x", "Content-Length": str(len(data))}
        head = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in said.items()) + "\r\n"
        with suppress(OSError):
            line.sendall(head.encode() + data[:cut_after])


@pytest.mark.parametrize("seed", range(2))
def test_server_killed_at_random_bytes_ends_with_the_same_bytes_and_hash(
    seed: int, server: Server, cookie: dict[str, str], storage: Storage, sessions: Sessions
) -> None:
    dice = random.Random(seed)
    data = dice.randbytes(dice.randrange(9_000_000, 30_000_000))
    created = server.ask("POST", "/api/uploads", TUS | cookie | {"Upload-Length": str(len(data))})
    address = created.headers["Location"]
    kills = cuts = 0
    deadline = monotonic() + 60
    while True:
        head = server.ask("HEAD", address, TUS | cookie)
        assert head.status == 200
        offset = int(head.headers["Upload-Offset"])
        headers = TUS | cookie | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        if kills + cuts < 6:
            rest = data[offset:]
            send_some(server, address, headers, rest, dice.randrange(len(rest) // 3 + 1))
            if dice.random() < 0.5:
                sleep(dice.random() * 0.05)
                server.kill()
                server.start()
                kills += 1
            else:
                cuts += 1
            continue
        answer = server.ask("PATCH", address, headers, data[offset:])
        if answer.status in (409, 423) and monotonic() < deadline:  # the connection that was cut is still being read
            sleep(0.1)
            continue
        assert answer.status == 204
        break
    slide_id = answer.headers["Slide-Id"]
    assert (storage.slides / slide_id / "slide").read_bytes() == data
    with sessions() as session:
        assert session.get_one(Slide, UUID(slide_id)).sha256 == sha256(data).hexdigest()
    assert kills and cuts


def begun(inbox: Inbox, user: User, name: str, size_bytes: int) -> Incoming:
    files = [Expected("slide.svs", size_bytes)]
    return inbox.create(owner_id=user.id, name=name, entry="slide.svs", files=files)


STEPS = ["adopting", "digest", "register", "finish"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_server_killed_at_any_step_of_the_end_brings_it_to_its_end_when_it_starts_again(
    step: str, when: str, sessions: Sessions, storage: Storage, user: User, queue: Queue
) -> None:
    data = os.urandom(1000)
    inbox = Inbox(storage.uploads)
    incoming = begun(inbox, user, "Jane Roe", len(data))
    with inbox.writing(incoming, 0) as part:
        part.append(data)
    sessions.kw["bind"].dispose()
    if os.fork() == 0:
        owner = {"adopting": Storage, "digest": Inbox, "register": uploads, "finish": Inbox}[step]
        setattr(owner, step, dying(getattr(owner, step), when))
        with suppress(BaseException):
            uploads.complete(sessions, Inbox(storage.uploads), storage, incoming_id=incoming.id)
        os._exit(1)
    assert os.WEXITSTATUS(os.wait()[1]) == 9

    uploads.recover(sessions, Inbox(storage.uploads), storage)
    with sessions() as session:
        [slide] = session.query(Slide).all()
    assert (slide.id, slide.name, slide.sha256) == (incoming.id, "Jane Roe", sha256(data).hexdigest())
    assert (storage.slides / str(slide.id) / "slide.svs").read_bytes() == data
    assert [path.name for path in storage.slides.iterdir()] == [str(slide.id)]
    left = [path for path in storage.uploads.rglob("*") if path.is_file()]
    assert not any(b"Roe" in path.read_bytes() for path in left) and sum(path.stat().st_size for path in left) < 1000


def dying(step: Callable[..., object], when: str) -> Callable[..., object]:
    """A step at which the process is killed: nothing behind it runs, no clean-up either."""

    def die(*given: object, **named: object) -> None:
        if when == "after":
            done = step(*given, **named)
            if hasattr(done, "__enter__"):
                done.__enter__()
        os._exit(9)

    return die


def test_upload_that_was_abandoned_leaves_nothing(sessions: Sessions, storage: Storage, user: User) -> None:
    inbox = Inbox(storage.uploads)
    incoming = begun(inbox, user, "a", 10)
    uploads.recover(sessions, inbox, storage)
    assert inbox.get(incoming.id)
    for path in Path(storage.uploads).rglob("*"):
        os.utime(path, (0, 0))
    uploads.recover(sessions, inbox, storage)
    assert list(storage.uploads.iterdir()) == []
