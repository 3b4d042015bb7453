"""Who has a review open: a sign of life now and then, forgotten soon after the last."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.db.base import utc_now
from backend.db.tables import Analysis, Presence, Review, User
from backend.services.commands import review_of

GONE_AFTER = timedelta(seconds=45)


def seen(session: Session, *, analysis: Analysis, user: User) -> tuple[Presence, list[Presence]]:
    """Note that a reader has the review open; return that, and who else has, the earliest first."""
    row = review_of(session, analysis, user.id)
    session.execute(delete(Presence).where(Presence.review_id == row.id, Presence.seen_at < utc_now() - GONE_AFTER))
    mine = session.get(Presence, (row.id, user.id)) or Presence(review_id=row.id, user=user)
    mine.seen_at = utc_now()
    session.add(mine)
    session.flush()
    others = select(Presence).where(Presence.review_id == row.id, Presence.user_id != user.id)
    return mine, list(session.scalars(others.order_by(Presence.since)))


def readers_of(session: Session, *, analyses: Collection[Analysis], but: User) -> dict[UUID, list[str]]:
    """Return by analysis who else has its review open now, the earliest first."""
    now = select(Review.analysis_id, User.display_name).select_from(Presence)
    now = now.join(Review, Review.id == Presence.review_id).join(User, User.id == Presence.user_id)
    now = now.where(Review.analysis_id.in_([one.id for one in analyses]), Presence.seen_at > utc_now() - GONE_AFTER)
    names: dict[UUID, list[str]] = {}
    for analysis_id, name in session.execute(now.where(User.id != but.id).order_by(Presence.since)):
        names.setdefault(analysis_id, []).append(name)
    return names
