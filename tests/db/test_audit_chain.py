import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.core.settings import ROOT, Settings
from backend.db.base import utc_now
from backend.db.session import create_database_engine, create_sessions
from backend.services import accounts, cases, trail
from tests.factories import a_user

BEFORE = "20261126t"


@pytest.mark.both_databases
def test_events_are_numbered_and_chained_and_outlive_going_back(settings: Settings) -> None:
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.attributes["url"] = settings.database
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        cases.create(session, pseudonym="SG-0042", by=a_user(session))
    command.downgrade(alembic, BEFORE)
    later = (
        "INSERT INTO audit_event (id, at, action, subject, after) VALUES (:id, :at, 'slide.enter_mpp', 'slide', :after)"
    )
    with engine.begin() as connection:
        said = {"id": 7, "at": utc_now().isoformat(" "), "after": '{"mpp": 0.25, "b": "é"}'}
        connection.execute(text(later), said)
        before = connection.execute(text("SELECT action, subject_id, after FROM audit_event ORDER BY id")).all()
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        accounts.disable_user(session, username="reader")
    with create_sessions(engine)() as session:
        verdict = trail.verify(session)
        assert (verdict.count, verdict.faults) == (5, [])
        rows = session.execute(text("SELECT id, action, subject_id, after FROM audit_event ORDER BY id")).all()
        assert [row[0] for row in rows] == [1, 2, 3, 4, 5] and [row[1:] for row in rows[:3]] == before
    command.downgrade(alembic, BEFORE)
    with engine.begin() as connection:
        connection.execute(text(later), {"id": 9, "at": utc_now().isoformat(" "), "after": None})
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event"))
