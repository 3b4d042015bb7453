"""The chain of the audit trail: nothing is committed without its event, and no event changes unseen."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from backend.db.grants import CannotGrant, grant, let_serve
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, AuditHead, User
from backend.services import audit, trail
from backend.services.audit import link, said_by
from backend.services.trail import Verdict
from tests.factories import a_case

pytestmark = pytest.mark.both_databases


def verified(sessions: Sessions, seen: tuple[int, str] | None = None) -> Verdict:
    with sessions() as session:
        return trail.verify(session, seen=seen)


def note_some(sessions: Sessions, count: int = 6) -> None:
    for number in range(count):
        with sessions.begin() as session:
            audit.note(session, action="slide.rename", subject_id=uuid4(), by=None, after={"mpp": 0.25 * number})


@pytest.fixture
def unguarded(sessions: Sessions) -> Any:
    """A connection of somebody who got rid of the triggers, as whoever owns the database can."""
    with sessions() as session, session.get_bind().connect() as connection:  # type: ignore[union-attr]  # an engine
        for table, ending in (("audit_event", "update"), ("audit_event", "delete"), ("audit_head", "return")):
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{ending}{on}")
        connection.commit()
        yield connection


def do(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()


def test_a_chain_that_nobody_touched_is_whole(sessions: Sessions) -> None:
    assert verified(sessions) == Verdict(0, audit.GENESIS, [])
    note_some(sessions)
    with sessions.begin() as session:
        for _ in range(3):
            audit.note(
                session, action="case.create", subject_id=None, by=None, before={"b": [1, None]}, after={"ü": "é"}
            )
    whole = verified(sessions)
    assert (whole.count, whole.faults) == (9, [])
    assert verified(sessions, seen=(9, whole.sha256)).faults == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_event SET action = 'slide.delete' WHERE id = 3", "Row 3 was altered"),
        ("UPDATE audit_event SET after = NULL WHERE id = 6", "Row 6 was altered"),
        ("UPDATE audit_event SET sha256 = 'ab' WHERE id = 2", "Row 2 was altered"),
        ("DELETE FROM audit_event WHERE id = 3", "Row 3 is missing."),
        ("DELETE FROM audit_event WHERE id < 3", "Rows 1 to 2 are missing."),
        ("DELETE FROM audit_event WHERE id > 4", "Rows 5 to 6 are missing."),
        ("DELETE FROM audit_event", "Rows 1 to 6 are missing."),
        ("INSERT INTO audit_event SELECT 0, at, actor_id, action, subject, subject_id, before, after, sha256 "
         "FROM audit_event WHERE id = 1", "Row 0 was altered or put there"),
        ("INSERT INTO audit_event SELECT 7, at, actor_id, action, subject, subject_id, before, after, sha256 "
         "FROM audit_event WHERE id = 6", "Rows 7 to 7 are there, but the trail ends with row 6."),
        ("UPDATE audit_head SET sha256 = 'ab'", "Row 6 is not the one with which the trail ends."),
        ("UPDATE audit_head SET count = 5", "Rows 6 to 6 are there, but the trail ends with row 5."),
    ],
)  # fmt: skip
def test_the_row_that_was_touched_is_named(
    sessions: Sessions, unguarded: Connection, statement: str, said: str
) -> None:
    note_some(sessions)
    do(unguarded, statement)
    faults = verified(sessions).faults
    assert any(one.startswith(said) for one in faults), faults


def test_two_rows_that_changed_places_are_named(sessions: Sessions, unguarded: Connection) -> None:
    note_some(sessions)
    do(unguarded, *(f"UPDATE audit_event SET id = {new} WHERE id = {old}" for old, new in ((2, 99), (3, 2), (99, 3))))
    faults = verified(sessions).faults
    assert [one.split()[1] for one in faults] == ["2", "3", "4"], faults


def test_a_trail_written_anew_with_right_hashes_is_found_by_what_was_seen_before(
    sessions: Sessions, unguarded: Connection
) -> None:
    note_some(sessions)
    before = verified(sessions)
    with sessions.begin() as session:
        digest = audit.GENESIS
        for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all():
            columns = {one.key: getattr(row, one.key) for one in inspect(AuditEvent).column_attrs}
            said = said_by({**columns, "action": "case.create"})
            digest = link(digest, said)
            row.action, row.sha256 = "case.create", digest
        session.execute(update(AuditHead).values(sha256=digest))
    assert verified(sessions).faults == [], "a chain alone cannot tell"
    assert "written anew" in verified(sessions, seen=(before.count, before.sha256)).faults[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "DELETE FROM audit_head",
        "UPDATE audit_head SET count = count - 1", "UPDATE audit_head SET sha256 = 'ab'",
        "TRUNCATE audit_event, audit_head",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_the_trail(sessions: Sessions, statement: str) -> None:
    note_some(sessions, 2)
    with sessions() as session:
        if statement.startswith("TRUNCATE") and session.get_bind().dialect.name == "sqlite":
            pytest.skip("SQLite has no TRUNCATE")
        with pytest.raises(DBAPIError, match=r"append-only|only grows"):
            session.connection().exec_driver_sql(statement)


def test_what_is_rolled_back_leaves_no_event_and_a_savepoint_only_its_own(sessions: Sessions) -> None:
    with sessions() as session:
        audit.note(session, action="slide.lost", subject_id=None, by=None)
        session.rollback()
        audit.note(session, action="slide.first", subject_id=None, by=None)
        with session.begin_nested():
            audit.note(session, action="slide.second", subject_id=None, by=None)
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                audit.note(session, action="slide.lost", subject_id=None, by=None)
            raise ZeroDivisionError
        session.commit()
    with sessions() as session:
        audit.note(session, action="slide.lost", subject_id=None, by=None)
        session.close()
        session.execute(select(1))
        session.commit()
    with sessions() as session:
        assert list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))) == [
            "slide.first",
            "slide.second",
        ]
    assert verified(sessions).faults == []


def test_many_who_commit_at_once_make_one_chain(sessions: Sessions) -> None:
    together = Barrier(6)

    def change(_: int) -> None:
        together.wait()
        note_some(sessions, 10)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(6)))
    with sessions() as session:
        assert session.scalar(select(func.count(AuditEvent.id))) == 60
    assert verified(sessions).faults == []


def test_events_of_a_time_are_exported_as_lines_and_as_a_table(sessions: Sessions, tmp_path: Path) -> None:
    note_some(sessions, 3)
    with sessions() as session:
        moments = list(session.scalars(select(AuditEvent.at).order_by(AuditEvent.id)))
    with sessions() as session:
        assert trail.write(tmp_path / "all.jsonl", trail.events(session)) == 3
        last = trail.events(session, since=moments[1], until=moments[2])
        assert trail.write(tmp_path / "one.csv", last) == 1
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    digest = audit.GENESIS
    for line in lines:
        digest = link(digest, {name: value for name, value in line.items() if name != "sha256"})
        assert digest == line["sha256"], "who has the file can check it"
    table = list(csv.DictReader((tmp_path / "one.csv").open()))
    assert [(one["id"], one["action"], one["after"]) for one in table] == [("2", "slide.rename", '{"mpp": 0.25}')]


def test_the_role_of_the_product_appends_and_can_do_nothing_else_to_the_trail(sessions: Sessions, user: User) -> None:
    with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            with pytest.raises(CannotGrant, match="no roles"):
                grant(session, role="product")
            return
        session.execute(text("DROP ROLE IF EXISTS product"))
        for password in ("one: 'quoted' 100 %", "another"):
            let_serve(session, role="product", password=password)
        assert session.scalar(text("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'product'"))
        with pytest.raises(CannotGrant, match="superuser"):
            grant(session, role=session.scalar(text("SELECT current_user")) or "")
        session.commit()
    with sessions.begin() as session:
        session.execute(text("SET LOCAL ROLE product"))
        a_case(session, user)
    assert verified(sessions).count == 3
    for refused in (
        "UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event",
        "DELETE FROM audit_head",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL", "DROP TRIGGER audit_event_no_update ON audit_event",
        "DROP TABLE audit_event", "DELETE FROM signature",
        "ALTER FUNCTION audit_event_no_update() RENAME TO gone",
    ):  # fmt: skip
        with sessions() as session, pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            session.execute(text("SET LOCAL ROLE product"))
            session.execute(text(refused))
