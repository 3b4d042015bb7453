"""Tiles that a slide's file does not hold as they are sent, drawn and coded once, after the upload.

They are the levels that scanners leave out (2, 8, 32 of 1, 4, 16), those that are stored otherwise than as JPEG tiles,
and the tiles at the right and lower edges, which are cut; so that with what the file holds no tile is left to be drawn.
A file of them is one coded tile after another, then a table of where each lies, then how many there are.
"""

import fcntl
import struct
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import IO, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from backend.core.errors import SlideUnreadable
from backend.wsi.coded import CodedLevel, OpenFile, TileFile
from backend.wsi.deepzoom import REVISION, DeepZoom, coded_levels, encode_jpeg, halved, stored_index, tile
from backend.wsi.slide import RGB, Slide

FILE = f"{REVISION}.tiles"
PLACES = f"{REVISION}.places"
_END = struct.Struct("<8sQ")  # which kind of file this is, and how many tiles it has
_MAGIC = b"FSTILES1"
_ROW = 5  # dz_level, column, row, offset, length
_BLOCK = 8  # tiles along a side; what OpenSlide decodes for one of its tiles it still has for the next
_BUILDERS = 2  # threads
_SHARED = 16  # tiles; what lies above a level of so many is the main thread's, which waits for those below

Place = tuple[int, int, int]
"""(dz_level, column, row)."""


def read_levels(path: Path, pyramid: DeepZoom) -> dict[int, CodedLevel]:
    """Return what has been built, by `dz_level`; nothing where nothing, or not all, has."""
    try:
        return levels_in(OpenFile(path), path.stat().st_size, pyramid)
    except FileNotFoundError:
        return {}


def levels_in(file: TileFile, size: int, pyramid: DeepZoom) -> dict[int, CodedLevel]:
    """Return the same of a file of `size` bytes that is open, wherever it lies."""
    magic, count = _END.unpack(file.read(size - _END.size, _END.size))
    if magic != _MAGIC:
        return {}
    length = count * _ROW * 8
    table = np.frombuffer(file.read(size - _END.size - length, length), "<i8").reshape(-1, _ROW)
    return {int(dz_level): _level(file, pyramid, table, int(dz_level)) for dz_level in np.unique(table[:, 0])}


