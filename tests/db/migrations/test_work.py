"""Analyses and workers through the migrations that changed them."""

from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from backend.core.settings import Settings
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import (
    Analysis,
    Worker,
)
from backend.services import analyses, parts, workers
from tests.db.migrations.rows import all_of
from tests.factories import (
    a_slide,
    a_user,
    an_analysis,
)


def test_an_analysis_stays_when_workers_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        analysis = an_analysis(session, a_slide(session, a_user(session)), urgent=True)
    command.downgrade(alembic, "20261126e")
    assert "worker" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        again = session.get_one(Analysis, analysis.id)
        assert (again.status, again.urgent, again.worker_id) == (analysis.status, False, None)


def test_a_worker_stays_when_its_gpus_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        session.add(Worker(host="here", pid=1, queues=["worker-gpu"], gpus=[{"name": "a GPU"}]))
    command.downgrade(alembic, "20261126g")
    assert len(all_of(engine, "worker")) == 1
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        worker = session.scalars(select(Worker)).one()
        assert (worker.host, worker.gpus) == ("here", None)


@pytest.mark.both_databases
def test_an_analysis_that_was_to_be_cancelled_is_and_the_others_go_on(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        for status in ("cancelled", "running", "queued"):
            an_analysis(session, a_slide(session, reader), status=status, failure=status)
    command.downgrade(alembic, "20261126k")
    with engine.begin() as connection:
        asked = select(Analysis.failure).where(text("cancel_requested"))
        assert connection.scalars(asked).all() == ["cancelled"]
        connection.execute(text("UPDATE analysis SET cancel_requested = (failure <> 'queued')"))
    command.upgrade(alembic, "head")
    with Session(engine) as session:
        found = {one.failure: (one.status, one.finished_at is not None) for one in session.scalars(select(Analysis))}
    assert found == {"cancelled": ("cancelled", False), "running": ("cancelled", True), "queued": ("queued", False)}


@pytest.mark.both_databases
def test_analyses_and_workers_stay_when_held_parts_come_and_go(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        analysis_id, worker_id = an_analysis(session, a_slide(session, a_user(session))).id, uuid4()
        workers.beat(session, worker_id=worker_id, host="here", pid=1, queues=[])
        assert parts.hold(session, analysis_id=analysis_id, name="map-0", worker_id=worker_id)
    command.downgrade(alembic, "20261126zc")
    assert "held_part" not in inspect(engine).get_table_names()
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        assert (session.get_one(Analysis, analysis_id).status, session.get_one(Worker, worker_id).pid) == ("queued", 1)
        assert parts.hold(session, analysis_id=analysis_id, name="map-0", worker_id=worker_id)


@pytest.mark.both_databases
def test_analyses_keep_their_line_when_the_index_of_turns_comes_and_goes(alembic: Config, settings: Settings) -> None:
    engine = create_database_engine(settings.database)
    with create_sessions(engine).begin() as session:
        reader = a_user(session)
        first, second = (an_analysis(session, a_slide(session, reader)).id for _ in range(2))
    command.downgrade(alembic, "20261126zd")
    with create_sessions(engine).begin() as session:
        assert analyses.waiting(session) == [first, second]
    command.upgrade(alembic, "head")
    with create_sessions(engine).begin() as session:
        assert analyses.waiting(session) == [first, second]
