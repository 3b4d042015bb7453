"""Second factors: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost.

Signing a report asks for the password alone: the session in which that happens was begun with the code, and of a series
of signatures in one session only the first needs both (21 CFR 11.200(a)(1)(i)).
"""

from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_bytes
from typing import Literal
from uuid import UUID

from pyotp import TOTP, random_base32
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotFound
from backend.core.vault import Vault
from backend.db.base import utc_now
from backend.db.tables import SecondFactor, User, UserSession
from backend.services import api_tokens, attempts, audit, sessions
from backend.services.rights import Role

Policy = Literal["optional", "leads", "everyone"]

MUST: dict[Policy, tuple[Role, ...]] = {
    "optional": (),
    "leads": ("admin", "lead"),
    "everyone": ("admin", "lead", "reader", "viewer"),
}
"""Which roles must have a second factor, by what the installation requires."""

STEP_S = 30
DRIFT = (0, -1, 1)
"""How many steps a clock may be wrong."""

RECOVERY_CODES = 10
PURPOSE = "second factor"
ISSUER = "FocusScope"


class CodeNeeded(FocusScopeError):
    """The password was right; the second step is to come."""

    status = 401
    keeps = True

    def __init__(self) -> None:
        super().__init__("Please enter the code that your authenticator app shows.")


class CodeNotRight(FocusScopeError):
    """A code is wrong, too old, or was used before."""

    status = 403
    keeps = True

    def __init__(self) -> None:
        super().__init__("The code is not right, or it was used before: wait for the next one.")


class SecondFactorIsOn(Conflict):
    """There is one already."""

    def __init__(self) -> None:
        super().__init__("A second factor is set up already: turn it off first.")


class NoSecondFactor(Conflict):
    """There is none to confirm, to turn off, or to give recovery codes for."""

    def __init__(self) -> None:
        super().__init__("No second factor is set up.")


