"""Tiles that were drawn: the latest in memory, those that were costly on disk as well, both up to a bound."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from os import DirEntry, scandir
from pathlib import Path
from threading import Lock
from uuid import UUID, uuid4

FOLDER = "tiles"
_SCAN_AFTER = 1 / 16  # of the bound: as much may have been written since the folders were last measured
_KEPT = 0.75


class RecentTiles:
    """The tiles that were asked for last, in memory. For one thread only."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._tiles: OrderedDict[tuple[UUID, str], bytes] = OrderedDict()

    def get(self, slide_id: UUID, name: str) -> bytes | None:
        """Return a tile of a slide, if it is kept."""
        data = self._tiles.get((slide_id, name))
        if data is not None:
            self._tiles.move_to_end((slide_id, name))
        return data

    def put(self, slide_id: UUID, name: str, data: bytes) -> None:
        """Keep a tile, and forget those that nobody has asked for the longest."""
        self._bytes += len(data) - len(self._tiles.pop((slide_id, name), b""))
        self._tiles[slide_id, name] = data
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._tiles.popitem(last=False)[1])


class TileCache:
    """What was drawn of the slides whose folders lie in `slides`; it goes with the slide's folder.

    Several processes may share the folders: each measures what all have written.
    """

    def __init__(self, slides: Path, most_bytes: int) -> None:
        self._slides, self._most_bytes = slides, most_bytes
        self._lock = Lock()
        self._unmeasured: float = most_bytes  # whatever an earlier process left

    def get(self, slide: Path, name: str) -> bytes | None:
        """Return a tile of the slide in this folder, if it is kept."""
        try:
            return (slide / FOLDER / name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, slide: Path, name: str, data: bytes) -> None:
        """Keep a tile; one that finds no room, or whose slide has been removed meanwhile, is not kept."""
        part = slide / FOLDER / f"{name}.{uuid4().hex}.part"
        try:
            try:
                part.write_bytes(data)
            except FileNotFoundError:  # the first one of this slide
                part.parent.mkdir(exist_ok=True)
                part.write_bytes(data)
            part.replace(slide / FOLDER / name)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        self._note(len(data))

    def _note(self, written: int) -> None:
        with self._lock:
            self._unmeasured += written
            if self._unmeasured < self._most_bytes * _SCAN_AFTER:
                return
            self._unmeasured = 0
        self._trim()

    def _trim(self) -> None:
        """Remove the oldest tiles if all of them together exceed the bound."""
        kept = []
        for entry in self._files():
            with suppress(FileNotFoundError):
                kept.append((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path))
        total = sum(size for _, size, _ in kept)
        if total <= self._most_bytes:
            return
        for _, size, path in sorted(kept):
            Path(path).unlink(missing_ok=True)
            total -= size
            if total <= self._most_bytes * _KEPT:
                return

    def _files(self) -> Iterator[DirEntry[str]]:
        for folder in self._slides.glob(f"*/{FOLDER}"):
            with suppress(FileNotFoundError), scandir(folder) as entries:
                yield from entries
