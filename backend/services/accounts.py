"""People who may sign in: names, passwords, roles."""

import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotFound, NotSignedIn
from backend.core.vault import Vault
from backend.db.base import utc_now
from backend.db.tables import User, UserSession
from backend.services import attempts, audit, credentials, passwords, rights, second_factors, sessions
from backend.services.rights import Role

LONGEST_SITE = 100
SITE = "main"
"""The site of those for whom none was named."""

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}")


class PasswordNotRight(FocusScopeError):
    """Who is signed in could not prove to be who they are."""

    status = 403
    keeps = True

    def __init__(self) -> None:
        super().__init__("The password is not right: nothing has been done.")


class SignInRefused(NotSignedIn):
    """The name or the password is wrong; which, is not said."""

    keeps = True

    def __init__(self) -> None:
        super().__init__("The username or the password is not right.")


class UsernameNotValid(FocusScopeError):
    """The username cannot be typed reliably."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "A username consists of the letters a to z, digits, and . _ @ -, and begins with a letter or digit."
        )


class NotOneself(FocusScopeError):
    """Somebody would shut themselves out."""

    status = 409

    def __init__(self) -> None:
        super().__init__("Nobody takes their own access away: ask another admin to do it.")


class SiteNotValid(FocusScopeError):
    """The site has no name."""

    status = 422

    def __init__(self) -> None:
        super().__init__("The name of a site has 1 to 100 characters.")


def add_user(
    session: Session, *, username: str, display_name: str, password: str | None, role: Role | None = None,
    site: str = SITE,
) -> User:  # fmt: skip
    """Create a user; unless a role is given, the first of all is an admin and others are readers.

    Without a password they sign in by the provider alone.

    Raises:
        Conflict: where the username is taken.
    """
    if role is None:
        role = "reader" if session.scalar(select(User.id).limit(1)) else "admin"
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise UsernameNotValid
    if session.scalar(select(User).where(User.username == username)):
        raise Conflict(f"There is already a user “{username}”.")
    user = User(
        username=username, display_name=display_name.strip() or username, role=role, site=site_named(site),
        password_hash="" if password is None else passwords.hash_of(password, known=(username, display_name)),
    )  # fmt: skip
    session.add(user)
    session.flush()
    audit.note(session, action="user.add", subject_id=user.id, by=None, after={"role": role, "site": user.site})
    return user


def list_users(session: Session) -> list[User]:
    """Return all users by name, disabled ones included."""
    return list(session.scalars(select(User).order_by(User.username)))


def named(session: Session, *, username: str) -> User:
    """Return the user with this name.

    Raises:
        NotFound: where there is none.
    """
    user = session.scalar(select(User).where(User.username == username.strip().lower()))
    if user is None:
        raise NotFound(f"There is no user “{username}”.")
    return user


def of_id(session: Session, *, user_id: UUID) -> User:
    """Return the user with this id.

    Raises:
        NotFound: where there is none.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def people_for(session: Session, *, by: User) -> list[User]:
    """Return those of whom somebody may know, by name: an admin of all, a lead of their site's."""
    known = select(User).order_by(User.site, User.display_name, User.id)
    return list(session.scalars(known if by.role == "admin" else known.where(User.site == by.site)))


def disable_user(session: Session, *, username: str, by: User | None = None) -> User:
    """Bar a user from signing in, and withdraw what would let them in.

    Raises:
        NotOneself: where they are who asks.
    """
    user = named(session, username=username)
    if user is by:
        raise NotOneself
    user.disabled_at = user.disabled_at or utc_now()
    credentials.withdraw(session, user=user, by=by)
    audit.note(session, action="user.disable", subject_id=user.id, by=by)
    return user


def enable_user(session: Session, *, username: str, by: User) -> User:
    """Let a user sign in again who was barred from it."""
    user = named(session, username=username)
    user.disabled_at = None
    audit.note(session, action="user.enable", subject_id=user.id, by=by)
    return user


def set_password(session: Session, *, username: str, password: str) -> User:
    """Give a user another password, withdraw what let them in, and let them in again if disabled."""
    user = named(session, username=username)
    user.password_hash = passwords.hash_of(password, known=(user.username, user.display_name))
    user.disabled_at = None
    for purpose in (_to_sign_in(user.username), _to_confirm(user)):
        attempts.forget(session, purpose=purpose)
    credentials.withdraw(session, user=user, by=None)
    audit.note(session, action="user.set_password", subject_id=user.id, by=None)
    return user


