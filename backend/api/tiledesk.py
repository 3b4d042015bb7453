"""Where tiles are handed out: what lies ready by some threads, what must be drawn by others, so that neither starves.

Both kinds are bounded and apart from the threads of all other requests.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count
from uuid import UUID

from sqlalchemy import Engine

from backend.core.errors import NotFound
from backend.services.viewing import Viewing
from backend.storage import Storage
from backend.wsi.deepzoom import REVISION, DeepZoom, encode_jpeg, stored_tile, tile
from backend.wsi.handles import Handles
from backend.wsi.tilecache import TileCache

_READERS = 4


@dataclass(frozen=True, slots=True)
class Address:
    """Which tile of which slide."""

    slide_id: UUID
    dz_level: int
    column: int
    row: int

    @property
    def name(self) -> str:
        """What the tile is called among those of its slide."""
        return f"{REVISION}-{self.dz_level}-{self.column}-{self.row}"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a tile that may be shown: its tag, whether the browser has it, and its bytes if at hand."""

    etag: str
    entry: str
    unchanged: bool = False
    data: bytes | None = None


class TileDesk:
    """The tiles of all slides."""

    def __init__(self, engine: Engine, storage: Storage, handles: Handles, cache_bytes: int) -> None:
        self._viewing, self._storage, self._handles = Viewing(engine), storage, handles
        self._cache = TileCache(storage.slides, cache_bytes)
        self._readers = ThreadPoolExecutor(_READERS, "tile-reader")
        drawers = max(2, cpu_count() or 2)
        self._drawers, self._turn = ThreadPoolExecutor(drawers, "tile-drawer"), asyncio.Semaphore(drawers)

    async def find(self, address: Address, token: str | None, known: str | None) -> Found:
        """Ask who wants it, and return the tile if it is stored in the file or has been drawn before.

        `known` is the tag of what the browser has.

        Raises:
            FocusScopeError: where there is no such tile, or it is not for the holder of this token.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._find, address, token, known)

    async def draw(self, address: Address, found: Found, unwanted: Callable[[], Awaitable[bool]]) -> Found:
        """Draw a tile that is not at hand, and keep it; skip it if it is `unwanted` by the time its turn comes."""
        async with self._turn:
            if await unwanted():
                return found
            return await asyncio.get_running_loop().run_in_executor(self._drawers, self._draw, address, found)

    def close(self) -> None:
        """End the threads."""
        self._readers.shutdown(cancel_futures=True)
        self._drawers.shutdown(cancel_futures=True)

    def _find(self, address: Address, token: str | None, known: str | None) -> Found:
        shown = self._viewing.shown(slide_id=address.slide_id, token=token)
        found = Found(f'"{shown.sha256[:32]}-{address.name}"', shown.entry)
        if found.etag in (known or ""):  # it may be one of several
            return replace(found, unchanged=True)
        with self._handles.reading(self._storage.slide_file(address.slide_id, shown.entry)) as slide:
            pyramid = DeepZoom.of(slide)
            if not pyramid.has(address.dz_level, address.column, address.row):
                raise NotFound("The slide has no such tile.")
            data = stored_tile(slide, pyramid, address.dz_level, address.column, address.row)
        return replace(found, data=data or self._cache.get(self._storage.slide_folder(address.slide_id), address.name))

    def _draw(self, address: Address, found: Found) -> Found:
        with self._handles.reading(self._storage.slide_file(address.slide_id, found.entry)) as slide:
            rgb = tile(slide, DeepZoom.of(slide), address.dz_level, address.column, address.row)
        data = encode_jpeg(rgb)
        self._cache.put(self._storage.slide_folder(address.slide_id), address.name, data)
        return replace(found, data=data)
