"""People, and how they sign in, through the migrations that changed them."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import (
    ApiToken,
    ProviderAccount,
    SecondFactor,
    User,
    WrongPasswords,
)
from backend.services import accounts, api_tokens, cases, invitations, rights, sessions
from tests.db.migrations.rows import all_of
from tests.factories import (
    PASSWORD,
    a_case,
    a_slide,
    a_user,
)


def test_counts_of_wrong_passwords_come_and_go_and_users_stay(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        a_user(session)
        session.add(WrongPasswords(purpose_sha256="ab" * 32, count=3))
    command.downgrade(alembic, "20261124d")
    assert len(all_of(engine, "user")) == 1
    command.upgrade(alembic, "head")
    assert (len(all_of(engine, "user")), all_of(engine, "wrong_passwords")) == (1, [])


@pytest.mark.both_databases
def test_everybody_before_there_were_sites_becomes_a_lead_of_one_and_the_first_its_admin(
    alembic: Config, settings: Settings
) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        first, second = a_user(session, "first", role="viewer"), a_user(session, "second", role="viewer")
        slide = a_slide(session, second)
        case = a_case(session, second, slide)
        cases.assign(session, case=case, reader_id=a_user(session, "reader").id, by=second)
        accounts.disable_user(session, username="reader")
    command.downgrade(alembic, "20261126d")
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        roles = [(one.username, one.role, one.site) for one in accounts.list_users(session)]
        assert roles == [("first", "admin", "main"), ("reader", "lead", "main"), ("second", "lead", "main")]
        again = rights.slide(session, slide_id=slide.id, user=session.get_one(User, first.id), action="manage")
        assert (again.case and again.case.pseudonym, again.case and again.case.site) == ("SG-0042", "main")
        assert again.case and again.case.assigned_to and again.case.assigned_to.username == "reader"
        a_case(session, a_user(session, "far", site="far"), pseudonym="SG-0042")
    with pytest.raises(RuntimeError, match="several sites"):
        command.downgrade(alembic, "20261126d")


@pytest.mark.both_databases
def test_who_is_signed_in_stays_so_when_the_use_of_sessions_comes_to_be_noted(
    alembic: Config, settings: Settings
) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        _, token = sessions.begin(session, user=a_user(session), hours=1, browser="Firefox/140.0 (X11; Linux x86_64)")
    command.downgrade(alembic, "20261126f")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = sessions.of_token(session, token=token)
        assert (again.user.username, again.browser, again.last_used_at) == ("reader", "", again.created_at)


@pytest.mark.both_databases
def test_who_is_signed_in_stays_so_when_second_factors_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        user = a_user(session)
        session.add(SecondFactor(user_id=user.id, sealed_secret="sealed", recovery_sha256=["ab"]))
        _, token = sessions.begin(session, user=user, hours=1, is_strong=True)
    command.downgrade(alembic, "20261126p")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = sessions.of_token(session, token=token)
        assert (again.user.username, again.is_strong, session.scalars(select(SecondFactor)).all()) == (
            "reader", False, [],
        )  # fmt: skip


@pytest.mark.both_databases
def test_users_and_their_sessions_stay_when_api_tokens_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        here, token = sessions.begin(session, user=a_user(session), hours=1)
        api_tokens.make(session, here=here, name="script", scopes=["slides:read"], days=1)
    command.downgrade(alembic, "20261126x")
    assert "api_token" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert sessions.of_token(session, token=token).user.username == "reader"
        assert session.scalars(select(ApiToken)).all() == []


@pytest.mark.both_databases
def test_users_and_their_sessions_stay_when_single_sign_on_comes_and_goes(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        user = a_user(session)
        here, token = sessions.begin(session, user=user, hours=1)
        user.email, here.proved_at = "reader@hospital.example", utc_now()
        session.add(ProviderAccount(user=user, issuer="https://id.hospital.example", subject="248289761001"))
    command.downgrade(alembic, "20261126z")
    assert "provider_account" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = sessions.of_token(session, token=token)
        assert (again.user.username, again.user.email, again.proved_at) == ("reader", None, None)
        assert session.scalars(select(ProviderAccount)).all() == []


@pytest.mark.both_databases
def test_whoever_joined_by_a_link_stays_when_invitations_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        admin = a_user(session, "admin", role="admin")
        _, token = invitations.invite(session, role="reader", site="far", by=admin)
        link = invitations.opened(session, token=token, address="")
        invitations.accept(session, link, username="new", display_name="New", password=PASSWORD)
        invitations.for_new_password(session, user=admin, by=admin)
    command.downgrade(alembic, "20261126v")
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        assert [(one.username, one.site) for one in accounts.list_users(session)] == [("admin", "main"), ("new", "far")]
        assert invitations.pending(session, by=accounts.named(session, username="admin")) == []
