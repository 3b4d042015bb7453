"""What lets somebody in without being asked again: their sessions, their API tokens, and links to a new password."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from backend.db.tables import Invitation, User, UserSession
from backend.services import api_tokens, sessions


def withdraw(session: Session, *, user: User, by: User | None, but: UserSession | None = None) -> None:
    """End all sessions of a user but one, revoke their tokens, and make links to a new password useless."""
    sessions.end_all(session, user=user, by=by, but=but)
    api_tokens.revoke_all(session, user=user, by=by)
    session.execute(delete(Invitation).where(Invitation.user_id == user.id))
