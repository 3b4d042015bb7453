"""Run migrations against the database of the settings, or against the one that the caller hands over."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

import backend.db.tables  # noqa: F401  (registers the tables)
from backend.core.settings import get_settings
from backend.db.base import Base, UtcDateTime
from backend.db.session import create_database_engine


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our time type as the database's, so that migrations do not depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    context.configure(connection, target_metadata=Base.metadata, render_item=render_item)
    with context.begin_transaction():
        context.run_migrations()


def run_offline() -> None:
    context.configure(url=get_settings().database, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    url = context.config.attributes.get("url") or get_settings().database
    engine = create_database_engine(url)
    with engine.connect() as connection:
        run(connection)
        connection.commit()
    engine.dispose()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
