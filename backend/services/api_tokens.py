"""API tokens: a program asks in the name of a user, for what the token's scopes and the user's role both allow."""

from collections.abc import Collection
from datetime import timedelta
from secrets import token_urlsafe
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError, NotFound, NotSignedIn
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import ApiToken, User, UserSession
from backend.services import access, audit, sessions

Scope = Literal["slides:read", "slides:write", "reviews:read", "reports:read"]

PREFIX = "fs_"
LONGEST_DAYS = 365
LONGEST_NAME = 100
AT_A_TIME = 20


class TokenNotGood(NotSignedIn):
    """The token is unknown, revoked, too old, or its user is barred."""

    def __init__(self) -> None:
        super().__init__("This token is not good any more: make another on the page of your account.")


class ScopeLacking(FocusScopeError):
    """The token was not made for this."""

    status = 403

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"This token does not allow it: it would need the scope {scope}.")


class NotForTokens(FocusScopeError):
    """Some things are done by people only."""

    status = 403

    def __init__(self) -> None:
        super().__init__("No token allows this: sign in with a browser.")


class TokenNotValid(FocusScopeError):
    """A token needs a name, something that it allows, and an end."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            f"A token has a name of 1 to {LONGEST_NAME} characters, at least one scope, and an end within "
            f"{LONGEST_DAYS} days."
        )


class TooManyTokens(FocusScopeError):
    """More than anybody keeps an eye on."""

    status = 409

    def __init__(self) -> None:
        super().__init__(f"You have {AT_A_TIME} tokens: revoke some first.")


def make(
    session: Session, *, here: UserSession, name: str, scopes: Collection[Scope], days: int
) -> tuple[ApiToken, str]:
    """Make a token for a user who has just given their password; return it with its secret, which is told this once.

    Raises:
        TokenNotValid: where name, scopes or days are none.
        TooManyTokens: where the user has many.
    """
    name = " ".join(name.split())
    if not (0 < len(name) <= LONGEST_NAME and scopes and 0 < days <= LONGEST_DAYS):
        raise TokenNotValid
    if len(of_user(session, user=here.user)) >= AT_A_TIME:
        raise TooManyTokens
    secret = PREFIX + token_urlsafe(32)
    ends = utc_now() + timedelta(days=days)
    made = ApiToken(user=here.user, name=name, token_sha256=sessions.digest(secret), expires_at=ends)
    made.scopes, made.is_strong = sorted(set(scopes)), here.is_strong
    session.add(made)
    session.flush()
    after = {"scopes": made.scopes, "days": days}
    audit.note(session, action="token.make", subject_id=made.id, by=here.user, after=after)
    return made, secret


def of_user(session: Session, *, user: User) -> list[ApiToken]:
    """Return the tokens of a user that are good, newest first."""
    good = select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.expires_at > utc_now())
    return list(session.scalars(good.order_by(ApiToken.created_at.desc(), ApiToken.id)))


def revoke(session: Session, *, token_id: UUID, user: User) -> None:
    """Make a token useless at once.

    Raises:
        NotFound: where the user has none such.
    """
    found = session.get(ApiToken, token_id)
    if found is None or found.user_id != user.id:
        raise NotFound("There is no such token; it may have been revoked.")
    session.delete(found)
    access.changed(session)
    audit.note(session, action="token.revoke", subject_id=token_id, by=user)


def revoke_all(session: Session, *, user: User, by: User | None) -> None:
    """Make all tokens of a user useless."""
    theirs = session.scalars(delete(ApiToken).where(ApiToken.user_id == user.id).returning(ApiToken.id)).all()
    access.changed(session)
    if theirs:
        audit.note(session, action="token.revoke_all", subject_id=user.id, by=by, after={"tokens": len(theirs)})


def use(session: Session, *, secret: str, scope: Scope | None, must: Collection[str]) -> ApiToken:
    """Return the token with this secret, for something that needs a scope; None is what no token may do.

    What the session notes from now on says that the token did it.

    Raises:
        TokenNotGood: where it is unknown or too old, or its user is barred.
        NotForTokens: where no token may do it.
        ScopeLacking: where this one may not.
        SecondFactorNeeded: where it was made without one that its user must have.
    """
    found = session.scalar(select(ApiToken).where(ApiToken.token_sha256 == sessions.digest(secret)))
    if found is None or found.expires_at <= utc_now() or found.user.disabled_at is not None:
        raise TokenNotGood
    if found.user.role in must and not found.is_strong:
        raise sessions.SecondFactorNeeded
    if scope is None:
        raise NotForTokens
    if scope not in found.scopes:
        raise ScopeLacking(scope)
    audit.acts_with(session, found.id)
    return found


def note_use(factory: Sessions, used: ApiToken) -> None:
    """Note that a token is in use, unless that was noted a moment ago; in a transaction of its own."""
    if used.last_used_at is None or utc_now() - used.last_used_at > sessions.NOTED_EVERY:
        with factory.begin() as session:
            if again := session.get(ApiToken, used.id):
                again.last_used_at = utc_now()
