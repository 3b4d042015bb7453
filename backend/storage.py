"""Where slides and what is derived from them lie on disk.

A slide has a folder of its own with a random name; what the user called the file never reaches the file system.
"""

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from typing import Protocol
from uuid import UUID, uuid4

UNNAMED = "Unnamed slide"
Stamp = tuple[int, str]
"""How many bytes a file has, and what the store says of its last change."""
MADE_AGAIN = ("tiles", "levels")
SAFE_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")
KEPT_SUFFIXES = frozenset((
    ".svs", ".ndpi", ".tif", ".tiff", ".scn", ".bif", ".svslide", ".czi", ".avs", ".dcm", ".mrxs", ".vms", ".vmu",
    ".jpg", ".jpeg", ".png", ".bmp", ".zip",
))  # fmt: skip
"""Endings that say a format. Any other may be part of a name: “scan.Zhang”."""


class DistantFile(Protocol):
    """A file on another machine, of which parts are read."""

    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Read from afar, unless it is kept here."""

    def read_from_memory(self, offset: int, length: int) -> bytes | None:
        """Return what is kept here; None where it would have to be waited for."""


class Storage:
    """The data folder of one installation."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.slides = root / "slides"
        self.uploads = root / "uploads"
        self.trash = root / "trash"
        self.unfinished = root / "unfinished"

    def prepare(self) -> None:
        """Create the folders, and empty the trash that an interrupted removal left."""
        for folder in (self.slides, self.uploads, self.trash):
            folder.mkdir(parents=True, exist_ok=True)
        for leftover in self.trash.iterdir():
            shutil.rmtree(leftover, ignore_errors=True)

    def slide_folder(self, slide_id: UUID) -> Path:
        """Return where all that is stored of a slide lies."""
        return self.slides / str(slide_id)

    def slide_file(self, slide_id: UUID, entry: str) -> Path:
        """Return the file to open; a format of several files keeps the others beside it."""
        return self.slide_folder(slide_id) / entry

    def thumbnail(self, slide_id: UUID) -> Path:
        """Return where the small picture of the slide lies."""
        return self.slide_folder(slide_id) / "thumbnail.jpeg"

    def levels(self, slide_id: UUID) -> Path:
        """Return the folder of the levels that were built after the upload; none until then."""
        return self.slide_folder(slide_id) / "levels"

    def maps(self, slide_id: UUID, analysis_id: UUID) -> Path:
        """Return the folder of the maps that an analysis left; there is none where it left none."""
        return self.slide_folder(slide_id) / "maps" / str(analysis_id)

    @contextmanager
    def drafting_maps(self, slide_id: UUID, analysis_id: UUID) -> Iterator[Path]:
        """Lend a folder for the maps of one attempt; it goes in the end, as do those of attempts that were killed."""
        final = self.maps(slide_id, analysis_id)
        for leftover in final.parent.glob(f"{analysis_id}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        draft = final.with_name(f"{analysis_id}.{uuid4().hex}.part")
        draft.mkdir(parents=True)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def keep_maps(self, draft: Path, slide_id: UUID, analysis_id: UUID) -> None:
        """Put maps where readers look for them, all at once. Safe to repeat."""
        if draft.exists():
            draft.rename(self.maps(slide_id, analysis_id))

    def remove_maps(self, slide_id: UUID, analysis_id: UUID) -> None:
        """Remove the maps of an analysis that is over and keeps none, and its drafts. Safe to repeat."""
        for folder in (self.slide_folder(slide_id) / "maps").glob(f"{analysis_id}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def unfinished_folder(self, slide_id: UUID) -> Path:
        """Return where an analysis of a slide may keep what it has found so far."""
        return self.unfinished / str(slide_id)

    def remove_unfinished(self, is_over: Callable[[UUID], bool]) -> None:
        """Remove what was kept of slides that no analysis goes on with."""
        for folder in self.unfinished.glob("*"):
            if is_over(UUID(folder.name)):
                shutil.rmtree(folder, ignore_errors=True)

    def signed_folder(self, slide_id: UUID, signature_id: UUID) -> Path:
        """Return where the files of a signed version lie."""
        return self.slide_folder(slide_id) / "signed" / str(signature_id)

    @contextmanager
    def keeping_signed(self, slide_id: UUID, signature_id: UUID, files: Mapping[str, bytes]) -> Iterator[None]:
        """Write the files of a signed version, first, so that none is seen without; they go if what is inside fails."""
        folder = self.signed_folder(slide_id, signature_id)
        folder.mkdir(parents=True)
        try:
            for name, data in files.items():
                write_atomically(folder / name, data)
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def remove_signed_but(self, slide_id: UUID, kept: Collection[UUID]) -> None:
        """Remove the files of all signed versions of a slide but these."""
        names = {str(one) for one in kept}
        for folder in (self.slide_folder(slide_id) / "signed").glob("*"):
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def working(self, slide_id: UUID) -> Iterator[None]:
        """Have a slide's files here for whoever changes them, and keep what they become. Safe to repeat."""
        yield

    @contextmanager
    def reading(self, slide_id: UUID) -> Iterator[None]:
        """Keep a slide's files here as long as somebody reads them."""
        yield

    def publish(self, slide_id: UUID) -> None:
        """Let other machines see what was added to a slide's folder."""

    def has(self, slide_id: UUID, name: str) -> bool:
        """Say whether a file of a slide is stored."""
        return (self.slide_folder(slide_id) / name).exists()

    def distant(self, slide_id: UUID, name: str) -> "DistantFile | None":
        """Return a file of a slide to be read by ranges, where the slide is not on this machine."""
        return None

    def is_empty(self) -> bool:
        """Say whether nothing is stored yet."""
        return not any(self.slides.iterdir())

    def kept_files(self, slide_id: UUID) -> dict[str, "Stamp"]:
        """Return what a backup has to hold of a slide, by its name in the slide's folder: what cannot be made again."""
        folder = self.slide_folder(slide_id)
        return {
            name: (status.st_size, str(status.st_mtime_ns))
            for path in sorted(folder.rglob("*"))
            if path.is_file() and is_kept(name := path.relative_to(folder).as_posix()) and (status := path.stat())
        }

    def copy_out(self, slide_id: UUID, name: str, target: Path) -> None:
        """Copy one of these to another place."""
        shutil.copyfile(self.slide_folder(slide_id) / name, target)

    def copy_in(self, slide_id: UUID, name: str, source: Path) -> None:
        """Store a file of a slide that is being restored."""
        path = self.slide_folder(slide_id) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)

    def remove_slide(self, slide_id: UUID) -> None:
        """Remove all that is stored of a slide: at once from sight, then from the disk."""
        away = self.trash / uuid4().hex
        self.trash.mkdir(parents=True, exist_ok=True)
        try:
            self.slide_folder(slide_id).rename(away)
        except FileNotFoundError:
            return
        shutil.rmtree(away, ignore_errors=True)

    @contextmanager
    def adopting(self, content: Path, slide_id: UUID) -> Iterator[Path]:
        """Make received files a slide's folder; they go back if what happens inside fails.

        Where that had been done and the process was killed, it stays as it is.
        """
        folder = self.slide_folder(slide_id)
        if not folder.exists():
            content.rename(folder)
        try:
            yield folder
        except BaseException:
            folder.rename(content)
            raise

    def answers(self) -> bool:
        """Say whether files can be stored."""
        return self.slides.is_dir() and os.access(self.slides, os.W_OK)

    def free_bytes(self) -> int:
        """Return how much more the disk can hold."""
        return shutil.disk_usage(self.root).free


def is_kept(name: str) -> bool:
    """Say whether a file of a slide's folder cannot be made again, and is complete."""
    return name.split("/")[0] not in MADE_AGAIN and not name.endswith((".part", "lock")) and ".part/" not in name


def safe_suffix(file_name: str) -> str:
    """Return the lower-case ending of a file name if it is plain letters and digits, else nothing."""
    suffix = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    return suffix if SAFE_SUFFIX.fullmatch(suffix) else ""


def entry_of(file_name: str) -> str:
    """Return the name under which a file of its own is stored: of what the user called it, only a known ending."""
    suffix = safe_suffix(file_name)
    return f"slide{suffix}" if suffix in KEPT_SUFFIXES else "slide"


def plain_name(file_name: str) -> str:
    """Return a file name without folders, control characters and ending, cut to 200 characters."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    stem = name.removesuffix(PurePosixPath(name).suffix) if safe_suffix(name) else name
    return readable(stem)


def readable(name: str) -> str:
    """Return a name as it may be shown: without control characters, and cut to 200 characters."""
    return "".join(c for c in name if c.isprintable()).strip()[:200] or UNNAMED


def safe_name(name: str) -> bool:
    """Say whether a file may be stored under this name, which its format refers to."""
    plain = name.isprintable() and not set(name) & set('/\\:*?"<>|')
    return plain and not name.startswith((".", " ")) and 0 < len(name.encode()) <= 200


def sha256_of(path: Path) -> str:
    """Hash a file without loading it."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that readers see all of it or none."""
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
