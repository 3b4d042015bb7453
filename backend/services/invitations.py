"""Links with which people join, or take a new password: shown once, good once, and not for long."""

from datetime import timedelta
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError, NotFound
from backend.db.base import utc_now
from backend.db.tables import Invitation, User
from backend.services import accounts, attempts, audit, rights, sessions
from backend.services.rights import NotAllowed, Role

GOOD_FOR = timedelta(days=3)
AT_A_TIME = 100


class LinkNotGood(FocusScopeError):
    """The link was used, withdrawn, is too old, or never was one."""

    status = 404
    keeps = True

    def __init__(self) -> None:
        super().__init__("This link is not good any more: please ask whoever sent it for another.")


class TooManyInvitations(FocusScopeError):
    """Somebody invites more people than anybody would."""

    status = 429

    def __init__(self) -> None:
        super().__init__(f"There are {AT_A_TIME} invitations that nobody has used: withdraw some first.")


def invite(session: Session, *, role: Role, site: str, by: User) -> tuple[Invitation, str]:
    """Make a link with which somebody joins a site in a role; return it with its token.

    Raises:
        NotAllowed: where that is not for the role of who invites: a lead invites to their own site, and no admins.
        TooManyInvitations: where many of theirs are unused.
    """
    rights.require_role_for(by, "invite")
    site = accounts.site_named(site)
    if by.role != "admin" and (site != by.site or role == "admin"):
        raise NotAllowed
    if len([one for one in pending(session, by=by) if one.created_by_id == by.id]) >= AT_A_TIME:
        raise TooManyInvitations
    return _link(session, Invitation(role=role, site=site, created_by=by), by)


def for_new_password(session: Session, *, user: User, by: User) -> tuple[Invitation, str]:
    """Make a link with which a user takes a new password; one that there was before is withdrawn."""
    session.execute(delete(Invitation).where(Invitation.user_id == user.id))
    return _link(session, Invitation(role=user.role, site=user.site, user=user, created_by=by), by)


def pending(session: Session, *, by: User) -> list[Invitation]:
    """Return the links that are good and not used, newest first: an admin's are all, a lead's those to their site."""
    good = select(Invitation).where(Invitation.expires_at > utc_now())
    if by.role != "admin":
        good = good.where(Invitation.site == by.site, Invitation.user_id.is_(None))
    return list(session.scalars(good.order_by(Invitation.created_at.desc(), Invitation.id)))


def withdraw(session: Session, *, invitation_id: UUID, by: User) -> None:
    """Make a link useless.

    Raises:
        NotFound: where there is none such for whoever asks.
    """
    found = next((one for one in pending(session, by=by) if one.id == invitation_id), None)
    if found is None:
        raise NotFound("There is no such invitation; it may have been used.")
    session.delete(found)
    audit.note(session, action="invitation.withdraw", subject_id=found.id, by=by)


def opened(session: Session, *, token: str, address: str) -> Invitation:
    """Return the invitation with this token, and keep others from using it meanwhile.

    Raises:
        LinkNotGood: where there is none, or it is too old.
        TooManyWrongPasswords: where too many wrong ones came from that network address.
    """
    attempts.require_few(session, source=address)
    wanted = select(Invitation).where(Invitation.token_sha256 == sessions.digest(token))
    found = session.scalar(wanted.with_for_update(of=Invitation))
    if found is None or found.expires_at <= utc_now() or (found.user and found.user.disabled_at):
        attempts.count(session, source=address)
        raise LinkNotGood
    return found


def accept(session: Session, invitation: Invitation, *, username: str, display_name: str, password: str | None) -> User:
    """Use a link: make the user whom it invites, or give the user whom it names a new password.

    Whom it invites have no password where they sign in by the provider.
    """
    if invitation.user:
        if password is None:
            raise LinkNotGood
        user = accounts.set_password(session, username=invitation.user.username, password=password)  # uses the link up
    else:
        role: Role = invitation.role  # type: ignore[assignment]  # the database checks it
        user = accounts.add_user(
            session, username=username, display_name=display_name, password=password, role=role, site=invitation.site
        )
        session.delete(invitation)
    audit.note(session, action="invitation.accept", subject_id=invitation.id, by=user)
    return user


def _link(session: Session, invitation: Invitation, by: User) -> tuple[Invitation, str]:
    token = token_urlsafe(32)
    invitation.token_sha256, invitation.expires_at = sessions.digest(token), utc_now() + GOOD_FOR
    session.add(invitation)
    session.flush()
    after = {"role": invitation.role, "site": invitation.site, "user_id": invitation.user and str(invitation.user.id)}
    audit.note(session, action="invitation.make", subject_id=invitation.id, by=by, after=after)
    return invitation, token
