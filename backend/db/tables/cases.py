"""Cases: the slides and levels of one biopsy."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from backend.core.natural_order import sort_key
from backend.db.base import Base, HasId, SortKey, utc_now
from backend.db.tables.users import User


class Case(HasId, Base):
    """One biopsy under a pseudonym. `blind_first`: a reader sees no proposal before having recorded their own read.

    `sort_key` follows the pseudonym, to sort by it as one counts.
    `pseudonym_key` is the pseudonym without regard to case and spacing, so that no two cases of a site look alike.
    """

    __tablename__ = "case"
    __table_args__ = (UniqueConstraint("site", "pseudonym_key"),)

    pseudonym: Mapped[str]
    site: Mapped[str]
    pseudonym_key: Mapped[str]
    sort_key: Mapped[SortKey]
    blind_first: Mapped[bool] = mapped_column(default=False)
    assigned_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    assigned_to: Mapped[User | None] = relationship(lazy="joined", foreign_keys=assigned_to_id)
    created_by: Mapped[User] = relationship(lazy="joined", innerjoin=True, foreign_keys=created_by_id)

    @validates("pseudonym")
    def _keep_order(self, _attribute: str, pseudonym: str) -> str:
        self.sort_key = sort_key(pseudonym)
        return pseudonym
