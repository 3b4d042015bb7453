"""Zip archives: what they hold, and some of it unpacked under names of ours. Runs in the process with limits.

No name in an archive ever reaches the disk, and only what belongs to a slide is unpacked.
"""

import lzma
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast
from unicodedata import normalize
from zipfile import BadZipFile, ZipFile, ZipInfo

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.limits import allow_long_work

MOST_FILES = 20_000
MOST_TIMES_LARGER = 50
"""Slides are coded already and shrink by a few percent; what shrinks to a fiftieth was made to exhaust a disk."""

_CHUNK_BYTES = 2**20
_PREAMBLE, _DICM, _SERIES = 128, b"DICM", 0x0020000E
_UTF8 = 0x800
_ENCRYPTED = 0x1 | 0x40
_DAMAGED = "The archive is damaged: pack it again, and upload it again."


def work(task: dict[str, Any]) -> dict[str, Any]:
    """Do what the parent asks of an archive: list its files, or unpack some by index to places in a folder."""
    path = Path(task["archive"])
    with _opened(path) as archive:
        files = _files(archive)
        _refuse_bomb(files, path.stat().st_size, task["most_bytes"])
        if "places" not in task:
            return {"files": [[_name(info), info.file_size, _series_of(archive, info)] for info in files]}
        allow_long_work()
        folder, places = Path(task["folder"]), {int(index): place for index, place in task["places"].items()}
        return {"hashes": {place: _unpack(archive, files[index], folder / place) for index, place in places.items()}}


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except NotImplementedError as error:  # how zipfile names a compression that it does not know
        raise SlideUnreadable("The archive is packed in an unusual way: pack it as an ordinary zip.") from error
    except (BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError) as error:
        raise SlideUnreadable(_DAMAGED) from error
    except OSError as error:
        if error.errno is not None:  # the disk's; bzip2's has none
            raise
        raise SlideUnreadable(_DAMAGED) from error


def _files(archive: ZipFile) -> list[ZipInfo]:
    """Return the files in an archive.

    Raises:
        SlideUnreadable: where its names could lead astray, or it is encrypted.
    """
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise SlideUnreadable(f"The archive holds more than {MOST_FILES} files: pack only the slide.")
    if any(info.header_offset < 0 or not info.filename for info in entries):
        raise SlideUnreadable(_DAMAGED)
    files = [info for info in entries if not info.is_dir()]
    if any(info.flag_bits & _ENCRYPTED for info in files):
        raise SlideUnreadable("The archive is encrypted: pack it without a password.")
    if not all(_is_plain(info) for info in entries):
        raise SlideUnreadable("The archive holds links or paths that lead out of it: pack the slide anew.")
    names = {normalize("NFC", _name(info)).casefold() for info in files}
    if len(names) < len(files):
        raise SlideUnreadable("The archive holds two files of the same name: pack the slide anew.")
    return files


def _is_plain(info: ZipInfo) -> bool:
    """Say whether it is a file or folder below the archive's own root; zeros stand where no kind was stored."""
    name = _name(info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    inside = not name.startswith(("/", "\\")) and ":" not in name and "\0" not in info.orig_filename
    return inside and ".." not in name.replace("\\", "/").split("/") and kind in (0, stat.S_IFREG, stat.S_IFDIR)


def _name(info: ZipInfo) -> str:
    """Return a name as it was meant: archives of Chinese Windows say nothing of their encoding."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        stored = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return stored.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _series_of(archive: ZipFile, info: ZipInfo) -> str | None:
    """Return the series of a DICOM file, whatever it is called; None for any other."""
    with archive.open(info) as packed:
        if packed.read(_PREAMBLE + len(_DICM))[_PREAMBLE:] != _DICM:
            return None
    # Loaded where it is needed: it takes longer than all the rest.
    from pydicom.errors import InvalidDicomError
    from pydicom.filereader import read_partial

    with archive.open(info) as packed, suppress(InvalidDicomError, ValueError):
        head = read_partial(cast(BinaryIO, packed), stop_when=lambda tag, _vr, _length: tag > _SERIES)
        return str(head.get("SeriesInstanceUID") or "") or None
    return None


def _refuse_bomb(files: list[ZipInfo], packed_bytes: int, most_bytes: int) -> None:
    unpacked = sum(info.file_size for info in files)
    if unpacked > MOST_TIMES_LARGER * max(packed_bytes, _CHUNK_BYTES):
        raise SlideUnreadable("The archive grows beyond measure when it is unpacked: it is no archive of a slide.")
    if unpacked > most_bytes:
        raise SlideUnreadable("The archive is too large for this server when it is unpacked: upload its slides singly.")


def _unpack(archive: ZipFile, info: ZipInfo, target: Path) -> str:
    """Write a file, never more of it than was announced, and return its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    running, left = sha256(), info.file_size
    with archive.open(info) as packed, target.open("wb") as file:
        while data := packed.read(_CHUNK_BYTES):
            left -= len(data)
            if left < 0:
                raise SlideUnreadable(_DAMAGED)
            running.update(data)
            file.write(data)
    if left:
        raise SlideUnreadable(_DAMAGED)
    return running.hexdigest()
