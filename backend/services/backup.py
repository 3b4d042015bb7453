"""Backups: the database as it stood at one moment, the files that it speaks of, and the hash of each.

A backup is a folder `<UTC time>` with `database.jsonl.gz` (one row a line, by table), `slides/` and `manifest.json`. It
does not depend on the kind of database or store, so that it may be restored into another. Files that the backup before
has are linked to it and take no room. Not in it: what can be made again (levels, drawn tiles), uploads that are not
finished, sessions, signs of life.
"""

import gzip
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Connection, DateTime, Engine, MetaData, Table, Uuid, insert, inspect, select, text, update

from backend import __version__
from backend.bucket import StoreFailed
from backend.core.errors import FocusScopeError
from backend.db.base import utc_now
from backend.db.migrate import downgrade, migrate, newest_revision
from backend.db.session import create_database_engine
from backend.db.tables import Slide
from backend.storage import Stamp, Storage, sha256_of

DATABASE, MANIFEST, SLIDES = "database.jsonl.gz", "manifest.json", "slides"
TABLES = Slide.metadata
"""All tables: known once any of them is."""
BEGUN = ("alembic_version", "audit_head")
"""Tables that have a row from the beginning."""
LEFT_OUT = frozenset(("worker", "held_part", "presence", "user_session"))
_TRIES = 3
_ROWS = 500


class BackupFailed(FocusScopeError):
    """There is no backup, or it is not whole."""

    status = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup. `changed` is what the store said of its last change, by which the next backup knows it."""

    size_bytes: int
    changed: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What was saved or restored: where, how many rows and files, and how many bytes of these were copied.

    `trail_goes_on` says of a backup whether the audit trail still has the end that the backup before saw.
    """

    folder: Path
    rows: int
    files: int
    copied_bytes: int
    trail_goes_on: bool = True


