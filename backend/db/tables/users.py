"""People who may sign in, and where they are signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db.base import Base, HasId, utc_now

ROLES = ("admin", "lead", "reader", "viewer")


class User(HasId, Base):
    """A person. Users are disabled, never deleted: their decisions keep their name.

    `site` is the name of the hospital or laboratory whose slides they see; `role` is what they may do with them.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)

    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    disabled_at: Mapped[datetime | None]
    role: Mapped[str]
    site: Mapped[str]


class UserSession(HasId, Base):
    """One browser that is signed in. Only the hash of its token is kept; `browser` says which one it is, if known.

    It `is_strong` where whoever signed in gave a second factor, too.
    """

    __tablename__ = "user_session"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime] = mapped_column(default=utc_now)
    browser: Mapped[str] = mapped_column(default="")
    is_strong: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
