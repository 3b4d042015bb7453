"""From announced files to a slide in the worklist.

A slide has the id of the upload that it was. Whatever is interrupted on the way can therefore be done again: the bytes
are moved if they have not been, the row is made if it is not there.
"""

import logging
from functools import partial
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import jobs
from backend.core.errors import FocusScopeError, NotFound
from backend.db.session import Sessions, after_commit
from backend.db.tables import Slide, User
from backend.inbox import DiskFull, Expected, Inbox, Incoming
from backend.services import audit
from backend.storage import Storage, entry_of, plain_name

log = logging.getLogger(__name__)

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


def check(
    session: Session, inbox: Inbox, storage: Storage, *, size_bytes: int, max_bytes: int, quota_bytes: int, by: User
) -> None:
    """Refuse an upload that could not succeed. A quota of 0 is none.

    Raises:
        UploadRefused: with the reason.
        DiskFull: where the disk has no room for it beside what is already announced.
    """
    if size_bytes <= 0:
        raise UploadRefused("The file is empty, so there is nothing to upload.")
    if size_bytes > max_bytes:
        raise UploadTooLarge(
            f"The file has {_gigabytes(size_bytes)}; this server takes files of up to {_gigabytes(max_bytes)}."
        )
    left = quota_bytes - used_bytes(session, inbox, user=by)
    if quota_bytes and size_bytes > left:
        raise QuotaExceeded(
            f"The file has {_gigabytes(size_bytes)}, and of your {_gigabytes(quota_bytes)} on this server "
            f"{_gigabytes(max(0, left))} are left: delete slides that are no longer needed, or ask the administrator."
        )
    if size_bytes + inbox.outstanding() + RESERVE_BYTES > storage.free_bytes():
        raise DiskFull


def used_bytes(session: Session, inbox: Inbox, *, user: User) -> int:
    """Return how much of the disk a user's slides take, with what they have announced."""
    kept = Slide.uploaded_by_id == user.id, Slide.status != "rejected"
    stored = session.scalar(select(func.sum(Slide.size_bytes)).where(*kept)) or 0
    return int(stored) + sum(one.size_bytes for one in inbox.unfinished() if one.owner_id == user.id)


def announce(inbox: Inbox, *, file_name: str, size_bytes: int, by: User) -> Incoming:
    """Begin an upload of one file."""
    entry = entry_of(file_name)
    expected = Expected(place=entry, size_bytes=size_bytes, path=file_name)
    return inbox.create(owner_id=by.id, name=plain_name(file_name), entry=entry, files=[expected])


def own(inbox: Inbox, *, incoming_id: UUID, by: User) -> Incoming:
    """Return a user's own upload.

    Raises:
        NoSuchUpload: where there is none of this user.
    """
    incoming = inbox.get(incoming_id)
    if incoming is None or incoming.owner_id != by.id:
        raise NoSuchUpload
    return incoming


def complete(sessions: Sessions, inbox: Inbox, storage: Storage, *, incoming_id: UUID) -> UUID | None:
    """Make a slide of an upload all of whose bytes have come; return its id, or None where some are missing.

    Asked again it repeats the answer; killed on the way, it goes on from there when asked again.
    """
    incoming = inbox.get(incoming_id)
    if incoming is None:
        raise NoSuchUpload
    if incoming.finished:
        return incoming.id
    if inbox.received(incoming) < incoming.size_bytes:
        return None
    with inbox.handing_over(incoming):
        if (again := inbox.get(incoming_id)) and not again.finished:
            with storage.adopting(inbox.content(incoming), incoming.id) as folder:
                sha256 = inbox.digest(incoming, folder)
                with sessions.begin() as session:
                    register(session, incoming=incoming, sha256=sha256)
            inbox.finish(incoming)
    return incoming.id


def register(session: Session, *, incoming: Incoming, sha256: str) -> None:
    """Enter what was received into the worklist, once, and have it inspected when that is stored."""
    if session.get(Slide, incoming.id) is not None:
        return
    slide = Slide(
        id=incoming.id,
        name=incoming.name,
        entry=incoming.entry,
        sha256=sha256,
        size_bytes=incoming.size_bytes,
        uploaded_by_id=incoming.owner_id,
    )
    session.add(slide)
    session.flush()
    by = session.get_one(User, incoming.owner_id)
    after = {"sha256": sha256, "bytes": incoming.size_bytes}
    audit.note(session, action="slide.upload", subject_id=slide.id, by=by, after=after)
    after_commit(session, partial(jobs.send, jobs.INSPECT_SLIDE, slide.id))


def recover(sessions: Sessions, inbox: Inbox, storage: Storage) -> None:
    """Remove what was abandoned, and bring to its end what a killed process had all bytes of."""
    inbox.remove_stale()
    for incoming in inbox.unfinished():
        try:
            complete(sessions, inbox, storage, incoming_id=incoming.id)
        except Exception:
            log.exception("Upload %s could not be brought to its end", incoming.id)


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GB" if size_bytes >= 2**30 else f"{size_bytes / 2**20:.1f} MB"
