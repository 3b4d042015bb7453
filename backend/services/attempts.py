"""What is wrong is counted, passwords and codes: after a few, each more means a longer wait, so nobody guesses on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError
from backend.db.base import utc_now
from backend.db.tables import WrongPasswords

WITHOUT_WAIT = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
FROM_ONE_SOURCE = 100
WINDOW = timedelta(minutes=15)
"""As many wrong passwords as may come from one network address in so long; a whole hospital may have one address."""


class TooManyWrongPasswords(FocusScopeError):
    """Whoever is guessing has to wait; so has whoever forgot."""

    status = 429
    keeps = True

    def __init__(self, left: timedelta) -> None:
        minutes = ceil(left / timedelta(minutes=1))
        super().__init__(f"Too many wrong attempts: please try again in {minutes} min.")


def is_right(session: Session, *, purpose: str, verify: Callable[[], bool]) -> bool:
    """Return whether a password is right, and count it where not; `purpose` says whose it is, and what for.

    Raises:
        TooManyWrongPasswords: while it is too early to try again, whether the password is right or not.
    """
    key = _key(purpose)
    session.execute(delete(WrongPasswords).where(WrongPasswords.last_at < utc_now() - FORGOTTEN_AFTER))
    row = _held(session, key)
    if row and (left := row.last_at + wait_after(row.count) - utc_now()) > timedelta():
        raise TooManyWrongPasswords(left)
    right = verify()
    if not right:
        row = row or _begun(session, key)
        row.count, row.last_at = row.count + 1, utc_now()
    elif row:
        session.delete(row)
    session.flush()
    return right


def forget(session: Session, *, purpose: str) -> None:
    """Let whoever has to wait try again at once."""
    session.execute(delete(WrongPasswords).where(WrongPasswords.purpose_sha256 == _key(purpose)))


def require_few(session: Session, *, source: str) -> None:
    """Refuse whoever tries one name after the other from one network address, where that is known.

    Raises:
        TooManyWrongPasswords: where too many wrong ones came from there lately.
    """
    window, left = _window()
    row = session.get(WrongPasswords, _key(f"from {source} {window}"))
    if source and row and row.count >= FROM_ONE_SOURCE:
        raise TooManyWrongPasswords(left)


def count(session: Session, *, source: str) -> None:
    """Count something wrong that came from a network address."""
    if not source:
        return
    row = _begun(session, _key(f"from {source} {_window()[0]}"))
    row.count, row.last_at = row.count + 1, utc_now()
    session.flush()


def wait_after(count: int) -> timedelta:
    """Return how long to wait after so many wrong passwords."""
    if count < WITHOUT_WAIT:
        return timedelta()
    doublings = min(count - WITHOUT_WAIT, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _key(purpose: str) -> str:
    return sha256(purpose.encode()).hexdigest()


def _held(session: Session, key: str) -> WrongPasswords | None:
    """Return the count, and keep others from it until this transaction ends."""
    return session.scalar(select(WrongPasswords).where(WrongPasswords.purpose_sha256 == key).with_for_update())


def _window() -> tuple[int, timedelta]:
    """Return the number of the present window, and what is left of it."""
    passed = utc_now() - datetime.fromtimestamp(0, UTC)
    return passed // WINDOW, WINDOW - passed % WINDOW


def _begun(session: Session, key: str) -> WrongPasswords:
    if held := _held(session, key):
        return held
    row = WrongPasswords(purpose_sha256=key, count=0)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody else began it at the same moment
        return _held(session, key) or row
    return row