class OwnSecondFactor(Conflict):
    """An admin's own is turned off with password and code, like anybody's."""

    def __init__(self) -> None:
        super().__init__("Turn your own second factor off on the page of your account.")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator app is given, once: the secret in base32, and the same as an address for a QR code."""

    secret: str
    uri: str


def of_user(session: Session, *, user: User) -> SecondFactor | None:
    """Return the second factor of a user, if one is set up."""
    found = session.get(SecondFactor, user.id)
    return found if found and found.confirmed_at else None


def users_with_one(session: Session) -> Collection[UUID]:
    """Return the ids of those who have set one up."""
    return set(session.scalars(select(SecondFactor.user_id).where(SecondFactor.confirmed_at.is_not(None))))


def begin(session: Session, *, user: User, vault: Vault) -> SetUp:
    """Make a secret for the app of a user who has just given their password; it counts once it is confirmed.

    Raises:
        SecondFactorIsOn: where one is set up.
    """
    if of_user(session, user=user):
        raise SecondFactorIsOn
    secret = random_base32()
    row = session.get(SecondFactor, user.id) or SecondFactor(user_id=user.id)
    row.sealed_secret, row.created_at, row.recovery_sha256 = vault.seal(secret, purpose=PURPOSE), utc_now(), []
    session.add(row)
    audit.note(session, action="user.begin_second_factor", subject_id=user.id, by=user)
    return SetUp(secret, TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER))


def confirm(session: Session, *, here: UserSession, code: str, vault: Vault) -> list[str]:
    """Turn on what was begun, by a code that the app shows; return the recovery codes, which are told this once.

    Whoever is signed in as this user in another browser is signed out there.

    Raises:
        NoSecondFactor: where none was begun.
        SecondFactorIsOn: where it is on already.
        CodeNotRight: where the app shows another code.
        TooManyWrongPasswords: after several, for a while.
    """
    user = here.user
    row = _held(session, user)
    if row is None:
        raise NoSecondFactor
    if row.confirmed_at:
        raise SecondFactorIsOn
    prove(session, user=user, code=code, vault=vault)
    row.confirmed_at, here.is_strong = utc_now(), True
    sessions.end_all(session, user=user, by=user, but=here)
    audit.note(session, action="user.set_up_second_factor", subject_id=user.id, by=user)
    return _fresh_recovery_codes(row)


def prove(session: Session, *, user: User, code: str, vault: Vault) -> None:
    """Check a code of the app, or a recovery code; either is good once.

    Raises:
        CodeNotRight: where it is neither.
        TooManyWrongPasswords: after several, for a while.
    """
    row = _held(session, user)
    try:
        right = row is not None and attempts.is_right(
            session, purpose=purpose_of(user), verify=lambda: _takes(session, row, user, code, vault)
        )
    except attempts.TooManyWrongPasswords:
        audit.note(session, action="user.turned_away", subject_id=user.id, by=None)
        raise
    if not right:
        audit.note(session, action="user.wrong_code", subject_id=user.id, by=None)
        raise CodeNotRight


def new_recovery_codes(session: Session, *, user: User, code: str, vault: Vault) -> list[str]:
    """Replace the recovery codes of a user who has just given their password, and return them.

    Raises:
        NoSecondFactor: where none is set up.
        CodeNotRight: where the code is wrong.
        TooManyWrongPasswords: after several, for a while.
    """
    row = _required(session, user)
    prove(session, user=user, code=code, vault=vault)
    audit.note(session, action="user.new_recovery_codes", subject_id=user.id, by=user)
    return _fresh_recovery_codes(row)


def remove(session: Session, *, here: UserSession, code: str, vault: Vault) -> None:
    """Turn off the second factor of a user who has just given their password.

    Raises:
        NoSecondFactor: where none is set up.
        CodeNotRight: where the code is wrong.
        TooManyWrongPasswords: after several, for a while.
    """
    row = _required(session, here.user)
    prove(session, user=here.user, code=code, vault=vault)
    session.delete(row)
    here.is_strong = False
    sessions.end_all(session, user=here.user, by=here.user, but=here)
    audit.note(session, action="user.remove_second_factor", subject_id=here.user_id, by=here.user)


def reset(session: Session, *, user: User, by: User | None) -> None:
    """Turn off the second factor of somebody who has lost it, end their sessions, and revoke their tokens.

    A link to a new password stays good: who has lost their phone may have lost both.

    Raises:
        OwnSecondFactor: where it is that of who asks.
        NotFound: where they have none.
    """
    if user is by:
        raise OwnSecondFactor
    row = of_user(session, user=user)
    if row is None:
        raise NotFound("They have no second factor.")
    session.delete(row)
    attempts.forget(session, purpose=purpose_of(user))
    sessions.end_all(session, user=user, by=by)
    api_tokens.revoke_all(session, user=user, by=by)
    audit.note(session, action="user.reset_second_factor", subject_id=user.id, by=by)


def purpose_of(user: User) -> str:
    """Return under what the wrong codes of a user are counted."""
    return f"code {user.id}"


def _held(session: Session, user: User) -> SecondFactor | None:
    """Return the row, and keep others from it until this transaction ends: a code is good once."""
    return session.scalar(select(SecondFactor).where(SecondFactor.user_id == user.id).with_for_update())


def _required(session: Session, user: User) -> SecondFactor:
    row = of_user(session, user=user)
    if row is None:
        raise NoSecondFactor
    return row


def _takes(session: Session, row: SecondFactor, user: User, code: str, vault: Vault) -> bool:
    typed = "".join(one for one in code.lower() if one.isascii() and one.isalnum())
    app, now = TOTP(vault.open(row.sealed_secret, purpose=PURPOSE)), int(utc_now().timestamp()) // STEP_S
    for step in (now + drift for drift in DRIFT):
        if step > row.last_step and compare_digest(app.generate_otp(step), typed):
            row.last_step = step
            return True
    left = [one for one in row.recovery_sha256 if not compare_digest(one, sessions.digest(typed))]
    if len(left) == len(row.recovery_sha256):
        return False
    row.recovery_sha256 = left
    audit.note(session, action="user.use_recovery_code", subject_id=user.id, by=user, after={"left": len(left)})
    return True


def _fresh_recovery_codes(row: SecondFactor) -> list[str]:
    """Return codes of 80 random bits: too many for whoever has the hashes to try."""
    codes = [b32encode(token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    row.recovery_sha256 = [sessions.digest(one) for one in codes]
    return ["-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in codes]
