"""Backups are tried by destroying what they were made of."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select, text

from backend.core.settings import Settings
from backend.db.base import Base
from backend.db.migrate import migrate
from backend.db.session import Sessions, create_database_engine, create_sessions
from backend.db.tables import Analysis, AuditEvent, Review, Signature, Slide
from backend.services import audit, signing, trail
from backend.services.backup import BEGUN, LEFT_OUT, BackupFailed, backup, restore
from backend.storage import Storage
from tests.databases import Copy, Kind
from tests.factories import a_case, a_finished_analysis, a_slide, a_stored_slide, a_user, decide

REPORT = b"%PDF what was signed"
OLD = "20261126f"
WAS = {bool: False, int: 0, float: 0.0, str: "gland"}
"""What columns held that have gone since."""


@pytest.fixture
def slide(sessions: Sessions, storage: Storage) -> Slide:
    """A slide with an analysis, a decision, a signed report and what can be made again."""
    with sessions.begin() as session:
        user = a_user(session)
        slide = a_stored_slide(session, storage, user)
        a_slide(session, user, status="rejected")
        a_case(session, user, slide)
        analysis = a_finished_analysis(session, slide)
        decide(session, analysis, user, analysis.lesions[0].id, "confirmed")
        review = session.scalars(select(Review)).one()
        signature = Signature(
            review_id=review.id, version=1, sequence=1, content={"é": None}, content_sha256="ab", signed_by=user,
            files={"report.pdf": sha256(REPORT).hexdigest()},
        )  # fmt: skip
        session.add(signature)
        session.flush()
        with storage.keeping_signed(slide.id, signature.id, {"report.pdf": REPORT}):
            pass
    for made_again in ("tiles/1", "levels/3.tiles", "slide.tiff.12.part"):
        path = storage.slide_folder(slide.id) / made_again
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"made again")
    return slide


@pytest.fixture
def elsewhere(tmp_path: Path, migrated_database: Copy) -> tuple[str, Storage]:
    """Another, empty installation of the same kind."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return migrated_database(folder), Storage(folder)


def everything(url: str) -> dict[str, list[Any]]:
    """All rows of all tables that a backup holds."""
    engine = create_database_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name not in LEFT_OUT
        }
    engine.dispose()
    return found


@pytest.mark.both_databases
def test_what_was_destroyed_comes_back_from_a_backup(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path, elsewhere: tuple[str, Storage]
) -> None:
    before = everything(settings.database)
    pixels = storage.slide_file(slide.id, slide.entry).read_bytes()
    made = backup(settings.database, storage, tmp_path / "backups")
    shutil.rmtree(storage.slides)
    url, other = elsewhere
    restored = restore(url, other, made.folder)
    assert everything(url) == before and sum(map(len, before.values())) == restored.rows > 10
    assert other.slide_file(slide.id, slide.entry).read_bytes() == pixels
    names = {path.relative_to(other.slides / str(slide.id)).as_posix() for path in other.slides.rglob("*.*")}
    assert not [name for name in names if name.startswith(("tiles", "levels")) or name.endswith(".part")]
    with create_sessions(create_database_engine(url)).begin() as session:
        signature = session.scalars(select(Signature)).one()
        analysis = session.scalars(select(Analysis)).one()
        assert signing.stored(signature, analysis, other) == {"report.pdf": REPORT}
        last = max(session.scalars(select(AuditEvent.id)))
        audit.note(session, action="slide.rename", subject_id=slide.id, by=None)
    with create_sessions(create_database_engine(url))() as session:
        newest = max(session.scalars(select(AuditEvent.id)))
        assert newest == last + 1, "new rows are numbered after the restored ones"
    with create_sessions(create_database_engine(url))() as session:
        assert trail.verify(session).faults == [], "the chain goes on where it ended"


def test_a_backup_of_sqlite_is_restored_into_postgresql(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path, databases: Callable[[Kind], Copy]
) -> None:
    made = backup(settings.database, storage, tmp_path / "backups")
    url = databases("postgresql")(tmp_path)
    restore(url, Storage(tmp_path / "elsewhere"), made.folder)
    assert everything(url) == everything(settings.database)


def test_the_next_backup_takes_no_room_for_what_has_not_changed(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path
) -> None:
    first = backup(settings.database, storage, tmp_path)
    second = backup(settings.database, storage, tmp_path)
    assert (second.files, second.copied_bytes) == (first.files, 0)
    entry = f"slides/{slide.id}/{slide.entry}"
    assert (first.folder / entry).samefile(second.folder / entry)
    storage.slide_file(slide.id, slide.entry).write_bytes(b"changed")
    third = backup(settings.database, storage, tmp_path, keep=2)
    assert third.copied_bytes == 7 and (second.folder / entry).stat().st_size > 7
    assert sorted(tmp_path.glob("*Z")) == [second.folder, third.folder]


