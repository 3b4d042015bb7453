"""Which passwords are taken, and how they are kept."""

from collections.abc import Collection
from functools import lru_cache
from secrets import token_urlsafe

from pwdlib import PasswordHash

from backend.core.errors import FocusScopeError

SHORTEST = 10
STRONG_ENOUGH = 3
"""Of zxcvbn's 0 to 4: safe from who has the hashes, as long as those are slow to compute, which Argon2's are."""

_LOOKED_AT = 72  # zxcvbn's time grows with the length; what is longer is strong, or repeats itself early
_PRODUCT = ("focusscope", "sjogren", "sjögren", "biopsy", "pathology", "histology")

_REASONS = {
    "dictionary": "This password is easy to guess, because it is built on a common word or name: take several words "
    "that have nothing to do with each other.",
    "spatial": "This password is easy to guess, because it follows the keys of a keyboard: take several words that "
    "have nothing to do with each other.",
    "repeat": "This password is easy to guess, because it repeats itself: take several words that have nothing to do "
    "with each other.",
    "sequence": "This password is easy to guess, because it counts up or down: take several words that have nothing "
    "to do with each other.",
    "date": "This password is easy to guess, because it is built on a date or a year: take several words that have "
    "nothing to do with each other.",
}
_REASONS["regex"] = _REASONS["date"]  # the only one is of recent years
_TOO_FEW = "This password is easy to guess: make it longer, with words that have nothing to do with each other."

hashes = PasswordHash.recommended()


class PasswordTooShort(FocusScopeError):
    """The password has too few characters for any good one."""

    status = 422

    def __init__(self) -> None:
        super().__init__(f"A password needs at least {SHORTEST} characters.")


class PasswordEasyToGuess(FocusScopeError):
    """The password is one that is tried early; the sentence says why, and what to take instead."""

    status = 422


def hash_of(password: str, *, known: Collection[str]) -> str:
    """Return what is kept of a new password; `known` is what others know of whose it is.

    Raises:
        PasswordTooShort: where it has too few characters.
        PasswordEasyToGuess: where it would be guessed.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort
    if sentence := weakness(password, known=known):
        raise PasswordEasyToGuess(sentence)
    return hashes.hash(password)


def weakness(password: str, *, known: Collection[str]) -> str | None:
    """Say in a sentence why a password is easy to guess, or None where it is not."""
    from zxcvbn import zxcvbn  # its lists of words are read when a password is chosen, which is seldom

    told = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known, *_PRODUCT])
    if told["score"] >= STRONG_ENOUGH:
        return None
    longest = max(told["sequence"], key=lambda part: len(part["token"]))
    return _REASONS.get(longest["pattern"], _TOO_FEW)


def is_right(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Say whether a password is the one that was kept, and return a better hash of it where there is one.

    It takes as long where nothing was kept, as of nobody or of whoever has no password.
    """
    right, better = hashes.verify_and_update(password, kept or _nobodys_hash())
    return right and bool(kept), better


@lru_cache
def _nobodys_hash() -> str:
    return hashes.hash(token_urlsafe(16))
