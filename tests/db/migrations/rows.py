"""Rows as they are in tables that the code no longer knows."""

from typing import Any

from sqlalchemy import Connection, Engine, text


def all_of(engine: Engine, table: str) -> list[Any]:
    with engine.begin() as connection:
        return list(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())


def count_of(engine: Engine, table: str) -> int:
    with engine.begin() as connection:
        return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())


def insert(connection: Connection, table: str, **values: Any) -> None:
    columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'), values)
