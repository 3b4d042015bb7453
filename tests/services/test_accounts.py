from collections.abc import Iterator
from time import perf_counter

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotSignedIn
from backend.core.settings import Settings
from backend.core.vault import Vault
from backend.services import accounts, passwords, sessions
from tests.factories import PASSWORD, a_user

SHIPPED = passwords.hashes  # as it is imported, before the tests have it cost little
VAULT = Vault(Settings(secret_key=SecretStr("s" * 32), _env_file=None))


@pytest.fixture
def shipped_cost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "hashes", SHIPPED)
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.mark.usefixtures("shipped_cost")
def test_password_is_not_stored_and_is_slow_to_guess(session: Session) -> None:
    user = a_user(session)
    assert PASSWORD not in user.password_hash and user.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_names_are_unique_whatever_their_case(session: Session) -> None:
    a_user(session, "reader")
    with pytest.raises(Conflict, match="already a user “reader”"):
        a_user(session, " Reader ")


@pytest.mark.parametrize(("username", "password"), [("reader", "short"), ("two words", PASSWORD), ("", PASSWORD)])
def test_weak_passwords_and_odd_names_are_refused_in_a_sentence(session: Session, username: str, password: str) -> None:
    with pytest.raises(FocusScopeError, match=r"\.$"):
        a_user(session, username, password)


@pytest.mark.usefixtures("shipped_cost")
def test_unknown_name_takes_as_long_as_a_wrong_password(session: Session) -> None:
    a_user(session)

    def seconds(username: str) -> float:
        began = perf_counter()
        with pytest.raises(NotSignedIn):
            accounts.sign_in(session, username=username, password="wrong", hours=1, vault=VAULT)
        return perf_counter() - began

    seconds("nobody")
    assert min(seconds("nobody") for _ in range(3)) > min(seconds("reader") for _ in range(3)) / 3


def test_new_password_ends_old_sessions_and_lets_a_disabled_user_in(session: Session) -> None:
    a_user(session)
    _, token = accounts.sign_in(session, username="reader", password=PASSWORD, hours=1, vault=VAULT)
    accounts.disable_user(session, username="reader")
    accounts.set_password(session, username="reader", password="another password")
    with pytest.raises(NotSignedIn):
        sessions.of_token(session, token=token)
    assert accounts.sign_in(session, username="reader", password="another password", hours=1, vault=VAULT)
