"""What clinicians decided, drew, wrote and signed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db.base import Base, HasId, utc_now
from backend.db.tables.users import User

KINDS = ("verdict", "shape", "fields", "comment", "read", "amend", "undo", "redo")
STATUSES = ("in_review", "signed", "amending")


class Review(HasId, Base):
    """A clinician's pass over one analysis. What it says follows from its commands alone."""

    __tablename__ = "review"

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analysis.id", ondelete="CASCADE"), unique=True)
    started_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime] = mapped_column(default=utc_now)

    started_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    commands: Mapped[list["ReviewCommand"]] = relationship(order_by="ReviewCommand.sequence", passive_deletes=True)
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.version", passive_deletes=True)


class ReviewSummary(Base):
    """Where a review stands, kept so that a list of slides need not replay each: written with whatever changes it.

    `version` is the sequence of the last command; `reason` says why there is no focus score.
    """

    __tablename__ = "review_summary"
    __table_args__ = (CheckConstraint(f"status IN {STATUSES}", name="status"),)

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str]
    version: Mapped[int]
    decided: Mapped[int]
    total: Mapped[int]
    foci: Mapped[int]
    glandular_area_mm2: Mapped[float | None]
    focus_score: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    reason: Mapped[str | None]
    started_at: Mapped[datetime]
    last_reader_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    last_at: Mapped[datetime]

    last_reader: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ReviewCommand(HasId, Base):
    """One action of a reader: appended, never changed. The reader's browser chooses the id, so a repeat is known.

    `sequence` counts from 1 within the review; being unique, it lets one of two simultaneous writers through.
    """

    __tablename__ = "review_command"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        UniqueConstraint("review_id", "sequence"),
    )

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=utc_now)

    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ShapeCount(Base):
    """The lymphocytes that a worker counted in a drawn shape."""

    __tablename__ = "shape_count"

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    shape_id: Mapped[UUID] = mapped_column(primary_key=True)
    lymphocyte_count: Mapped[int]


class Signature(HasId, Base):
    """A review as it was signed: never changed, never deleted.

    `content` is all that the report was made from; `files` are SHA-256 by file name.
    """

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("review_id", "version"),)

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    sequence: Mapped[int]
    reason: Mapped[str | None]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    content_sha256: Mapped[str]
    files: Mapped[dict[str, Any]]
    signed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    signed_at: Mapped[datetime] = mapped_column(default=utc_now)

    signed_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class SignedTally(Base):
    """What a signed version says of the foci that were proposed, in numbers, so that thousands are summed quickly.

    `networks` are [name, preset, SHA-256] of those that proposed them; `rejected` is by reason, "" where none is given.
    """

    __tablename__ = "signed_tally"

    signature_id: Mapped[UUID] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True)
    networks: Mapped[list[Any]]
    predicted_focus_score: Mapped[float | None]
    reviewed_focus_score: Mapped[float | None]
    proposed: Mapped[int]
    confirmed: Mapped[int]
    corrected: Mapped[int]
    not_foci: Mapped[int]
    rejected: Mapped[dict[str, Any]]
    added: Mapped[int]


class Presence(Base):
    """Who has a review open: a sign of life now and then."""

    __tablename__ = "presence"

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
