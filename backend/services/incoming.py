"""Uploads that are announced, refused, gone on with and given up; what becomes of them is in `services/uploads`."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError, NotFound
from backend.db.tables import Slide, User
from backend.inbox import DiskFull, Expected, Inbox, Incoming
from backend.services import audit, bundles, naming
from backend.services.bundles import Chosen, Refused
from backend.storage import Storage, entry_of, plain_name

RESERVE_BYTES = 512 * 2**20


class UploadRefused(FocusScopeError):
    """The upload cannot be taken, for a reason known before its first byte."""

    status = 422


class UploadTooLarge(UploadRefused):
    """The file is larger than this installation takes."""

    status = 413


class QuotaExceeded(UploadRefused):
    """The user has stored as much as one user may."""

    status = 413


class NoSuchUpload(NotFound):
    """There is no such upload, or it is someone else's."""

    def __init__(self) -> None:
        super().__init__("There is no such upload; it may have been finished or removed. Please start it again.")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an installation takes: bytes of one slide, of all slides of one user (0: no bound), and names of files."""

    max_bytes: int
    quota_bytes: int
    keep_file_names: bool = False


def check(session: Session, inbox: Inbox, storage: Storage, *, size_bytes: int, bounds: Bounds, by: User) -> None:
    """Refuse an upload that could not succeed.

    Raises:
        UploadRefused: with the reason.
        DiskFull: where the disk has no room for it beside what is already announced.
    """
    if size_bytes <= 0:
        raise UploadRefused("The file is empty, so there is nothing to upload.")
    if size_bytes > bounds.max_bytes:
        raise UploadTooLarge(
            f"The file has {_gigabytes(size_bytes)}; this server takes files of up to {_gigabytes(bounds.max_bytes)}."
        )
    left = bounds.quota_bytes - used_bytes(session, inbox, user=by)
    if bounds.quota_bytes and size_bytes > left:
        raise QuotaExceeded(
            f"The file has {_gigabytes(size_bytes)}, and of your {_gigabytes(bounds.quota_bytes)} on this server "
            f"{_gigabytes(max(0, left))} are left: delete slides that are no longer needed, or ask the administrator."
        )
    if size_bytes + inbox.outstanding() + RESERVE_BYTES > storage.free_bytes():
        raise DiskFull


def used_bytes(session: Session, inbox: Inbox, *, user: User) -> int:
    """Return how much of the disk a user's slides take, with what they have announced."""
    kept = Slide.uploaded_by_id == user.id, Slide.status != "rejected"
    stored = session.scalar(select(func.sum(Slide.size_bytes)).where(*kept)) or 0
    return int(stored) + sum(one.size_bytes for one in inbox.unfinished() if one.owner_id == user.id)


@dataclass(frozen=True, slots=True)
class Announced:
    """What is to be sent: each slide on its way, and the index among the chosen files of each of its own."""

    slides: list[tuple[Incoming, list[int]]]
    refused: list[Refused]
    left_out: list[int]


def announce(
    session: Session, inbox: Inbox, storage: Storage, *, files: Sequence[Chosen], bounds: Bounds, by: User
) -> Announced:
    """Sort chosen files into slides and begin an upload of each, or go on with one that was begun."""
    planned = bundles.plan(files)
    announced = Announced([], planned.refused, planned.left_out)
    begun = {_key(one.files): one for one in waiting(inbox, user=by)}
    for bundle in planned.bundles:
        expected = [_expected(files[index], place) for index, place in bundle.places.items()]
        try:
            incoming = begun.pop(_key(expected), None) or begin(
                session, inbox, storage, name=bundle.name, entry=bundle.entry, files=expected, bounds=bounds, by=by
            )
        except (UploadRefused, DiskFull) as refusal:
            announced.refused.append(Refused(bundle.indices, refusal.sentence))
        else:
            index_of = {file.mark: index for file, index in zip(expected, bundle.places, strict=True)}
            announced.slides.append((incoming, [index_of[file.mark] for file in incoming.files]))
    return announced


def begin(
    session: Session,
    inbox: Inbox,
    storage: Storage,
    *,
    name: str,
    entry: str,
    files: Sequence[Expected],
    bounds: Bounds,
    by: User,
) -> Incoming:
    """Begin an upload, where it can succeed, of a slide that is listed under a neutral name unless names are kept.

    Raises:
        UploadRefused: with the reason.
        DiskFull: where the disk has no room for it beside what is already announced.
    """
    check(session, inbox, storage, size_bytes=sum(file.size_bytes for file in files), bounds=bounds, by=by)
    shown = name if bounds.keep_file_names else naming.neutral_name(session, site=by.site)
    incoming = inbox.create(owner_id=by.id, name=shown, entry=entry, files=files)
    after = {"files": len(incoming.files), "bytes": incoming.size_bytes}
    audit.note(session, action="upload.begin", subject_id=incoming.id, by=by, after=after)
    return incoming


def begin_one(
    session: Session, inbox: Inbox, storage: Storage, *, file_name: str, size_bytes: int, bounds: Bounds, by: User
) -> Incoming:
    """Begin an upload of one file, as any tus client does."""
    entry = entry_of(file_name)
    expected = Expected(entry, size_bytes, _mark_of(Chosen(file_name, size_bytes)))
    return begin(
        session, inbox, storage, name=plain_name(file_name), entry=entry, files=[expected], bounds=bounds, by=by
    )


def waiting(inbox: Inbox, *, user: User) -> list[Incoming]:
    """Return a user's own uploads that are not finished, oldest first."""
    return [one for one in inbox.unfinished() if one.owner_id == user.id]


def give_up(session: Session, inbox: Inbox, *, incoming: Incoming, by: User) -> None:
    """Forget an upload with all that has come.

    Raises:
        Busy: while bytes are being written.
    """
    inbox.discard(incoming)
    audit.note(session, action="upload.give_up", subject_id=incoming.id, by=by)


def own(inbox: Inbox, *, incoming_id: UUID, by: User) -> Incoming:
    """Return a user's own upload.

    Raises:
        NoSuchUpload: where there is none of this user.
    """
    incoming = inbox.get(incoming_id)
    if incoming is None or incoming.owner_id != by.id:
        raise NoSuchUpload
    return incoming


def _expected(file: Chosen, place: str) -> Expected:
    return Expected(place, file.size_bytes, _mark_of(file))


def _key(files: Sequence[Expected]) -> tuple[str, ...]:
    return tuple(sorted(file.mark for file in files))


def _mark_of(file: Chosen) -> str:
    """Return what tells a file when it is chosen again, in whichever folder above it, without saying its name."""
    name = PurePosixPath(file.path.replace("\\", "/")).name
    return sha256(f"{name}\0{file.size_bytes}\0{file.modified_ms or 0}".encode(errors="surrogatepass")).hexdigest()


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GB" if size_bytes >= 2**30 else f"{size_bytes / 2**20:.1f} MB"