@pytest.mark.both_databases
def test_a_backup_says_where_the_audit_trail_lost_the_end_that_the_one_before_saw(
    settings: Settings, storage: Storage, sessions: Sessions, slide: Slide, tmp_path: Path
) -> None:
    for _ in range(2):
        with sessions.begin() as session:
            audit.note(session, action="slide.rename", subject_id=slide.id, by=None)
        assert backup(settings.database, storage, tmp_path / "backups").trail_goes_on
    with create_database_engine(settings.database).begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM audit_event WHERE id = (SELECT count FROM audit_head)")
        connection.exec_driver_sql(
            "UPDATE audit_head SET count = count - 1, sha256 = (SELECT sha256 FROM audit_event WHERE id = count - 1)"
        )
    with sessions() as session:
        assert not trail.verify(session).faults, "by itself it cannot know"
    assert not backup(settings.database, storage, tmp_path / "backups").trail_goes_on


def test_nothing_is_restored_over_what_is_there(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path, elsewhere: tuple[str, Storage]
) -> None:
    made = backup(settings.database, storage, tmp_path / "backups")
    before = everything(settings.database)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(settings.database, storage, made.folder)
    assert everything(settings.database) == before
    url, other = elsewhere
    (other.slides / "something").mkdir(parents=True)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(url, other, made.folder)


@pytest.mark.parametrize("damaged", ["database.jsonl.gz", "slides"])
def test_a_damaged_backup_restores_nothing(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path, elsewhere: tuple[str, Storage], damaged: str
) -> None:
    made = backup(settings.database, storage, tmp_path / "backups")
    path = made.folder / (damaged if damaged != "slides" else f"slides/{slide.id}/{slide.entry}")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    url, other = elsewhere
    with pytest.raises(BackupFailed, match="damaged"):
        restore(url, other, made.folder)
    if other.slides.exists():
        assert not any(other.slides.iterdir())
    assert {name for name, rows in everything(url).items() if rows} <= set(BEGUN)


def test_a_backup_with_missing_or_altered_files_is_not_made(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path
) -> None:
    (signed,) = storage.slide_folder(slide.id).glob("signed/*/report.pdf")
    signed.write_bytes(b"altered")
    with pytest.raises(BackupFailed, match=str(slide.id)):
        backup(settings.database, storage, tmp_path / "backups")
    signed.write_bytes(REPORT)
    storage.slide_file(slide.id, slide.entry).unlink()
    with pytest.raises(BackupFailed, match=str(slide.id)):
        backup(settings.database, storage, tmp_path / "backups")
    assert not any((tmp_path / "backups").iterdir())


def test_the_command_saves_every_row_by_itself(
    settings: Settings, storage: Storage, slide: Slide, elsewhere: tuple[str, Storage], tmp_path: Path
) -> None:
    """In a process of its own, which knows no more tables than it asks for."""
    told = {"FOCUSSCOPE_DATA_DIR": str(settings.data_dir), "FOCUSSCOPE_DATABASE_URL": settings.database}
    command = [sys.executable, "-m", "backend.cli", "backup", str(tmp_path / "backups")]
    subprocess.run(command, env=os.environ | told, check=True)
    (made,) = (tmp_path / "backups").iterdir()
    restore(*elsewhere, made)
    assert everything(elsewhere[0]) == everything(settings.database)


@pytest.mark.parametrize("is_migrated", [False, True], ids=["into nothing", "into an empty one of the newest form"])
def test_an_older_backup_is_brought_to_the_newest_form(
    settings: Settings, storage: Storage, slide: Slide, tmp_path: Path, is_migrated: bool
) -> None:
    made = backup(settings.database, storage, tmp_path / "backups")
    migrate(url := f"sqlite:///{tmp_path / 'old.db'}", OLD)
    old = MetaData()
    old.reflect(create_database_engine(url))
    path = made.folder / "database.jsonl.gz"
    with gzip.open(path, "rt") as file:
        rows = [json.loads(line) for line in file]
    with gzip.open(path, "wt") as file:  # as it would have been made then
        for name, row in rows:
            if name in old.tables:
                then = {key: value for key, value in row.items() if key in old.tables[name].columns}
                needed = [column for column in old.tables[name].columns if not column.nullable]
                then |= {one.name: WAS[one.type.python_type] for one in needed if then.get(one.name) is None}
                file.write(json.dumps([name, then]) + "\n")
    manifest = json.loads((made.folder / "manifest.json").read_text())
    manifest |= {"revision": OLD, "database_sha256": sha256(path.read_bytes()).hexdigest()}
    (made.folder / "manifest.json").write_text(json.dumps(manifest))
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if is_migrated:
        migrate(url)
    restore(url, Storage(tmp_path / "new"), made.folder)
    now = everything(url)
    assert [len(now[name]) for name in ("slide", "analysis", "signature")] == [2, 1, 1]
