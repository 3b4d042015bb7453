from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from backend.core.settings import ROOT, Settings
from backend.db.base import Base
from backend.db.migrate import migrate
from backend.db.session import create_database_engine


@pytest.fixture
def alembic(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = settings.database
    return config


def test_migrations_make_exactly_the_tables_of_the_code(alembic: Config) -> None:
    command.check(alembic)


def test_migrations_can_be_taken_back(alembic: Config, settings: Settings) -> None:
    command.downgrade(alembic, "base")
    left = inspect(create_database_engine(settings.database)).get_table_names()
    assert set(left) <= {"alembic_version"}
    command.upgrade(alembic, "head")


def test_migrating_twice_is_harmless_and_makes_the_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'focusscope.db'}"
    migrate(url)
    migrate(url)
    assert set(inspect(create_database_engine(url)).get_table_names()) > set(Base.metadata.tables)


def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log(settings: Settings) -> None:
    with create_database_engine(settings.database).connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
