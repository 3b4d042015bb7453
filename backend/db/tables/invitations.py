"""Links that let somebody in, once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db.base import Base, HasId, utc_now
from backend.db.tables.users import ROLES, User


class Invitation(HasId, Base):
    """A link with which a new user joins a site in a role, or `user` takes a new password. Only its hash is kept."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)

    token_sha256: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    site: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]

    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
