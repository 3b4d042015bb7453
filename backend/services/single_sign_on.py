"""Single sign-on: which user of this installation somebody is, whom the OpenID provider has signed in.

Whoever came before is known by the provider's own name for them. Whoever comes for the first time is found by the
verified e-mail address that an admin entered, and bound to that name; or joins by an invitation; or is let in by the
settings.
"""

import re

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError
from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.tables import ProviderAccount, User, UserSession
from backend.provider import Person
from backend.services import accounts, attempts, audit, credentials, invitations, second_factors, sessions

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
SLACK_S = 5
"""How much older a sign-in may seem than it is: its moment is told in whole seconds."""


class NoProvider(Conflict):
    """This installation has no single sign-on."""

    def __init__(self) -> None:
        super().__init__("There is no single sign-on here: sign in with user name and password.")


class NotLetIn(FocusScopeError):
    """The provider knows them, this installation does not, or no longer."""

    status = 403
    keeps = True

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has confirmed who you are, but you may not sign in here: ask an admin for an invitation, or to "
            "enter your e-mail address."
        )


class SecondFactorNotGiven(FocusScopeError):
    """They must have a second factor, and the provider does not say that they gave one."""

    status = 403
    keeps = True

    def __init__(self, name: str) -> None:
        super().__init__(f"You need a second factor here, and {name} does not say that you gave one: set it up there.")


class SomebodyElse(FocusScopeError):
    """Who confirmed is not who is signed in here."""

    status = 403
    keeps = True

    def __init__(self, name: str) -> None:
        super().__init__(f"At {name} you signed in as somebody else, so nothing has been confirmed.")


class NotAskedAgain(FocusScopeError):
    """The provider let them pass without asking who they are."""

    status = 403
    keeps = True

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} did not ask you to sign in once more, so nothing has been confirmed.")


class EmailNotValid(FocusScopeError):
    """No provider would know anybody by that."""

    status = 422

    def __init__(self) -> None:
        super().__init__("This is no e-mail address.")


class EmailTaken(Conflict):
    """An address leads to one account."""

    def __init__(self) -> None:
        super().__init__("Somebody else has this e-mail address.")


def of_user(session: Session, *, user: User) -> ProviderAccount | None:
    """Return the account at the provider by which somebody signs in, if they do."""
    return session.get(ProviderAccount, user.id)


def set_email(session: Session, *, user: User, email: str, by: User) -> None:
    """Say at which address the provider knows a user; with another one they have no account there until they sign in.

    It may be somebody else who comes with it, so what let the former in is withdrawn.

    Raises:
        EmailNotValid: where it is none; "" takes it away.
        EmailTaken: where somebody else has it.
    """
    email = email.strip().lower()
    if email == (user.email or ""):
        return
    if email and not EMAIL.fullmatch(email):
        raise EmailNotValid
    if email and session.scalar(select(User.id).where(User.email == email)):
        raise EmailTaken
    user.email = email or None
    session.execute(delete(ProviderAccount).where(ProviderAccount.user_id == user.id))
    credentials.withdraw(session, user=user, by=by)
    session.flush()
    audit.note(session, action="user.set_email", subject_id=user.id, by=by)


def sign_in(
    session: Session, *, person: Person, settings: Settings, link: str | None, browser: str, address: str,
    instead_of: str | None,
) -> tuple[UserSession, str]:  # fmt: skip
    """Begin a session for whom the provider has signed in, and end the one `instead_of` it; return it with its token.

    Raises:
        NotLetIn: where they have no account here, or are barred.
        SecondFactorNotGiven: where they must have one, and only what the provider states is believed.
        LinkNotGood: where they came with a link that cannot be used.
    """
    user = _known(session, person, settings.oidc_issuer) or _new(session, person, settings, link, address)
    if user is None or user.disabled_at is not None:
        attempts.count(session, source=address)
        audit.note(session, action="user.turned_away", subject_id=user.id if user else None, by=None)
        raise NotLetIn(settings.oidc_name)
    is_strong = person.gave_second_factor or settings.oidc_second_factor == "trusted"
    must = user.role in second_factors.MUST[settings.second_factor] or second_factors.of_user(session, user=user)
    if must and not is_strong:
        audit.note(session, action="user.turned_away", subject_id=user.id, by=None)
        raise SecondFactorNotGiven(settings.oidc_name)
    sessions.sign_out(session, token=instead_of)
    began, token = sessions.begin(
        session, user=user, hours=settings.session_hours, browser=browser, is_strong=is_strong
    )  # fmt: skip
    audit.note(session, action="user.sign_in", subject_id=user.id, by=user, after={"by": "provider"})
    return began, token


def prove(session: Session, *, here: UserSession, person: Person, settings: Settings, elapsed_s: float) -> None:
    """Note that whoever is signed in here signed in at the provider once more, since it was begun `elapsed_s` ago.

    Raises:
        SomebodyElse: where it was another account there.
        NotAskedAgain: where they had signed in there before that, or the provider does not say when.
    """
    account = of_user(session, user=here.user)
    if account is None or (account.issuer, account.subject) != (settings.oidc_issuer, person.subject):
        audit.note(session, action="user.not_proved", subject_id=here.user_id, by=here.user)
        raise SomebodyElse(settings.oidc_name)
    if person.age_s is None or person.age_s > elapsed_s + SLACK_S:
        audit.note(session, action="user.not_proved", subject_id=here.user_id, by=here.user)
        raise NotAskedAgain(settings.oidc_name)
    here.proved_at = utc_now()
    audit.note(session, action="user.prove", subject_id=here.user_id, by=here.user)


def _known(session: Session, person: Person, issuer: str) -> User | None:
    """Return who came before, or whose address an admin entered; the latter is bound to this account from now on."""
    wanted = select(ProviderAccount).where(ProviderAccount.issuer == issuer, ProviderAccount.subject == person.subject)
    if account := session.scalar(wanted):
        return account.user
    user = session.scalar(select(User).where(User.email == person.email)) if person.email else None
    if user is None or of_user(session, user=user):  # another account has come with this address before
        return None
    return _bound(session, user, person, issuer)


def _new(session: Session, person: Person, settings: Settings, link: str | None, address: str) -> User | None:
    """Return the user whom an invitation, or else the settings, let in; None where neither does."""
    username = _free_name(session, person)
    if link:
        invitation = invitations.opened(session, token=link, address=address)
        user = invitations.accept(session, invitation, username=username, display_name=person.name, password=None)
    elif settings.oidc_unknown != "refused":
        user = accounts.add_user(
            session, username=username, display_name=person.name, password=None, role=settings.oidc_unknown,
            site=settings.oidc_site,
        )  # fmt: skip
    else:
        return None
    return _bound(session, user, person, settings.oidc_issuer)


def _bound(session: Session, user: User, person: Person, issuer: str) -> User:
    session.add(ProviderAccount(user=user, issuer=issuer, subject=person.subject))
    session.flush()
    audit.note(session, action="user.bind_provider", subject_id=user.id, by=user)
    return user


def _free_name(session: Session, person: Person) -> str:
    """Return a username that nobody has: the provider's, or how the address begins; with a number where it is taken."""
    said = (person.username, person.email.partition("@")[0], "person")
    name = next(one.lower() for one in said if accounts.USERNAME.fullmatch(one.lower()))[:90]
    taken = set(session.scalars(select(User.username).where(User.username.startswith(name, autoescape=True))))
    return next(one for one in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))) if one not in taken)
