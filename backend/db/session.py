"""Connections, sessions, and what happens once a transaction is safely stored."""

import logging
from collections.abc import Callable
from sqlite3 import Connection as SqliteConnection
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger(__name__)

Sessions = sessionmaker[Session]
Result = TypeVar("Result")

MOST_CONNECTIONS = 25
"""How many connections a process has at most."""


def create_database_engine(url: str) -> Engine:
    """Open the database; SQLite gets foreign keys, a write-ahead log and patience with other writers."""
    engine = create_engine(
        url, hide_parameters=True, pool_pre_ping=not url.startswith("sqlite"), max_overflow=MOST_CONNECTIONS - 5
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def create_sessions(engine: Engine) -> Sessions:
    """Return the factory of sessions; rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def after_commit(session: Session, action: Callable[[], object]) -> None:
    """Do `action` once this transaction is stored; a rollback forgets it."""
    session.info.setdefault("after_commit", []).append(action)


def patiently(sessions: Sessions, action: Callable[[Session], Result], *, seconds: float = 120.0) -> Result:
    """Do `action` in a transaction, again and again while the database does not answer; return what it returns."""
    deadline = monotonic() + seconds
    while True:
        try:
            with sessions.begin() as session:
                return action(session)
        except OperationalError:
            if monotonic() > deadline:
                raise
            log.warning("The database does not answer; trying again")
            sleep(1)


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    # The driver's own transactions begin too late and would let a read be followed by a stale write.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "busy_timeout = 15000", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once, without patience, if another wrote in between:
    # so whoever may write takes the lock at the beginning.
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


def only_read(session: Session) -> None:
    """Promise, before anything was asked, that this session writes nothing: it need not wait for those who do."""
    session.bind = session.get_bind().execution_options(sqlite_begin="DEFERRED")


@event.listens_for(Session, "after_commit")
def _act(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint is no commit: it may be rolled back, and others still wait
        return
    for action in session.info.pop("after_commit", []):
        try:
            action()
        except Exception:
            # The transaction is stored and the answer must say so; what was missed here is caught up elsewhere.
            log.exception("An action after the commit failed")


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _transaction: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop("after_commit", None)
