"""Where people are signed in: each browser a row, which ends by itself, by signing out, or by being revoked."""

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError, NotFound, NotSignedIn
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import User, UserSession
from backend.services import access, audit

NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was last used; each use would otherwise write."""

_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Mac OS": "macOS", "Linux": "Linux"
}  # fmt: skip


PROOF_GOOD_FOR = timedelta(minutes=5)
"""How long a sign-in at the provider once more stands for a password, if it is not used before."""


class ProofNeeded(FocusScopeError):
    """Neither a password nor a fresh sign-in at the provider says that it is really them."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Please enter your password, or confirm by single sign-on that it is you.")


class SecondFactorNeeded(FocusScopeError):
    """Whoever has this role does nothing without a second factor here."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This installation requires a second factor: please set yours up first.")


def digest(token: str) -> str:
    """Return what is stored of a session's token."""
    return sha256(token.encode()).hexdigest()


def begin(
    session: Session, *, user: User, hours: int, browser: str = "", is_strong: bool = False
) -> tuple[UserSession, str]:
    """Begin a session and return it with its token; `browser` is what the program calls itself."""
    token = token_urlsafe(32)
    session.execute(delete(UserSession).where(UserSession.expires_at <= utc_now()))
    ends = utc_now() + timedelta(hours=hours)
    row = UserSession(user=user, token_sha256=digest(token), expires_at=ends, browser=named(browser))
    row.is_strong = is_strong
    session.add(row)
    return row, token


def renew(session: Session, *, here: UserSession) -> str:
    """Give a session another token and return it: whoever knows the one before is no longer signed in by it."""
    token = token_urlsafe(32)
    here.token_sha256 = digest(token)
    access.changed(session)
    return token


def of_token(session: Session, *, token: str | None) -> UserSession:
    """Return the session with this token.

    Raises:
        NotSignedIn: where it is unknown or over, or the user is disabled.
    """
    if not token:
        raise NotSignedIn
    found = session.scalar(select(UserSession).where(UserSession.token_sha256 == digest(token)))
    if found is None or found.user.disabled_at is not None:
        raise NotSignedIn
    if found.expires_at <= utc_now():
        raise NotSignedIn("The session has ended: please sign in again.")
    return found


def lacks_strength(found: UserSession, *, must: Collection[str]) -> bool:
    """Say whether a session was begun without a second factor by somebody whose role `must` have one."""
    return found.user.role in must and not found.is_strong


def require_strong(found: UserSession, *, must: Collection[str]) -> None:
    """Refuse a session that was begun without a second factor to those whose role `must` have one.

    Raises:
        SecondFactorNeeded: where that is so.
    """
    if lacks_strength(found, must=must):
        raise SecondFactorNeeded


def is_proved(here: UserSession) -> bool:
    """Say whether whoever is signed in here has just signed in at the provider once more."""
    return here.proved_at is not None and here.proved_at > utc_now() - PROOF_GOOD_FOR


def use_proof(session: Session, *, here: UserSession) -> None:
    """Let a sign-in at the provider stand for the password, once.

    Raises:
        ProofNeeded: where there is none, or it is too old, or used.
    """
    proved = (UserSession.id == here.id, UserSession.proved_at > utc_now() - PROOF_GOOD_FOR)
    used = update(UserSession).where(*proved).values(proved_at=None).returning(UserSession.id)
    if session.scalar(used) is None:
        raise ProofNeeded


def note_use(sessions: Sessions, used: UserSession) -> None:
    """Note that a session is in use, unless that was noted a moment ago; in a transaction of its own."""
    if utc_now() - used.last_used_at > NOTED_EVERY:
        with sessions.begin() as session:
            if again := session.get(UserSession, used.id):
                again.last_used_at = utc_now()


def of_user(session: Session, *, user: User) -> list[UserSession]:
    """Return where somebody is signed in, what was used last first."""
    theirs = select(UserSession).where(UserSession.user_id == user.id, UserSession.expires_at > utc_now())
    return list(session.scalars(theirs.order_by(UserSession.last_used_at.desc(), UserSession.id)))


def sign_out(session: Session, *, token: str | None) -> None:
    """End the session of this token, if there is one."""
    found = session.scalar(select(UserSession).where(UserSession.token_sha256 == digest(token))) if token else None
    if found:
        session.delete(found)
        access.changed(session)
        audit.note(session, action="user.sign_out", subject_id=found.user_id, by=found.user_id)


def revoke(session: Session, *, session_id: UUID, user: User, by: User) -> None:
    """End one session of a user.

    Raises:
        NotFound: where they have none such.
    """
    found = session.get(UserSession, session_id)
    if found is None or found.user_id != user.id:
        raise NotFound("There is no such session; it may have ended.")
    session.delete(found)
    access.changed(session)
    audit.note(session, action="user.end_session", subject_id=user.id, by=by)


def end_all(session: Session, *, user: User, by: User | None, but: UserSession | None = None) -> None:
    """End every session of a user, `but` one."""
    theirs = delete(UserSession).where(UserSession.user_id == user.id)
    session.execute(theirs.where(UserSession.id != but.id) if but else theirs)
    access.changed(session)
    audit.note(session, action="user.end_sessions", subject_id=user.id, by=by)


def named(program: str) -> str:
    """Say which browser on which system calls itself so, as far as one can tell; "" where not."""
    browser = next((name for mark, name in _BROWSERS.items() if f"{mark}/" in program), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in program), "")
    return ", ".join(filter(None, (browser, system)))
