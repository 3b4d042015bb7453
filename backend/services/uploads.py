"""From received files to a slide in the worklist.

A slide has the id of the upload that it was. Whatever is interrupted on the way can therefore be done again: the bytes
are moved if they have not been, the row is made if it is not there.
"""

import logging
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from backend import jobs
from backend.bucket import StoreFailed
from backend.db.session import Sessions, after_commit, only_read
from backend.db.tables import Slide, User
from backend.inbox import Inbox, Incoming
from backend.services import audit
from backend.services.incoming import NoSuchUpload
from backend.storage import Storage

log = logging.getLogger(__name__)


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
            if not _is_slide(sessions, incoming):
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
    by = session.get_one(User, incoming.owner_id)
    slide = Slide(
        id=incoming.id,
        site=by.site,
        name=incoming.name,
        entry=incoming.entry,
        sha256=sha256,
        size_bytes=incoming.size_bytes,
        uploaded_by_id=by.id,
    )
    session.add(slide)
    session.flush()
    after = {"sha256": sha256, "bytes": incoming.size_bytes}
    audit.note(session, action="slide.upload", subject_id=slide.id, by=by, after=after)
    after_commit(session, partial(jobs.send, jobs.INSPECT_SLIDE, slide.id))


def recover(sessions: Sessions, inbox: Inbox, storage: Storage) -> None:
    """Remove what was abandoned, and bring to its end what a killed process had all bytes of."""
    _remove_abandoned(sessions, inbox, storage)
    for incoming in inbox.unfinished():
        try:
            complete(sessions, inbox, storage, incoming_id=incoming.id)
        except Exception:
            log.exception("Upload %s could not be brought to its end", incoming.id)


def _remove_abandoned(sessions: Sessions, inbox: Inbox, storage: Storage) -> None:
    """Remove what nobody went on with, and first what a store that failed has of it."""
    try:
        for incoming in inbox.abandoned():
            if not _is_slide(sessions, incoming):
                storage.remove_slide(incoming.id)
    except StoreFailed:
        log.warning("Uploads that were abandoned are kept until the store answers")
    else:
        inbox.remove_stale()


def _is_slide(sessions: Sessions, incoming: Incoming) -> bool:
    with sessions() as session:
        only_read(session)
        return session.get(Slide, incoming.id) is not None