def backup(url: str, storage: Storage, folder: Path, *, keep: int = 0) -> Summary:
    """Make the next backup in `folder`, complete or not at all; with `keep`, remove all but the newest.

    Raises:
        BackupFailed: where the database does not have the newest form, or files that it speaks of are missing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    final = folder / utc_now().strftime("%Y-%m-%dT%H-%M-%S-%fZ")
    draft = final.with_suffix(".part")
    draft.mkdir(mode=0o700)
    engine = create_database_engine(url)
    try:
        summary = _Backup(engine, storage, draft, _newest(folder)).make()
        draft.rename(final)
    finally:
        engine.dispose()
        shutil.rmtree(draft, ignore_errors=True)
    for old in _all(folder)[:-keep] if keep else ():
        shutil.rmtree(old)
    return Summary(final, *summary)


class _Backup:
    """Saves the database first and then the files that it speaks of; where one of them went meanwhile, again."""

    def __init__(self, engine: Engine, storage: Storage, draft: Path, before: Path | None) -> None:
        self._engine, self._storage, self._draft, self._before = engine, storage, draft, before
        self._known = _manifest(before)["files"] if before else {}
        self._kept: dict[str, Kept] = {}
        self._copied = 0

    def make(self) -> tuple[int, int, int, bool]:
        for _ in range(_TRIES):
            rows = self._save_database()
            missing = self._save_files()
            if not missing:
                break
        else:
            raise BackupFailed(f"The files of slide {missing[0]} are missing, or are not those that were signed.")
        manifest = {
            "software": __version__,
            "revision": newest_revision(),
            "database_sha256": sha256_of(self._draft / DATABASE),
            "rows": rows,
            "files": {name: asdict(one) for name, one in sorted(self._kept.items())},
        }
        (self._draft / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        return rows, len(self._kept), self._copied, self._trail_goes_on()

    def _trail_goes_on(self) -> bool:
        """Say whether the audit trail has the row that the backup before saw last; where that has none, it does."""
        if self._before is None:
            return True
        heads = (row for name, row in _rows(self._before / DATABASE) if name == "audit_head")
        try:
            seen = next(heads, None)
        except (OSError, EOFError, ValueError, zlib.error):  # the backup before is damaged
            return True
        if not seen or not seen["count"]:
            return True
        events = (row for name, row in _rows(self._draft / DATABASE) if name == "audit_event")
        return any((one["id"], one["sha256"]) == (seen["count"], seen["sha256"]) for one in events)

    def _save_database(self) -> int:
        rows = 0
        with _reading(self._engine) as connection, gzip.open(self._draft / DATABASE, "wt", encoding="utf-8") as file:
            if _revision(connection) != newest_revision():
                raise BackupFailed("The database does not have the newest form: run `focusscope migrate` first.")
            for table in TABLES.sorted_tables:
                if table.name not in LEFT_OUT:
                    for row in connection.execution_options(yield_per=_ROWS).execute(select(table)).mappings():
                        file.write(json.dumps([table.name, dict(row)], default=_plain, ensure_ascii=False) + "\n")
                        rows += 1
        return rows

    def _save_files(self) -> list[UUID]:
        """Copy what is there of each slide; return the slides of which something is missing."""
        wanted = dict[UUID, tuple[str, str]]()
        signed = list[tuple[UUID, str, str]]()
        slides = dict[str, UUID]()  # by analysis, then by review
        for table, row in _rows(self._draft / DATABASE):
            if table == "slide" and row["status"] != "rejected":
                wanted[UUID(row["id"])] = row["status"], row["entry"]
            elif table == "analysis":
                slides[row["id"]] = UUID(row["slide_id"])
            elif table == "review":
                slides[row["id"]] = slides[row["analysis_id"]]
            elif table == "signature":
                slide_id = slides[row["review_id"]]
                signed += [(slide_id, f"signed/{row['id']}/{name}", sha) for name, sha in row["files"].items()]
        gone = [name for name in self._kept if UUID(name.split("/")[1]) not in wanted]
        for name in gone:
            del self._kept[name]
            (self._draft / name).unlink()
        found = {slide_id: self._save_slide(slide_id) for slide_id in wanted}
        missing = [one for one, (status, entry) in wanted.items() if not _is_whole(found[one], status, entry)]
        for slide_id, name, sha256 in signed:
            saved = self._kept.get(f"{SLIDES}/{slide_id}/{name}")
            if saved is None or saved.sha256 != sha256:
                missing.append(slide_id)
        return missing

    def _save_slide(self, slide_id: UUID) -> set[str]:
        """Copy the files of a slide, again where they changed meanwhile."""
        for _ in range(_TRIES):
            before = self._storage.kept_files(slide_id)
            with suppress(FileNotFoundError):
                for name, stamp in before.items():
                    self._save(slide_id, name, stamp)
            if self._storage.kept_files(slide_id) == before:
                break
        return set(before)

    def _save(self, slide_id: UUID, name: str, stamp: Stamp) -> None:
        key = f"{SLIDES}/{slide_id}/{name}"
        known = self._kept.get(key) or self._from_before(key)
        target = self._draft / key
        if known and (known.size_bytes, known.changed) == stamp and self._linked(key, target):
            self._kept[key] = known
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        self._storage.copy_out(slide_id, name, target)
        self._copied += target.stat().st_size
        self._kept[key] = Kept(*stamp, sha256_of(target))

    def _from_before(self, key: str) -> Kept | None:
        return Kept(**self._known[key]) if key in self._known else None

    def _linked(self, key: str, target: Path) -> bool:
        if target.exists():
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._before / key if self._before else target, target)
        except OSError:  # the disk does not link, or the earlier file is gone
            return False
        return True


def restore(url: str, storage: Storage, folder: Path) -> Summary:
    """Fill an empty installation from a backup.

    Raises:
        BackupFailed: where the installation is not empty, or the backup is not whole; then it stays empty.
    """
    manifest = _manifest(folder)
    if sha256_of(folder / DATABASE) != manifest["database_sha256"]:
        raise BackupFailed("The backup is damaged: the hash of its database differs. Nothing was restored.")
    engine = create_database_engine(url)
    storage.prepare()
    try:
        _require_empty(engine, storage)
        _bring_to(url, engine, manifest["revision"])
        put = set[UUID]()
        try:
            for key, one in manifest["files"].items():
                _, slide, name = key.split("/", 2)
                if sha256_of(folder / key) != one["sha256"]:
                    raise BackupFailed(f"The backup is damaged: the hash of {key} differs. Nothing was restored.")
                put.add(UUID(slide))
                storage.copy_in(UUID(slide), name, folder / key)
            with engine.begin() as connection:
                rows = _load(connection, folder / DATABASE)
        except BaseException:
            with suppress(StoreFailed):
                for slide_id in put:
                    storage.remove_slide(slide_id)
            raise
    finally:
        engine.dispose()
    migrate(url)
    sizes = sum(one["size_bytes"] for one in manifest["files"].values())
    return Summary(folder, rows, len(manifest["files"]), sizes)


def _bring_to(url: str, engine: Engine, revision: str) -> None:
    """Give an empty database the form that it had when a backup was made, also where it has a newer one already."""
    with engine.connect() as connection:
        present = _revision(connection)
    if present is None:
        migrate(url, revision)
    elif present != revision:
        migrate(url)
        downgrade(url, revision)


def _load(connection: Connection, path: Path) -> int:
    """Insert all rows into tables as they are in this database, whatever its kind."""
    tables = MetaData()
    tables.reflect(connection)
    count, pending = 0, list[dict[str, Any]]()
    current: Table | None = None

    def flush() -> None:
        if current is not None and pending:
            if current.name in BEGUN:  # its row is there, and only grows
                for row in pending:
                    connection.execute(update(current).where(current.c.id == row["id"]).values(**row))
            else:
                connection.execute(insert(current), pending)
            pending.clear()

    for name, row in _rows(path):
        if current is None or name != current.name or len(pending) == _ROWS:
            flush()
            current = tables.tables[name]
            for column in current.columns:
                if isinstance(column.type, JSON):
                    column.type = JSON(none_as_null=True)
        converters = {column.name: _converter(column.type) for column in current.columns}
        pending.append({key: value if value is None else converters[key](value) for key, value in row.items()})
        count += 1
    flush()
    _continue_counting(connection, tables)
    return count


def _continue_counting(connection: Connection, tables: MetaData) -> None:
    """Let PostgreSQL number new rows after those that were restored."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.tables.values():
        for column in table.primary_key.columns:
            if table.name in TABLES.tables and column.type.python_type is int:
                told = {"table": f'"{table.name}"', "column": column.name}
                sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), told)
                newest = connection.scalar(select(column).order_by(column.desc()).limit(1))
                if sequence and newest:
                    connection.execute(
                        text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest}
                    )


