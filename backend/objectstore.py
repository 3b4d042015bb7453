"""Slides on S3: the object store is the archive, and the data folder a bounded cache of it.

A slide's folder stays what the rest of the program works on. Whatever is written there is put into the bucket before
the database says that it is there; what was stored in vain, or could not be removed, `services/leftovers` finds. So no
machine's disk is needed to be kept. A slide that a worker wants is fetched whole; tiles are read by ranges and need no
fetching.
"""

import fcntl
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from os import utime
from pathlib import Path
from time import monotonic, time, time_ns
from uuid import UUID, uuid4

from backend.bucket import Bucket, RangeFile, Ranges, StoreFailed
from backend.core.settings import Settings
from backend.storage import Stamp, Storage, is_kept

_EVICT_EVERY_S = 30.0
_IN_USE_S = 120.0
"""What was asked for so recently is not evicted: whoever has it open may open more of its files."""


def open_storage(settings: Settings) -> Storage:
    """Return where this installation keeps its files: its data folder, or the bucket that `store` names."""
    if not settings.store:
        return Storage(settings.data_dir)
    return S3Storage(settings.data_dir, Bucket.of(settings), settings.store_cache_bytes)


class S3Storage(Storage):
    """The data folder as a cache of a bucket, of at most `cache_bytes` beside what is being worked on."""

    def __init__(self, root: Path, bucket: Bucket, cache_bytes: int) -> None:
        super().__init__(root)
        self.bucket, self._cache_bytes, self._ranges = bucket, cache_bytes, Ranges()
        self._locks = root / "locks"
        self._evicted_at = 0.0

    def prepare(self) -> None:
        """Create the folders, and empty the trash that an interrupted removal left."""
        super().prepare()
        self._locks.mkdir(parents=True, exist_ok=True)

    def answers(self) -> bool:
        """Say whether bucket and cache can be used."""
        try:
            self.bucket.below("answers/")
        except (StoreFailed, FileNotFoundError):
            return False
        return super().answers()

    def slide_file(self, slide_id: UUID, entry: str) -> Path:
        """Return the file to open, fetched with the others of its format."""
        with self._holding(slide_id, fcntl.LOCK_SH):
            mark = self._mark(slide_id)
            if not (mark.exists() and mark.read_text() == entry):
                self._fetch(slide_id, _is_of_format)
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.write_text(entry)
            utime(mark, ns=(time_ns(), time_ns()))  # finer than the clock of files
        self._evict()
        return super().slide_file(slide_id, entry)

    def thumbnail(self, slide_id: UUID) -> Path:
        """Return where the small picture of the slide lies, fetched."""
        path = super().thumbnail(slide_id)
        if not path.exists():
            self._fetch(slide_id, lambda name: name == path.name)
        return path

    def maps(self, slide_id: UUID, analysis_id: UUID) -> Path:
        """Return the folder of the maps that an analysis left, fetched."""
        return self._fetched_folder(slide_id, super().maps(slide_id, analysis_id))

    def keep_maps(self, draft: Path, slide_id: UUID, analysis_id: UUID) -> None:
        """Put maps into the bucket, then where readers of this machine look for them."""
        if draft.exists():
            self._put_all(draft, f"{_prefix(slide_id)}maps/{analysis_id}/")
            draft.rename(super().maps(slide_id, analysis_id))

    def remove_maps(self, slide_id: UUID, analysis_id: UUID) -> None:
        """Remove the maps of an analysis that is over and keeps none, here and from the bucket."""
        super().remove_maps(slide_id, analysis_id)
        self.bucket.remove(list(self.bucket.below(f"{_prefix(slide_id)}maps/{analysis_id}/")))

    def unfinished_file(self, slide_id: UUID, name: str) -> bytes | None:
        """Return what an analysis of a slide that is not over has kept under a name; None where it has not."""
        return self.bucket.content(f"unfinished/{slide_id}/{name}")

    def has_unfinished_file(self, slide_id: UUID, name: str) -> bool:
        """Say whether an analysis of a slide that is not over has kept something under a name."""
        return self.bucket.stamp(f"unfinished/{slide_id}/{name}") is not None

    def keep_unfinished_file(self, slide_id: UUID, name: str, data: bytes) -> None:
        """Keep something of an analysis of a slide, for whichever machine goes on with it."""
        self.bucket.put(f"unfinished/{slide_id}/{name}", data)

    def remove_unfinished(self, is_over: Callable[[UUID], bool]) -> None:
        """Remove what was kept of slides that no analysis goes on with; what the store keeps goes the next time."""
        super().remove_unfinished(is_over)
        with suppress(StoreFailed):
            keys = list(self.bucket.below("unfinished/"))
            over = {one for one in {key.split("/")[1] for key in keys} if is_over(UUID(one))}
            self.bucket.remove([key for key in keys if key.split("/")[1] in over])

    def signed_folder(self, slide_id: UUID, signature_id: UUID) -> Path:
        """Return where the files of a signed version lie, fetched."""
        return self._fetched_folder(slide_id, super().signed_folder(slide_id, signature_id))

    @contextmanager
    def keeping_signed(self, slide_id: UUID, signature_id: UUID, files: Mapping[str, bytes]) -> Iterator[None]:
        """Write the files of a signed version, into the bucket as well, before anything says that they are there."""
        prefix = f"{_prefix(slide_id)}signed/{signature_id}/"
        with super().keeping_signed(slide_id, signature_id, files):
            try:
                self._put_all(super().signed_folder(slide_id, signature_id), prefix)
                yield
            except BaseException:
                with suppress(StoreFailed):
                    self.bucket.remove([prefix + name for name in files])
                raise

    def remove_signed_but(self, slide_id: UUID, kept: Collection[UUID]) -> None:
        """Remove the files of all signed versions of a slide but these, here and from the bucket."""
        super().remove_signed_but(slide_id, kept)
        prefix, names = f"{_prefix(slide_id)}signed/", {str(one) for one in kept}
        left = [key for key in self.bucket.below(prefix) if key.removeprefix(prefix).split("/")[0] not in names]
        self.bucket.remove(left)

    @contextmanager
    def adopting(self, content: Path, slide_id: UUID) -> Iterator[Path]:
        """Make received files a slide's; they are in the bucket before anybody is told that they have come."""
        with self._holding(slide_id, fcntl.LOCK_EX):
            with super().adopting(content, slide_id) as folder:
                try:
                    self.publish(slide_id)
                    yield folder
                except BaseException:
                    with suppress(StoreFailed):
                        self.bucket.remove(list(self.bucket.below(_prefix(slide_id))))
                    raise
            shutil.rmtree(folder, ignore_errors=True)  # as it arrived it may name a patient; who inspects it fetches it

    @contextmanager
    def working(self, slide_id: UUID) -> Iterator[None]:
        """Fetch a slide for whoever changes its files; then the bucket has what is new, and no longer what is gone."""
        with self._holding(slide_id, fcntl.LOCK_SH):
            before = self._fetch(slide_id, _is_of_format)
            folder = self.slide_folder(slide_id)
            yield
            self.publish(slide_id)
            self.bucket.remove([_prefix(slide_id) + name for name in before if not (folder / name).exists()])

    @contextmanager
    def reading(self, slide_id: UUID) -> Iterator[None]:
        """Keep a slide from being evicted."""
        with self._holding(slide_id, fcntl.LOCK_SH):
            yield

    def publish(self, slide_id: UUID) -> None:
        """Put into the bucket what it lacks of a slide, or has in another length; of levels, remove what is gone."""
        folder, prefix = self.slide_folder(slide_id), _prefix(slide_id)
        there = self.bucket.below(prefix)
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and _is_published(name) and there.get(prefix + name, (-1, ""))[0] != path.stat().st_size:
                self.bucket.put(prefix + name, path)
        levels = (key for key in there if key.startswith(f"{prefix}levels/"))
        self.bucket.remove([key for key in levels if not (folder / key.removeprefix(prefix)).exists()])

    def has(self, slide_id: UUID, name: str) -> bool:
        """Say whether a file of a slide is stored."""
        return self.bucket.stamp(_prefix(slide_id) + name) is not None

    def distant(self, slide_id: UUID, name: str) -> "RangeFile | None":
        """Return a file of a slide to be read by ranges; None where the slide is on this machine, or has none such."""
        if self._mark(slide_id).exists():
            return None
        stamp = self.bucket.stamp(key := _prefix(slide_id) + name)
        return RangeFile(self.bucket, self._ranges, key, stamp) if stamp else None

    def remove_slide(self, slide_id: UUID) -> None:
        """Remove all that is stored of a slide, here and from the bucket."""
        super().remove_slide(slide_id)
        self.bucket.remove(list(self.bucket.below(_prefix(slide_id))))

    def kept_files(self, slide_id: UUID) -> dict[str, Stamp]:
        """Return what a backup has to hold of a slide."""
        prefix = _prefix(slide_id)
        named = {key.removeprefix(prefix): stamp for key, stamp in self.bucket.below(prefix).items()}
        return {name: stamp for name, stamp in sorted(named.items()) if is_kept(name)}

    def copy_out(self, slide_id: UUID, name: str, target: Path) -> None:
        """Copy a file of a slide to another place."""
        stamp = self.bucket.stamp(key := _prefix(slide_id) + name)
        if stamp is None:
            raise FileNotFoundError(key)
        self.bucket.get(key, stamp[0], target)

    def copy_in(self, slide_id: UUID, name: str, source: Path) -> None:
        """Store a file of a slide that is being restored."""
        self.bucket.put(_prefix(slide_id) + name, source)

    def is_empty(self) -> bool:
        """Say whether nothing is stored yet."""
        return super().is_empty() and not self.bucket.below("slides/")

    def _fetch(self, slide_id: UUID, wanted: Callable[[str], bool]) -> list[str]:
        """Copy files of a slide here, where they are not here already; return their names."""
        prefix, folder = _prefix(slide_id), self.slide_folder(slide_id)
        found = {key.removeprefix(prefix): size for key, (size, _) in self.bucket.below(prefix).items()}
        names = [name for name in found if wanted(name)]
        for name in names:
            path = folder / name
            if not path.exists() or path.stat().st_size != found[name]:
                self.bucket.get(prefix + name, found[name], path)
        return names

    def _fetched_folder(self, slide_id: UUID, folder: Path) -> Path:
        if not folder.exists():
            within = folder.relative_to(self.slide_folder(slide_id)).as_posix() + "/"
            self._fetch(slide_id, lambda name: name.startswith(within))
        return folder

    def _put_all(self, folder: Path, prefix: str) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.bucket.put(prefix + path.relative_to(folder).as_posix(), path)

    def _mark(self, slide_id: UUID) -> Path:
        """Return the file that says which entry of a slide is here whole, and by its time when it was used last."""
        return self.slide_folder(slide_id) / "fetched.lock"

    @contextmanager
    def _holding(self, slide_id: UUID, how: int) -> Iterator[None]:
        self._locks.mkdir(parents=True, exist_ok=True)
        with (self._locks / str(slide_id)).open("w") as lock:
            fcntl.flock(lock, how)
            yield

    def _evict(self) -> None:
        """Make room in the cache: what was used least recently goes first, what is in use stays."""
        if monotonic() - self._evicted_at < _EVICT_EVERY_S:
            return
        self._evicted_at = monotonic()
        folders = sorted(self.slides.iterdir(), key=_last_used)
        sizes = {folder: _size_of(folder) for folder in folders}
        excess = sum(sizes.values()) - self._cache_bytes
        for folder in folders:
            if excess <= 0 or _last_used(folder) > time() - _IN_USE_S:
                return
            with suppress(BlockingIOError), self._holding(UUID(folder.name), fcntl.LOCK_EX | fcntl.LOCK_NB):
                away = self.trash / uuid4().hex
                away.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(away)
                shutil.rmtree(away, ignore_errors=True)
                excess -= sizes[folder]


def _prefix(slide_id: UUID) -> str:
    return f"slides/{slide_id}/"


def _is_of_format(name: str) -> bool:
    """Say whether a file is part of the slide itself, and not of what was derived from it."""
    return name.split("/")[0] not in ("levels", "tiles", "maps", "signed")


def _is_published(name: str) -> bool:
    return is_kept(name) or (name.startswith("levels/") and not name.endswith((".part", "lock")))


def _last_used(folder: Path) -> float:
    mark = folder / "fetched.lock"
    with suppress(FileNotFoundError):
        return (mark if mark.exists() else folder).stat().st_mtime
    return 0.0


def _size_of(folder: Path) -> int:
    with suppress(FileNotFoundError):
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return 0
