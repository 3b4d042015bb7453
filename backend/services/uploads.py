"""From received bytes to a slide in the worklist."""

from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from backend import jobs
from backend.core.errors import FocusScopeError
from backend.db.session import after_commit
from backend.db.tables import Slide, User
from backend.services import audit
from backend.storage import Storage, entry_of, plain_name

RESERVE_BYTES = 512 * 2**20


class UploadRefused(FocusScopeError):
    """The upload cannot be taken, for a reason known before its first byte."""

    status = 422


class UploadTooLarge(UploadRefused):
    """The file is larger than this installation takes."""

    status = 413


class DiskFull(UploadRefused):
    """There is no room for the file."""

    status = 507

    def __init__(self) -> None:
        super().__init__("The server's disk is full: ask the administrator to make room, then resume the upload.")


class DiskFailed(UploadRefused):
    """The disk does not take the bytes."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The server could not write to its disk: please resume the upload later.")


def check(storage: Storage, *, size_bytes: int, max_bytes: int) -> None:
    """Refuse an upload that could not succeed.

    Raises:
        UploadRefused: with the reason.
    """
    if size_bytes <= 0:
        raise UploadRefused("The file is empty, so there is nothing to upload.")
    if size_bytes > max_bytes:
        raise UploadTooLarge(
            f"The file has {_gigabytes(size_bytes)}; this server takes files of up to {_gigabytes(max_bytes)}."
        )
    if size_bytes + RESERVE_BYTES > storage.free_bytes():
        raise DiskFull


def register(session: Session, *, slide_id: UUID, file_name: str, sha256: str, size_bytes: int, by: User) -> Slide:
    """Enter a received file into the worklist, and have it inspected once that is stored."""
    slide = Slide(
        id=slide_id,
        name=plain_name(file_name),
        entry=entry_of(file_name),
        sha256=sha256,
        size_bytes=size_bytes,
        uploaded_by_id=by.id,
    )
    session.add(slide)
    session.flush()
    audit.note(
        session, action="slide.upload", subject_id=slide_id, by=by, after={"sha256": sha256, "bytes": size_bytes}
    )
    after_commit(session, partial(jobs.send, jobs.INSPECT_SLIDE, slide_id))
    return slide


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GB" if size_bytes >= 2**30 else f"{size_bytes / 2**20:.1f} MB"
