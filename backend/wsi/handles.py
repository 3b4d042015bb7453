"""Slides that are kept open, because opening one costs more than reading a tile."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from backend.wsi.slide import Slide


class _Handle:
    """One slide file: opened by its first reader, closed when unwanted and the last reader has left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.readers = 0
        self.wanted = True
        self.opening = Lock()
        self.slide: Slide | None = None

    def open(self) -> Slide:
        with self.opening:
            self.slide = self.slide or Slide(self.path)
            return self.slide

    def close_if_done(self) -> None:
        if self.slide and not self.wanted and not self.readers:
            self.slide.close()


class Handles:
    """The most recently used slides, open; a slide that somebody reads is never closed under them."""

    def __init__(self, capacity: int = 16) -> None:
        self.capacity = capacity
        self._lock = Lock()
        self._handles: OrderedDict[Path, _Handle] = OrderedDict()

    @contextmanager
    def reading(self, path: Path) -> Iterator[Slide]:
        """Lend the slide at `path`.

        Raises:
            SlideUnreadable: where it does not open.
        """
        handle = self._lend(path)
        try:
            yield handle.open()
        finally:
            self._take_back(handle)

    def discard(self, path: Path) -> None:
        """Forget a slide, or all that lies in a folder, because it is about to be removed."""
        with self._lock:
            for one in [known for known in self._handles if known.is_relative_to(path)]:
                self._retire(self._handles.pop(one))

    def close(self) -> None:
        """Forget all slides."""
        for path in list(self._handles):
            self.discard(path)

    def _lend(self, path: Path) -> _Handle:
        with self._lock:
            handle = self._handles.setdefault(path, _Handle(path))
            self._handles.move_to_end(path)
            handle.readers += 1
            while len(self._handles) > self.capacity:
                self._retire(self._handles.popitem(last=False)[1])
            return handle

    def _take_back(self, handle: _Handle) -> None:
        with self._lock:
            handle.readers -= 1
            if handle.slide is None and not handle.readers:
                self._handles.pop(handle.path, None)
            handle.close_if_done()

    @staticmethod
    def _retire(handle: _Handle) -> None:
        handle.wanted = False
        handle.close_if_done()
