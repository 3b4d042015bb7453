"""Files on their way in: what was announced, which bytes have come, and their hash.

Each slide to be has a folder here under its future id: `record.json` says what was announced, and below `content` lie
the files exactly as they will lie in the slide's folder, so that one rename hands all of them over. **The length of a
file is its offset**: whatever reached the disk before a crash counts, and nothing else does. A finished upload leaves a
record without names, by which a browser that missed the last answer learns that all is well.
"""

import fcntl
import os
import shutil
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from json import dumps, loads
from pathlib import Path
from threading import Lock
from time import time
from typing import Any
from uuid import UUID, uuid4

from backend.core.digests import digest_of
from backend.core.disk import KEPT_FREE_BYTES, is_full
from backend.core.errors import FocusScopeError

DAYS_TO_KEEP = 5
MOST_HASHES = 4096
CATCH_UP_BYTES = 64 * 2**20


class DiskFull(FocusScopeError):
    """There is no room for the file."""

    status = 507

    def __init__(self) -> None:
        super().__init__("The server's disk is full: ask the administrator to make room, then resume the upload.")


class DiskFailed(FocusScopeError):
    """The disk does not take the bytes."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The server could not write to its disk: please resume the upload later.")


class TooManyBytes(FocusScopeError):
    """More bytes came than were announced."""

    def __init__(self) -> None:
        super().__init__("More bytes came than were announced: the file has changed. Please start it again.")


class Busy(FocusScopeError):
    """Another request is writing to the same file."""

    status = 423

    def __init__(self) -> None:
        super().__init__("Another connection is still sending this file: please wait a moment.")


@dataclass(frozen=True, slots=True)
class Expected:
    """One announced file: `place` is where it lies in the slide's folder, `mark` tells it when it is chosen again."""

    place: str
    size_bytes: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A slide on its way: `id` and `name` will be the slide's, and `entry` the file to open."""

    id: UUID
    owner_id: UUID
    name: str
    entry: str
    files: tuple[Expected, ...]
    announced_at: float
    finished: bool = False

    @property
    def size_bytes(self) -> int:
        """Return how many bytes all files have together."""
        return sum(file.size_bytes for file in self.files)