def _converter(kind: Any) -> Callable[[Any], Any]:
    if isinstance(kind, JSON):
        return lambda value: value
    if isinstance(kind, Uuid):
        return UUID
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if kind.python_type is str:  # of SQLite's identifiers, too
        return lambda value: value.replace("-", "") if getattr(kind, "length", None) == 32 else value
    return lambda value: value


def _plain(value: Any) -> Any:
    """Return what JSON has no word for."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            name, row = json.loads(line)
            yield name, row


def _reading(engine: Engine) -> Connection:
    """Return a connection all of whose questions are answered as of one moment."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.connect().execution_options(sqlite_begin="DEFERRED")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _require_empty(engine: Engine, storage: Storage) -> None:
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        full = [
            name for name, table in tables.tables.items()
            if name not in BEGUN and connection.execute(select(text("1")).select_from(table).limit(1)).first()
        ]  # fmt: skip
    if full or not storage.is_empty():
        raise BackupFailed("This installation is not empty, so nothing was restored: restore into a new one.")


def _is_whole(found: set[str], status: str, entry: str) -> bool:
    return bool(found) if status == "inspecting" else entry in found


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        newest = _newest(folder) if folder.is_dir() else None
        hint = f" Perhaps you mean {newest}." if newest else ""
        raise BackupFailed(f"There is no backup in {folder}.{hint}") from None
    return found


def _all(folder: Path) -> list[Path]:
    return sorted(one.parent for one in folder.glob(f"*Z/{MANIFEST}"))


def _newest(folder: Path) -> Path | None:
    return max(_all(folder), default=None)
