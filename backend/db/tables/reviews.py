"""What clinicians decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db.base import Base, HasId, utc_now
from backend.db.tables.users import User


class Review(HasId, Base):
    """A clinician's pass over one analysis. What it says follows from its decisions alone."""

    __tablename__ = "review"

    analysis_id: Mapped[UUID] = mapped_column(ForeignKey("analysis.id", ondelete="CASCADE"), unique=True)
    started_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime] = mapped_column(default=utc_now)


class Decision(Base):
    """One entry in a review. Entries are appended, never changed; the latest on a lesion holds.

    `counts_as_focus` overrides the lesion's own answer; None leaves it.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("verdict IN ('confirmed', 'rejected', 'undecided')", name="verdict"),
        ForeignKeyConstraint(["analysis_id", "lesion_id"], ["lesion.analysis_id", "lesion.id"], ondelete="CASCADE"),
        Index("ix_decision_lesion", "analysis_id", "lesion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id", ondelete="CASCADE"), index=True)
    analysis_id: Mapped[UUID]
    lesion_id: Mapped[UUID]
    verdict: Mapped[str]
    counts_as_focus: Mapped[bool | None]
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=utc_now)

    decided_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
