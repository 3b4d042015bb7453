"""An object store as it is asked: whole files, ranges of them, and what is there."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from os import pwrite
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from backend.core.errors import FocusScopeError
from backend.core.settings import Settings
from backend.storage import Stamp

log = logging.getLogger(__name__)

PART_BYTES = 16 * 2**20
_AT_ONCE = 4
_RANGES_KEPT_BYTES = 128 * 2**20

Answer = TypeVar("Answer")


class StoreFailed(FocusScopeError):
    """The object store did not do what it was asked, after several tries."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The slide store does not answer: nothing is lost, please try again in a moment.")


class Bucket:
    """What is asked of an object store: put, get, read a range, look, remove. Each is tried several times."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    @classmethod
    def of(cls, settings: Settings) -> "Bucket":
        """Open `s3://bucket/prefix`; what is not set comes from the usual variables `AWS_…`."""
        address = urlsplit(settings.store)
        if address.scheme != "s3" or not address.netloc:
            raise FocusScopeError("FOCUSSCOPE_STORE is not of the form s3://bucket/prefix.")
        told: dict[str, Any] = {
            "endpoint": settings.store_endpoint, "access_key_id": settings.store_key_id,
            "secret_access_key": settings.store_secret, "region": settings.store_region,
        }  # fmt: skip
        backoff: Any = {
            "init_backoff": timedelta(seconds=0.2), "max_backoff": timedelta(seconds=5), "base": 2
        }  # fmt: skip
        store = S3Store(
            address.netloc,
            prefix=address.path.strip("/") or None,
            client_options={
                "allow_http": settings.store_endpoint.startswith("http://"),
                "timeout": timedelta(seconds=max(2, settings.store_patience_s / 4)),
            },
            retry_config={
                "max_retries": 6, "backoff": backoff,
                "retry_timeout": timedelta(seconds=settings.store_patience_s),
            },
            **{name: value for name, value in told.items() if value},
        )  # fmt: skip
        return cls(store)

    def put(self, key: str, content: Path | bytes) -> None:
        """Store a file, or bytes, in parts where it is large; it is there as a whole or not at all."""
        _asked(lambda: obstore.put(self._store, key, content, chunk_size=PART_BYTES, max_concurrency=_AT_ONCE))

    def get(self, key: str, size_bytes: int, path: Path) -> None:
        """Write an object of known size to a file, as a whole or not at all."""
        part = path.with_name(f"{path.name}.{uuid4().hex}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file, ThreadPoolExecutor(_AT_ONCE) as pool:

                def copy(start: int) -> None:
                    pwrite(file.fileno(), self.read(key, start, min(PART_BYTES, size_bytes - start)), start)

                list(pool.map(copy, range(0, size_bytes, PART_BYTES)))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def content(self, key: str) -> bytes | None:
        """Return all of an object; None where there is none."""
        try:
            return bytes(_asked(lambda: obstore.get(self._store, key).bytes()))
        except FileNotFoundError:
            return None

    def read(self, key: str, offset: int, length: int) -> bytes:
        """Return a range of an object."""
        return bytes(_asked(lambda: obstore.get_range(self._store, key, start=offset, length=length)))

    def stamp(self, key: str) -> Stamp | None:
        """Return size and tag of an object; None where there is none."""
        try:
            told = _asked(lambda: obstore.head(self._store, key))
        except FileNotFoundError:
            return None
        return told["size"], str(told["e_tag"])

    def below(self, prefix: str) -> dict[str, Stamp]:
        """Return all keys below a folder, with size and tag of each."""

        def pages() -> dict[str, Stamp]:
            found = (one for page in obstore.list(self._store, prefix) for one in page)
            return {one["path"]: (one["size"], str(one["e_tag"])) for one in found}

        return _asked(pages)

    def remove(self, keys: list[str]) -> None:
        """Remove objects; those that are not there already are no error."""
        with suppress(FileNotFoundError):
            for start in range(0, len(keys), 500):
                _asked(partial(obstore.delete, self._store, keys[start : start + 500]))


def _asked(ask: Callable[[], Answer]) -> Answer:
    """Ask the store; it tries again by itself, with growing waits.

    Raises:
        StoreFailed: where it still does not do it.
        FileNotFoundError: where there is no such object.
    """
    try:
        return ask()
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        log.exception("The object store failed")
        raise StoreFailed from error


class Ranges:
    """Parts of objects that were read a moment ago, kept in memory up to a bound."""

    def __init__(self, most_bytes: int = _RANGES_KEPT_BYTES) -> None:
        self._most_bytes, self._lock = most_bytes, Lock()
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._bytes = 0

    def get(self, tag: str, offset: int, length: int) -> bytes | None:
        """Return what is kept."""
        with self._lock:
            data = self._kept.get((tag, offset, length))
            if data is not None:
                self._kept.move_to_end((tag, offset, length))
            return data

    def put(self, tag: str, offset: int, data: bytes) -> None:
        """Keep it, and let go of what was asked for least recently."""
        with self._lock:
            if (tag, offset, len(data)) not in self._kept:
                self._kept[tag, offset, len(data)] = data
                self._bytes += len(data)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])


class RangeFile:
    """An object of which parts are read."""

    def __init__(self, bucket: Bucket, ranges: Ranges, key: str, stamp: Stamp) -> None:
        self.size, tag = stamp
        self._bucket, self._ranges, self._key, self._tag = bucket, ranges, key, f"{key} {tag}"

    def read(self, offset: int, length: int) -> bytes:
        """Read from the store, unless it is kept."""
        data = self.read_from_memory(offset, length)
        if data is None:
            data = self._bucket.read(self._key, offset, length)
            self._ranges.put(self._tag, offset, data)
        return data

    def read_from_memory(self, offset: int, length: int) -> bytes | None:
        """Return what is kept; None where the store would have to be asked."""
        return self._ranges.get(self._tag, offset, length)
