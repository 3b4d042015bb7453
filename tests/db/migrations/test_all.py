"""All migrations together."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from backend.core.settings import Settings
from backend.db.base import Base
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import (
    Analysis,
)
from tests.db.migrations.rows import count_of
from tests.factories import (
    a_case,
    a_finished_analysis,
    a_slide,
    a_user,
    an_analysis,
    decide,
)


@pytest.mark.both_databases
def test_migrations_make_exactly_the_tables_of_the_code(alembic: Config) -> None:
    command.check(alembic)


@pytest.mark.both_databases
def test_migrations_can_be_taken_back(alembic: Config, settings: Settings) -> None:
    command.downgrade(alembic, "base")
    left = inspect(create_database_engine(settings.database)).get_table_names()
    assert set(left) <= {"alembic_version"}
    command.upgrade(alembic, "head")


@pytest.mark.both_databases
def test_every_step_goes_back_and_forth_with_data_in_the_tables(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        for number in range(2):
            analysis = a_finished_analysis(session, slide := a_slide(session, reader, name=f"Slide {number}"))
            decide(session, analysis, reader, analysis.lesions[0].id, "confirmed")
        a_case(session, reader, slide)
        an_analysis(session, slide)
    tables = ("user", "slide", "analysis", "lesion", "review")
    before = {table: count_of(engine, table) for table in tables}
    steps = [one.revision for one in ScriptDirectory.from_config(alembic).walk_revisions()]  # the newest first
    ways = [(command.downgrade, one) for one in steps[1:]] + [(command.upgrade, one) for one in reversed(steps)]
    for go, step in ways:
        go(alembic, step)
        assert {table: count_of(engine, table) for table in tables} == before, step
    command.check(alembic)


def test_migrating_twice_is_harmless_and_makes_the_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'focusscope.db'}"
    migrate(url)
    migrate(url)
    assert set(inspect(create_database_engine(url)).get_table_names()) > set(Base.metadata.tables)


@pytest.mark.both_databases
def test_the_database_refuses_rows_that_speak_of_none(settings: Settings) -> None:
    with create_sessions(create_database_engine(settings.database))() as session, pytest.raises(IntegrityError):
        session.add(Analysis(slide_id=uuid4(), requested_by_id=uuid4()))
        session.flush()


def test_sqlite_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    migrate(url := f"sqlite:///{tmp_path / 'focusscope.db'}")
    with create_database_engine(url).connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
