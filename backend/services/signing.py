"""Sign-off: a review that is complete is frozen under its signer's name, as a version that nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotFound
from backend.db.tables import Analysis, Review, Signature, Slide, User, UserSession
from backend.services import accounts, audit, performance, reviews, summaries
from backend.services.commands import ReviewChanged, ReviewSigned
from backend.services.reviews import Standing
from backend.storage import Storage


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands between a review and its signature: a lesion by its number, or a consensus field."""

    kind: Literal["undecided", "counting", "field"]
    lesion: int | None
    field: str | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """All that a version says, as JSON values, with its hash and the moment that it names."""

    content: dict[str, Any]
    sha256: str
    at: datetime


class NotComplete(Conflict):
    """A review is signed as a whole."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(f"The review cannot be signed yet: {len(missing)} of its answers are missing.")
        self.missing = missing


class SignedFileAltered(FocusScopeError):
    """What was signed is no longer what is stored."""

    status = 500

    def __init__(self, version: int) -> None:
        super().__init__(
            f"What is stored of version {version} is not what was signed: its hash differs, so it is not sent. "
            "Please tell whoever runs this installation."
        )


def missing(standing: Standing) -> list[Missing]:
    """List what must be answered before the review can be signed."""
    lesions = standing.state.in_order()
    undecided = [Missing("undecided", one.number, None) for one in standing.state.undecided()]
    counting = [
        Missing("counting", one.number, None) for one in lesions if one.accepted and one.counts_as_focus is None
    ]
    return [*undecided, *counting, *(Missing("field", None, name) for name in standing.state.fields.missing())]


def to_sign(session: Session, *, analysis: Analysis, here: UserSession, password: str | None, version: str) -> Standing:
    """Return the review if the reader who is signed in here may sign it as they saw it.

    Raises:
        ReviewChanged: where it is no longer what they saw.
        ReviewSigned: where it is signed already.
        NotComplete: with what is missing.
        PasswordNotRight: where the password is not theirs.
        ProofNeeded: where there is none, and they did not just confirm at the provider that it is them.
        TooManyWrongPasswords: after several, for a while.
    """
    reviews.hold(session, analysis=analysis)
    standing = reviews.standing(session, analysis=analysis)
    if version != standing.version:
        raise ReviewChanged(standing)
    if standing.signed:
        raise ReviewSigned
    if lacking := missing(standing):
        raise NotComplete(lacking)
    accounts.confirm(session, here=here, password=password)
    return standing


def reason_of(standing: Standing) -> str | None:
    """Return why a review was opened again since it was signed last; None where it never was signed."""
    reasons = [one.payload["reason"] for one in standing.commands if one.kind == "amend"]
    return reasons[-1] if standing.signatures else None


def record(
    session: Session, *, standing: Standing, by: User, frozen: Frozen, files: Mapping[str, bytes], storage: Storage
) -> Signature:  # fmt: skip
    """Store a signature and its files, as the next version.

    Raises:
        ReviewChanged: where somebody else signed first.
    """
    assert standing.row is not None  # noqa: S101 - what is complete has been worked on
    signature = Signature(
        id=uuid4(), review_id=standing.row.id, version=len(standing.signatures) + 1, sequence=standing.state.version,
        reason=reason_of(standing), content=frozen.content, content_sha256=frozen.sha256, signed_by=by,
        signed_at=frozen.at,
        files={name: sha256(data).hexdigest() for name, data in files.items()},
    )  # fmt: skip
    remove_leftovers(session, slide_id=standing.analysis.slide_id, storage=storage)
    with storage.keeping_signed(standing.analysis.slide_id, signature.id, files):
        try:
            with session.begin_nested():
                session.add(signature)
                session.flush()
                performance.keep(session, signature=signature, standing=standing)
        except IntegrityError:
            raise ReviewChanged(reviews.standing(session, analysis=standing.analysis)) from None
        after = {"version": signature.version, "content_sha256": frozen.sha256, "files": signature.files}
        audit.note(session, action="review.sign", subject_id=standing.row.id, by=by, after=after)
        session.flush()
        summaries.refresh(session, analysis=standing.analysis)
    return signature


def remove_leftovers(session: Session, *, slide_id: UUID, storage: Storage) -> None:
    """Remove files of a version that was never signed, because the server was killed in the middle of it.

    Until this transaction ends nobody else signs on the same slide, whose files would look the same.
    """
    session.scalar(select(Slide.id).where(Slide.id == slide_id).with_for_update(key_share=True))
    signed = select(Signature.id).join(Review).join(Analysis).where(Analysis.slide_id == slide_id)
    storage.remove_signed_but(slide_id, set(session.scalars(signed)))


def version_of(session: Session, *, analysis: Analysis, number: int) -> Signature:
    """Return a signed version.

    Raises:
        NotFound: where there is none of that number.
    """
    found = [one for one in reviews.standing(session, analysis=analysis).signatures if one.version == number]
    if not found:
        raise NotFound("There is no signed version of that number.")
    return found[0]


def stored(signature: Signature, analysis: Analysis, storage: Storage) -> dict[str, bytes]:
    """Return the files of a signed version, by name, as they were signed.

    Raises:
        SignedFileAltered: where one is not.
    """
    return {name: _verified(signature, name, analysis, storage) for name in signature.files}


def _verified(signature: Signature, name: str, analysis: Analysis, storage: Storage) -> bytes:
    path = storage.signed_folder(analysis.slide_id, signature.id) / name
    data = path.read_bytes() if path.is_file() else b""
    if sha256(data).hexdigest() != signature.files[name]:
        raise SignedFileAltered(signature.version)
    return data
