"""Archives that were uploaded: each slide in one becomes a slide of its own."""

import shutil
from contextlib import suppress
from json import dumps, loads
from pathlib import Path
from uuid import UUID, uuid5

from backend.core.disk import has_room
from backend.core.errors import NoRoom, SlideUnreadable
from backend.core.settings import get_settings
from backend.db.session import Sessions
from backend.services import bundles, slides
from backend.services.bundles import Bundle, Chosen, Plan, Refused
from backend.services.slides import RefusedPart, Unpacked
from backend.storage import Storage, plain_name, write_atomically
from backend.wsi.arrival.limits import Limits
from backend.wsi.arrival.receive import run

SUFFIX = ".zip"
DRAFT = "unpacked"
OTHERS = "others.json"


def is_archive(entry: str) -> bool:
    """Say whether what was uploaded is to be unpacked."""
    return entry.endswith(SUFFIX)


def unpack(sessions: Sessions, storage: Storage, *, slide_id: UUID, entry: str) -> str:
    """Unpack an archive: its first slide takes this one's place, the others get rows; return the file to open.

    Safe to repeat: whatever an attempt that was killed has left is made anew under the same ids.

    Raises:
        SlideUnreadable: where it holds no slide, or more than it should.
        NoRoom: where the disk is full.
    """
    folder = storage.slide_folder(slide_id)
    forget(sessions, storage, slide_id=slide_id)
    settings = get_settings()
    task = {"archive": str(folder / entry), "most_bytes": settings.max_upload_bytes}
    # Below a folder, because what lies in an archive was not chosen by itself.
    listed = run(task, Limits())["files"]
    files = [Chosen(f"archive/{name}", size, series=series) for name, size, series in listed]
    planned = _planned(files)
    if not has_room(folder, sum(_size_of(bundle, files) for bundle in planned.bundles)):
        raise NoRoom
    ids = [slide_id, *(uuid5(slide_id, str(number)) for number in range(1, len(planned.bundles)))]
    write_atomically(folder / OTHERS, dumps([str(one) for one in ids[1:]]).encode())
    unpacked = []
    for one, bundle in zip(ids, planned.bundles, strict=True):
        target = storage.slide_folder(one) / DRAFT
        hashes = run(task | {"folder": str(target), "places": bundle.places}, Limits())["hashes"]
        _move_up(target)
        name = bundle.name if settings.keep_file_names else None
        unpacked.append(Unpacked(one, name, bundle.entry, hashes, _size_of(bundle, files)))
    refused = [_refused(one, files, keep_name=settings.keep_file_names) for one in planned.refused]
    for one in ids:
        storage.publish(one)
    with sessions.begin() as session:
        slides.was_unpacked(session, slide_id=slide_id, unpacked=unpacked, refused=refused)
    return planned.bundles[0].entry


def forget(sessions: Sessions, storage: Storage, *, slide_id: UUID) -> None:
    """Remove what an unpacking that did not come to its end has left outside the slide's own folder.

    Raises:
        StoreFailed: where the store is away; then some is still there.
    """
    folder = storage.slide_folder(slide_id)
    with suppress(FileNotFoundError):
        for other in loads((folder / OTHERS).read_bytes()):
            with sessions() as session:
                kept = slides.exists(session, slide_id=UUID(other))
            if not kept:
                storage.remove_slide(UUID(other))
    shutil.rmtree(folder / DRAFT, ignore_errors=True)


def _planned(files: list[Chosen]) -> Plan:
    planned = bundles.plan(files)
    if any(is_archive(bundle.entry) for bundle in planned.bundles):
        raise SlideUnreadable("The archive holds another archive: unpack it and upload its slides.")
    if not planned.bundles:
        raise SlideUnreadable(planned.refused[0].sentence if planned.refused else "The archive holds no slide.")
    return planned


def _refused(part: Refused, files: list[Chosen], *, keep_name: bool) -> RefusedPart:
    own = [files[index] for index in part.indices]
    name = plain_name(own[0].path) if keep_name else None
    return RefusedPart(name, sum(one.size_bytes for one in own), part.sentence)


def _size_of(bundle: Bundle, files: list[Chosen]) -> int:
    return sum(files[index].size_bytes for index in bundle.places)


def _move_up(draft: Path) -> None:
    """Put what was unpacked where it belongs in the slide's folder."""
    for one in draft.iterdir():
        place = draft.parent / one.name
        if place.is_dir():
            shutil.rmtree(place)
        one.replace(place)
    draft.rmdir()
