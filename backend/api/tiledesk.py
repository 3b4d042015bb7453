"""Where tiles are handed out: what lies ready by some threads, what must be drawn by others, so that neither starves.

Both kinds are bounded and apart from the threads of all other requests; what lies in memory needs no thread.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import PurePosixPath
from time import thread_time
from typing import NamedTuple
from uuid import UUID

from backend.core.errors import NoColourProfile, NotFound
from backend.services import access
from backend.services.audit import Look, Looks
from backend.services.viewing import Viewing
from backend.storage import Storage
from backend.wsi.coded import CodedLevel
from backend.wsi.deepzoom import REVISION, DeepZoom, coded_levels, decode_jpeg, encode_jpeg, tile
from backend.wsi.handles import Handles
from backend.wsi.levels import FILE, PLACES, levels_in, read_levels, read_places
from backend.wsi.slide import RGB
from backend.wsi.srgb import SRGB_REVISION
from backend.wsi.tilecache import RecentTiles, TileCache

REMEMBERED_S = 3.0
"""How long it is remembered that somebody may see a slide; what this process changes itself is noticed at once."""

_MOST_REMEMBERED = 128  # each keeps its slide's file open
_READERS = 4
_RECENT_BYTES = 32 * 2**20
PATIENCE_S = 0.05
"""Who has waited for a drawn tile no longer than this is taken to wait still: asking would cost as much as drawing."""

COSTLY_S = 0.001
"""What takes a processor no longer than this to draw is not kept on disk: writing a file would take it as long."""


class Place(NamedTuple):
    """Which tile of a slide."""

    dz_level: int
    column: int
    row: int
    srgb: bool = False

    @property
    def at(self) -> tuple[int, int, int]:
        """(dz_level, column, row)."""
        return self[:3]

    @property
    def name(self) -> str:
        """What the tile is called among those of its slide."""
        colours = f"-srgb-{SRGB_REVISION}" if self.srgb else ""
        return f"{REVISION}{colours}-{self.dz_level}-{self.column}-{self.row}"


@dataclass(frozen=True, slots=True)
class Sight:
    """A slide that somebody may see: the file to open, its hash, and by `dz_level` what is stored as it is sent.

    `coded` lies in the file, `built` was added after the upload. `changes` is how often permissions had changed when
    `user_id` asked for it.
    """

    slide_id: UUID
    entry: str
    sha256: str
    coded: dict[int, CodedLevel]
    built: dict[int, CodedLevel]
    pyramid: DeepZoom
    changes: int
    user_id: UUID
    token_id: UUID | None

    def find(self, place: Place) -> tuple[CodedLevel | None, str]:
        """Return the level that has this tile as it is sent, if one has, and the name of the tile.

        A tile that was built may differ by rounding from the one that was drawn before, so it has another name.
        """
        for levels, kind in ((self.coded, ""), (self.built, "-built")):
            level = levels.get(place.dz_level)
            if level and level.has(place.column, place.row):
                return None if place.srgb else level, place.name + kind
        return None, place.name

    def tag(self, name: str) -> str:
        """Return what a browser knows the tile of this name by."""
        return f'"{self.sha256[:32]}-{name}"'

    def built_tile(self, place: Place) -> RGB | None:
        """Return the pixels of a tile that was built, or None where it was not."""
        level = self.built.get(place.dz_level)
        data = level.stream(place.column, place.row) if level and level.has(place.column, place.row) else None
        return decode_jpeg(data) if data else None


class Afar(NamedTuple):
    """What is known of a slide on another machine; `coded` tiles lie in its file, `built` ones in its levels."""

    pyramid: DeepZoom
    has_profile: bool
    coded: dict[int, CodedLevel]
    built: dict[int, CodedLevel]


class TileDesk:
    """The tiles of all slides."""

    def __init__(self, viewing: Viewing, storage: Storage, handles: Handles, looks: Looks, cache_bytes: int) -> None:
        self._looks, self._noter = looks, ThreadPoolExecutor(1, "look-noter")
        self._viewing, self._storage, self._handles = viewing, storage, handles
        self._cache, self._recent = TileCache(storage.slides, cache_bytes), RecentTiles(_RECENT_BYTES)
        self._afar: dict[tuple[UUID, str], Afar] = {}
        self._sights: dict[tuple[str | None, str], Sight] = {}  # by token and slide
        self._asking: dict[tuple[str | None, str], asyncio.Task[Sight]] = {}
        self._readers = ThreadPoolExecutor(_READERS, "tile-reader")
        drawers = max(2, cpu_count() or 2)
        self._drawers = ThreadPoolExecutor(drawers, "tile-drawer")
        self._turn = asyncio.Semaphore(2 * drawers)  # whoever has drawn a tile finds the next one waiting

    def remembered(self, slide_id: str, token: str | None) -> Sight | None:
        """Return what the holder of this token was allowed to see a moment ago, unless anything has changed."""
        sight = self._sights.get((token, slide_id))
        return sight if sight and sight.changes == access.changes() else None

    async def sight(self, slide_id: UUID, token: str | None) -> Sight:
        """Ask whether the holder of this token may see the slide; a screen full of tiles asks once.

        Raises:
            FocusScopeError: where they may not, or there is none.
        """
        if sight := self.remembered(str(slide_id), token):
            return sight
        asked = token, str(slide_id)
        if asking := self._asking.get(asked):
            sight = await asyncio.shield(asking)
            return sight if sight.changes == access.changes() else await self._ask(slide_id, token)
        self._asking[asked] = asking = asyncio.create_task(self._ask(slide_id, token))
        asking.add_done_callback(lambda _: self._asking.pop(asked))
        return await asyncio.shield(asking)

    async def _ask(self, slide_id: UUID, token: str | None) -> Sight:
        loop, asked = asyncio.get_running_loop(), (token, str(slide_id))
        sight = await loop.run_in_executor(self._readers, self._sight, slide_id, token)
        look = Look("slide.view", slide_id, sight.user_id, sight.token_id)
        if not self._looks.is_known(look):
            await loop.run_in_executor(self._noter, self._looks.note, look)
        if len(self._sights) < _MOST_REMEMBERED:
            self._sights[asked] = sight
            loop.call_later(REMEMBERED_S, self._sights.pop, asked, None)
        return sight

    async def read(self, level: CodedLevel, place: Place) -> bytes | bytearray | None:
        """Read a tile as it is stored, or None where it must be drawn."""
        if data := level.stream_from_memory(place.column, place.row):
            return data
        return await asyncio.get_running_loop().run_in_executor(self._readers, level.stream, place.column, place.row)

    async def drawn(
        self, sight: Sight, place: Place, name: str, unwanted: Callable[[], Awaitable[bool]]
    ) -> bytes | None:
        """Return a tile that was drawn before, or draw it; None if its turn came late and it is `unwanted` by then.

        Raises:
            FocusScopeError: where there is no such tile, or it cannot be drawn.
        """
        if data := self._recent.get(sight.slide_id, name):
            return data
        if not sight.pyramid.has(*place.at):
            raise NotFound("The slide has no such tile.")
        loop = asyncio.get_running_loop()
        asked = loop.time()
        async with self._turn:
            if loop.time() - asked > PATIENCE_S and await unwanted():
                return None
            data = await loop.run_in_executor(self._drawers, self._drawn, sight, place, name)
        self._recent.put(sight.slide_id, name, data)
        return data

    def close(self) -> None:
        """End the threads."""
        self._readers.shutdown(cancel_futures=True)
        self._drawers.shutdown(cancel_futures=True)
        self._noter.shutdown()

    def _sight(self, slide_id: UUID, token: str | None) -> Sight:
        changes = access.changes()  # before asking, so that what changes meanwhile is noticed
        shown = self._viewing.shown(slide_id=slide_id, token=token)
        if far := self._from_afar(slide_id, shown.entry):
            levels = far.coded, far.built, far.pyramid
            return Sight(slide_id, shown.entry, shown.sha256, *levels, changes, shown.user_id, shown.token_id)
        with self._handles.reading(self._storage.slide_file(slide_id, shown.entry)) as slide:
            pyramid = DeepZoom.of(slide)
            slide.built = slide.built or read_levels(self._storage.levels(slide_id) / FILE, pyramid)
            coded = coded_levels(slide, pyramid)
            levels = coded, slide.built, pyramid
            return Sight(slide_id, shown.entry, shown.sha256, *levels, changes, shown.user_id, shown.token_id)

    def described(self, slide_id: UUID, entry: str) -> tuple[DeepZoom, bool]:
        """Return the pyramid over a slide, which need not be on this machine, and whether it has a colour profile."""
        if far := self._from_afar(slide_id, entry):
            return far.pyramid, far.has_profile
        with self._handles.reading(self._storage.slide_file(slide_id, entry)) as slide:
            return DeepZoom.of(slide), slide.to_srgb is not None

    def _from_afar(self, slide_id: UUID, entry: str) -> Afar | None:
        """Return what is needed to read stored tiles by ranges; None where the slide is here, or not built yet."""
        if known := self._afar.get((slide_id, entry)):
            return known
        told = self._storage.distant(slide_id, f"levels/{PLACES}")
        built = told and self._storage.distant(slide_id, f"levels/{FILE}")
        if not (told and built):
            return None
        folder = PurePosixPath(entry).parent
        pyramid, has_profile, coded = read_places(
            told.read(0, told.size), lambda name: self._storage.distant(slide_id, str(folder / name))
        )
        far = Afar(pyramid, has_profile, coded, levels_in(built, built.size, pyramid))
        while len(self._afar) >= _MOST_REMEMBERED:
            self._afar.pop(next(iter(self._afar)))
        self._afar[slide_id, entry] = far
        return far

    def _drawn(self, sight: Sight, place: Place, name: str) -> bytes:
        folder = self._storage.slide_folder(sight.slide_id)
        if drawn_before := self._cache.get(folder, name):
            return drawn_before
        began = thread_time()
        with self._handles.reading(self._storage.slide_file(sight.slide_id, sight.entry)) as slide:
            if place.srgb:
                if not slide.to_srgb:
                    raise NoColourProfile
                built = sight.built_tile(place)
                rgb = slide.to_srgb(tile(slide, sight.pyramid, *place.at) if built is None else built)
            else:
                rgb = tile(slide, sight.pyramid, *place.at)
        data = encode_jpeg(rgb)
        if thread_time() - began > COSTLY_S:
            self._cache.put(folder, name, data)
        return data