def _level(file: TileFile, pyramid: DeepZoom, table: NDArray[np.int64], dz_level: int) -> CodedLevel:
    size, side = pyramid.size_dz(dz_level), pyramid.tile_px
    places = np.zeros((-(-size[1] // side), -(-size[0] // side), 2), np.int64)
    mine = table[table[:, 0] == dz_level]
    places[mine[:, 2], mine[:, 1]] = mine[:, 3:]
    offsets, lengths = places.reshape(-1, 2).T.tolist()
    return CodedLevel.of(file, size, (side, side), offsets, lengths, head=None)


def write_places(slide: Slide, path: Path) -> None:
    """Write where the tiles lie that a slide's files store as they are sent, for readers far from these."""
    pyramid = DeepZoom.of(slide)
    found: dict[str, NDArray[Any]] = {"pyramid": np.array([*pyramid.size, pyramid.tile_px, slide.to_srgb is not None])}
    for dz_level, level in coded_levels(slide, pyramid).items():
        if not isinstance(level.file, OpenFile):
            continue
        found[f"{dz_level}-file"] = np.array(level.file.path.name)  # DICOM has each level in another one
        found[f"{dz_level}-level"] = np.array([*level.size, *level.tile])
        found[f"{dz_level}-places"] = np.array([level.offsets, level.lengths], "<u8")
        if level.completion:
            found[f"{dz_level}-head"] = np.frombuffer(level.completion.head, np.uint8)
    part = path.with_name(f"{uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, **found)  # type: ignore[arg-type]  # no name is allow_pickle
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_places(data: bytes, beside: Callable[[str], TileFile | None]) -> tuple[DeepZoom, bool, dict[int, CodedLevel]]:
    """Return a slide's pyramid, whether it has a colour profile, and what its files store, as it was written.

    `beside` returns the file of this name beside the one that is opened as the slide, where it can be had.
    """
    beside = cache(beside)
    with np.load(BytesIO(data)) as told:
        width, height, tile_px, has_profile = told["pyramid"].tolist()
        levels = {}
        for name in (one for one in told if one.endswith("-level")):
            number = name.removesuffix("-level")
            if (file := beside(str(told[f"{number}-file"]))) is None:
                continue
            size, (offsets, lengths) = told[name].tolist(), told[f"{number}-places"].tolist()
            head = told[f"{number}-head"].tobytes() if f"{number}-head" in told else None
            levels[int(number)] = CodedLevel.of(file, (size[0], size[1]), (size[2], size[3]), offsets, lengths, head)
    return DeepZoom((width, height), tile_px), bool(has_profile), levels


def build_levels(slide: Slide, path: Path) -> bool:
    """Write the file of a slide at `path`, complete or not at all; False where it is there, or being built elsewhere.

    What does not decode is left out, and is drawn, or refused, when it is asked for. Memory is that of a few tiles.
    """
    path.parent.mkdir(exist_ok=True)
    with _alone(path.parent) as alone:
        if not alone or path.exists():
            return False
        for leftover in path.parent.glob("*.part"):
            leftover.unlink()
        part = path.with_name(f"{uuid4().hex}.part")
        try:
            with part.open("wb") as file:
                _Builder(slide, file).build()
            part.replace(path)
            for earlier in (*path.parent.glob("*.tiles"), *path.parent.glob("*.places")):
                if earlier.stem != path.stem:  # of a revision whose addresses nobody asks for any more
                    earlier.unlink()
        finally:
            part.unlink(missing_ok=True)
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Say whether no other process builds here; whoever is killed does so no more."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


class _Builder:
    """Draws each missing level from the next finer one, tile by tile, depth first; some tiles beside each other."""

    def __init__(self, slide: Slide, file: IO[bytes]) -> None:
        self._slide, self._file, self._writing = slide, file, Lock()
        self._pyramid = DeepZoom.of(slide)
        self._coded = coded_levels(slide, self._pyramid)
        self._table = array("q")  # a slide may have hundreds of thousands of rows
        self._builders = ThreadPoolExecutor(_BUILDERS, "level-builder")

    def build(self) -> None:
        """Write all tiles, and the table of where they lie."""
        with self._builders:
            for dz_level in range(self._pyramid.dz_levels):
                if dz_level in self._coded or not self._is_missing(dz_level - 1):  # or it is built with that one
                    run = self._builders.map if self._is_shared(dz_level) else map
                    for block in self._blocks(dz_level):
                        list(run(self._build, block))
        self._file.write(np.asarray(self._table, "<i8").tobytes())
        self._file.write(_END.pack(_MAGIC, len(self._table) // _ROW))

    def _blocks(self, dz_level: int) -> Iterator[list[Place]]:
        columns, rows = (-(-length // self._pyramid.tile_px) for length in self._pyramid.size_dz(dz_level))
        for top in range(0, rows, _BLOCK):
            for left in range(0, columns, _BLOCK):
                down, across = range(top, min(top + _BLOCK, rows)), range(left, min(left + _BLOCK, columns))
                yield [(dz_level, column, row) for row in down for column in across]

    def _is_shared(self, dz_level: int) -> bool:
        width, height = (-(-length // self._pyramid.tile_px) for length in self._pyramid.size_dz(dz_level))
        return width * height >= _SHARED

    def _is_missing(self, dz_level: int) -> bool:
        return dz_level >= 0 and stored_index(self._slide, self._pyramid, dz_level) is None

    def _build(self, place: Place) -> None:
        """Build a tile of a level that is not missing or begins some that are, unless it is stored as it is sent."""
        level = self._coded.get(place[0])
        if not (level and level.has(*place[1:])):
            self._built(*place)

    def _built(self, dz_level: int, column: int, row: int) -> RGB | None:
        """Return a tile, built and kept with all that lies under it down to the next level that is stored.

        So whatever is not kept as it is stored is decoded once, for its own level and those above.
        """
        if self._is_missing(dz_level) and dz_level + 1 not in self._coded:
            rgb = self._of_four(dz_level, column, row)
        else:
            rgb = self._drawn(dz_level, column, row)
        self._keep(dz_level, column, row, rgb)
        return rgb

    def _of_four(self, dz_level: int, column: int, row: int) -> RGB | None:
        under = [(2 * column + x, 2 * row + y) for y in (0, 1) for x in (0, 1)]
        there = [at for at in under if self._pyramid.has(dz_level + 1, *at)]
        handed_over = self._is_shared(dz_level + 1) and not self._is_shared(dz_level)
        run = self._builders.map if handed_over else map
        parts = dict(zip(there, run(lambda at: self._built(dz_level + 1, *at), there), strict=True))
        known = {at: part for at, part in parts.items() if part is not None}
        if len(known) < len(parts):
            return None
        rows = ([known[at] for at in pair if at in known] for pair in (under[:2], under[2:]))
        return halved(np.vstack([np.hstack(row) for row in rows if row]))

    def _drawn(self, dz_level: int, column: int, row: int) -> RGB | None:
        try:
            return tile(self._slide, self._pyramid, dz_level, column, row)
        except SlideUnreadable:
            return None

    def _keep(self, dz_level: int, column: int, row: int, rgb: RGB | None) -> None:
        if rgb is None:
            return
        data = encode_jpeg(rgb)
        with self._writing:
            self._table.extend((dz_level, column, row, self._file.tell(), len(data)))
            self._file.write(data)