def change_password(session: Session, *, here: UserSession, password: str, new: str) -> None:
    """Give oneself another password, and withdraw all that lets one in but the session `here`.

    Raises:
        PasswordNotRight: where `password` is not the present one.
        TooManyWrongPasswords: after several, for a while.
    """
    user = here.user
    confirm(session, here=here, password=password)
    user.password_hash = passwords.hash_of(new, known=(user.username, user.display_name))
    credentials.withdraw(session, user=user, by=user, but=here)
    audit.note(session, action="user.set_password", subject_id=user.id, by=user)


def change_user(
    session: Session, *, username: str, role: Role | None = None, site: str | None = None, by: User | None = None
) -> User:
    """Give a user another role or site; what they brought stays with the site that it was brought to.

    Their sessions end, so that nobody comes into other rights who was in before.

    Raises:
        NotOneself: where an admin would cease to be one by their own hand, so that one admin always remains.
    """
    user = named(session, username=username)
    if user is by and role not in (None, user.role):
        raise NotOneself
    before = {"role": user.role, "site": user.site}
    if site is not None:
        user.site = site_named(site)
    user.role = role or user.role
    session.flush()
    after = {"role": user.role, "site": user.site}
    audit.note(session, action="user.change", subject_id=user.id, by=by, before=before, after=after)
    if after != before:
        sessions.end_all(session, user=user, by=by)
    return user


def readers(session: Session, *, by: User) -> list[User]:
    """Return those who may read, by name: of all sites for who may assign them a case, else of one's own site."""
    reading = select(User).where(User.disabled_at.is_(None), User.role.in_(rights.ROLES_THAT_MAY["read"]))
    if not rights.has_role_for(by, "manage"):
        reading = reading.where(User.site == by.site)
    return list(session.scalars(reading.order_by(User.display_name, User.id)))


def sign_in(
    session: Session,
    *,
    username: str,
    password: str,
    hours: int,
    vault: Vault,
    code: str | None = None,
    browser: str = "",
    address: str = "",
    instead_of: str | None = None,
) -> tuple[UserSession, str]:
    """Check a password and begin a session, which ends the one `instead_of` it; return it with its token.

    Who has a second factor gives its `code`, too: it is asked for once the password was right.

    Raises:
        CodeNeeded: where the password is right and the code is to come.
        CodeNotRight: where it is wrong.
        SignInRefused: with the same sentence, after the same time, whether the name or the password is wrong.
        TooManyWrongPasswords: after several, for a while; also of a name that nobody has, and of many names from one
            network address.
    """
    username = username.strip().lower()
    user = session.scalar(select(User).where(User.username == username))
    try:
        attempts.require_few(session, source=address)
        right = attempts.is_right(session, purpose=_to_sign_in(username), verify=lambda: _opens(user, password))
    except attempts.TooManyWrongPasswords:
        audit.note(session, action="user.turned_away", subject_id=user.id if user else None, by=None)
        raise
    if user is None or not right:
        attempts.count(session, source=address)
        audit.note(session, action="user.wrong_password", subject_id=user.id if user else None, by=None)
        raise SignInRefused
    if is_strong := second_factors.of_user(session, user=user) is not None:
        if code is None:
            raise second_factors.CodeNeeded
        try:
            second_factors.prove(session, user=user, code=code, vault=vault)
        except second_factors.CodeNotRight:
            attempts.count(session, source=address)
            raise
    sessions.sign_out(session, token=instead_of)
    began, token = sessions.begin(session, user=user, hours=hours, browser=browser, is_strong=is_strong)
    audit.note(session, action="user.sign_in", subject_id=user.id, by=user)
    return began, token


def confirm(session: Session, *, here: UserSession, password: str | None) -> None:
    """Ask who is signed in for their password again; without one, they have just signed in at the provider once more.

    Raises:
        PasswordNotRight: where it is not theirs.
        ProofNeeded: where there is none, and no such sign-in that was not used yet.
        TooManyWrongPasswords: after several, for a while. Signing in is counted apart, or strangers could hinder it.
    """
    user = here.user
    if password is None:
        sessions.use_proof(session, here=here)
        return
    if not attempts.is_right(session, purpose=_to_confirm(user), verify=lambda: _opens(user, password)):
        audit.note(session, action="user.wrong_password", subject_id=user.id, by=user)
        raise PasswordNotRight


def site_named(name: str) -> str:
    """Return the name of a site as it is kept.

    Raises:
        SiteNotValid: where it is none.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_SITE:
        raise SiteNotValid
    return name


def _to_sign_in(username: str) -> str:
    return f"sign in {username}"


def _to_confirm(user: User) -> str:
    return f"confirm {user.id}"


def _opens(user: User | None, password: str) -> bool:
    """Say whether a password is that of a user who may sign in; keep a better hash of it where there is one."""
    right, better_hash = passwords.is_right(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        return False
    user.password_hash = better_hash or user.password_hash
    return True