class Inbox:
    """The folder of everything on its way. Several processes may share it; hashes are kept by each for itself."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._hashes: OrderedDict[Path, RunningHash] = OrderedDict()
        self._hashes_lock = Lock()

    def create(self, *, owner_id: UUID, name: str, entry: str, files: Sequence[Expected]) -> Incoming:
        """Announce a slide."""
        incoming = Incoming(uuid4(), owner_id, name, entry, tuple(files), time())
        folder = self.folder(incoming)
        try:
            for index in range(len(files)):
                path = self.path(incoming, index)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            self._write(incoming)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _problem(error) from error
        return incoming

    def get(self, incoming_id: UUID) -> Incoming | None:
        """Return what was announced under this id, if anything was."""
        try:
            record: dict[str, Any] = loads((self.root / incoming_id.hex / "record.json").read_bytes())
        except FileNotFoundError:
            return None
        files = tuple(Expected(file["place"], file["size_bytes"], file.get("mark", "")) for file in record["files"])
        return Incoming(**record | {"id": incoming_id, "owner_id": UUID(record["owner_id"]), "files": files})

    def unfinished(self) -> list[Incoming]:
        """Return all that is on its way, oldest first."""
        ids = [UUID(path.parent.name) for path in self.root.glob("*/record.json")]
        found = [incoming for one in ids if (incoming := self.get(one)) and not incoming.finished]
        return sorted(found, key=lambda one: one.announced_at)

    def folder(self, incoming: Incoming) -> Path:
        """Return where all that belongs to it lies."""
        return self.root / incoming.id.hex

    def content(self, incoming: Incoming) -> Path:
        """Return the folder that becomes the slide's."""
        return self.folder(incoming) / "content"

    def path(self, incoming: Incoming, index: int) -> Path:
        """Return where the bytes of one of its files lie."""
        return self.content(incoming) / incoming.files[index].place

    def offset(self, incoming: Incoming, index: int) -> int:
        """Return how many bytes of a file have come; all, once they were handed over."""
        if not incoming.finished:
            with suppress(FileNotFoundError):
                return self.path(incoming, index).stat().st_size
        return incoming.files[index].size_bytes

    def received(self, incoming: Incoming) -> int:
        """Return how many bytes of all its files have come."""
        return sum(self.offset(incoming, index) for index in range(len(incoming.files)))

    def outstanding(self) -> int:
        """Return how many announced bytes are still to come, of everyone."""
        return sum(one.size_bytes - self.received(one) for one in self.unfinished())

    @contextmanager
    def writing(self, incoming: Incoming, index: int) -> Iterator["Part"]:
        """Lend one of its files to one writer at a time, among all processes; the system ends what a killed one held.

        Raises:
            Busy: while another has it.
            FileNotFoundError: where the bytes have been handed over.
        """
        path = self.path(incoming, index)
        with path.open("r+b", buffering=0) as file:
            _lock(file.fileno())
            yield Part(file.fileno(), incoming.files[index].size_bytes, self._hash_of(path))

    @contextmanager
    def handing_over(self, incoming: Incoming) -> Iterator[None]:
        """Let one at a time make a slide of what has come, and the others wait for that."""
        with (self.folder(incoming) / "lock").open("wb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            yield

    def digest(self, incoming: Incoming, content: Path) -> str:
        """Return the SHA-256 of what has come, where it lies in `content`."""
        hashes = {}
        for index, file in enumerate(incoming.files):
            running = self._hash_of(self.path(incoming, index))
            running.catch_up(content / file.place)
            hashes[file.place] = running.hexdigest()
        return digest_of(hashes)

    def finish(self, incoming: Incoming) -> None:
        """Remember that it became a slide, and no more."""
        bare = [Expected(place="", size_bytes=file.size_bytes) for file in incoming.files]
        with self._hashes_lock:
            for index in range(len(incoming.files)):
                self._hashes.pop(self.path(incoming, index), None)
        self._write(replace(incoming, name="", entry="", files=tuple(bare), finished=True))

    def discard(self, incoming: Incoming) -> None:
        """Forget it, with all that has come.

        Raises:
            Busy: while bytes are being written.
        """
        with suppress(FileNotFoundError):
            for index in range(0 if incoming.finished else len(incoming.files)):
                with self.writing(incoming, index):
                    pass
        shutil.rmtree(self.folder(incoming), ignore_errors=True)

    def expires_at(self, incoming: Incoming) -> float:
        """Return when it will be removed if nobody goes on with it, in seconds since 1970."""
        return _last_change(self.folder(incoming)) + DAYS_TO_KEEP * 86400

    def abandoned(self) -> list[Incoming]:
        """Return what is on its way and nobody has gone on with for days."""
        return [one for one in self.unfinished() if self.expires_at(one) < time()]

    def remove_stale(self) -> None:
        """Remove what nobody has gone on with for days."""
        oldest = time() - DAYS_TO_KEEP * 86400
        for one in self.root.iterdir() if self.root.exists() else ():
            if _last_change(one) < oldest:
                shutil.rmtree(one) if one.is_dir() else one.unlink(missing_ok=True)

    def _write(self, incoming: Incoming) -> None:
        path = self.folder(incoming) / "record.json"
        part = path.with_suffix(f".{uuid4().hex}.part")
        part.write_text(dumps(asdict(incoming), default=str), encoding="utf-8")
        part.replace(path)

    def _hash_of(self, path: Path) -> "RunningHash":
        with self._hashes_lock:
            running = self._hashes.setdefault(path, RunningHash())
            self._hashes.move_to_end(path)
            while len(self._hashes) > MOST_HASHES:
                self._hashes.popitem(last=False)
            return running


class RunningHash:
    """The SHA-256 of the first `position` bytes of a file that only grows.

    After a restart it begins anew and reads what is there, a little with each write, so that no answer waits long.
    """

    def __init__(self) -> None:
        self._sha256 = sha256()
        self.position = 0

    def update(self, data: bytes | bytearray, position: int) -> None:
        """Go on with bytes that were written at `position`; not if others before them are missing."""
        if position == self.position:
            self._sha256.update(data)
            self.position += len(data)

    def catch_up(self, path: Path | int, at_most: int | None = None) -> None:
        """Read on in a file, by path or descriptor."""
        with open(path, "rb", buffering=0, closefd=not isinstance(path, int)) as file:
            end = self.position + at_most if at_most else None
            while end is None or self.position < end:
                data = os.pread(file.fileno(), 2**20, self.position)
                if not data:
                    return
                self.update(data, self.position)

    def hexdigest(self) -> str:
        """Return the hash as it stands."""
        return self._sha256.hexdigest()


@dataclass(slots=True)
class Part:
    """A file that is being written, by its descriptor."""

    descriptor: int
    size_bytes: int
    running: RunningHash

    @property
    def offset(self) -> int:
        """Return how many bytes there are."""
        return os.fstat(self.descriptor).st_size

    def append(self, data: bytes | bytearray) -> None:
        """Write some bytes at the end, to the disk.

        Raises:
            DiskFull: where there is no room; what was written stays and counts.
            DiskFailed: for any other trouble with the disk.
            TooManyBytes: where they are more than was announced.
        """
        offset = self.offset
        if offset + len(data) > self.size_bytes:
            raise TooManyBytes
        try:
            disk = os.fstatvfs(self.descriptor)
            if disk.f_bavail * disk.f_frsize < KEPT_FREE_BYTES + len(data):
                raise DiskFull
            _write_all(self.descriptor, data, offset)
            os.fdatasync(self.descriptor)
        except OSError as error:
            raise _problem(error) from error
        if self.running.position < offset:
            self.running.catch_up(self.descriptor, CATCH_UP_BYTES)
        self.running.update(data, offset)


def _write_all(descriptor: int, data: bytes | bytearray, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Busy from error


def _problem(error: OSError) -> FocusScopeError:
    return DiskFull() if is_full(error) else DiskFailed()


def _last_change(path: Path) -> float:
    """Return when anything in a folder changed last; now, for one that goes meanwhile."""
    try:
        return max((one.stat().st_mtime for one in (path, *path.rglob("*"))), default=0.0)
    except FileNotFoundError:
        return time()
