"""Who has a review open: a sign of life now and then, forgotten soon after the last."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.db.base import utc_now
from backend.db.tables import Analysis, Presence, User
from backend.services.commands import review_of

GONE_AFTER = timedelta(seconds=45)


def seen(session: Session, *, analysis: Analysis, user: User) -> list[Presence]:
    """Note that a reader has the review open; return who else has, the earliest first."""
    row = review_of(session, analysis, user.id)
    session.execute(delete(Presence).where(Presence.review_id == row.id, Presence.seen_at < utc_now() - GONE_AFTER))
    mine = session.get(Presence, (row.id, user.id)) or Presence(review_id=row.id, user=user)
    mine.seen_at = utc_now()
    session.add(mine)
    session.flush()
    others = select(Presence).where(Presence.review_id == row.id, Presence.user_id != user.id)
    return list(session.scalars(others.order_by(Presence.since)))
