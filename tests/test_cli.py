"""The commands that manage people, and those that export examples."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from backend import __version__
from backend.cli import app
from backend.core.settings import ROOT, Settings, get_settings
from backend.core.vault import Vault
from backend.db.session import Sessions
from backend.services import accounts
from backend.storage import Storage
from tests.factories import (
    PASSWORD,
    a_finished_analysis,
    a_lesion,
    a_stored_slide,
    a_user,
    decide,
    findings,
    write_slide,
)


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("FOCUSSCOPE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("FOCUSSCOPE_DATABASE_URL", settings.database)
    get_settings.cache_clear()
    yield CliRunner()
    get_settings.cache_clear()


def test_added_user_signs_in_until_they_are_disabled(
    command: CliRunner, sessions: Sessions, settings: Settings
) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    assert command.invoke(app, ["user", "add", "alice", "--name", "Alice"], input=typed).exit_code == 0
    with sessions.begin() as session:
        assert accounts.sign_in(session, username="alice", password=PASSWORD, hours=1, vault=Vault(settings))
    assert command.invoke(app, ["user", "disable", "alice"]).exit_code == 0
    listed = command.invoke(app, ["user", "list"]).stdout
    assert "alice" in listed and "disabled" in listed


def test_mistake_is_one_sentence_and_exit_code_2(command: CliRunner) -> None:
    result = command.invoke(app, ["user", "disable", "nobody"])
    assert (result.exit_code, result.stderr) == (2, "There is no user “nobody”.\n")


def test_slide_that_cannot_be_exported_is_named(command: CliRunner, tmp_path: Path) -> None:
    slide = write_slide(tmp_path / "foreign.tiff")
    result = command.invoke(app, ["export", str(slide), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert result.stderr == "foreign.tiff: There are no annotations: foreign.geojson is missing beside the slide.\n"


def test_reviewed_slide_is_exported_under_its_id(
    command: CliRunner, sessions: Sessions, storage: Storage, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        reader = a_user(session)
        slide = a_stored_slide(session, storage, reader)
        gland = [[(400.0, 260.0), (1000.0, 260.0), (1000.0, 700.0), (400.0, 260.0)]]
        analysis = a_finished_analysis(session, slide, replace(findings(a_lesion()), glands=[gland]))
        decide(session, analysis, reader, analysis.lesions[0].id, "confirmed")
        slide_id = str(slide.id)
    result = command.invoke(app, ["export-reviewed", "--out", str(tmp_path / "out"), "--stacks", "4"])
    assert (result.exit_code, result.stdout) == (0, f"{slide_id}: 4 patch stacks, 1 confirmed\n")
    assert np.load(tmp_path / "out" / slide_id / "stacks.npy").shape == (4, 3, 256, 256, 3)


def test_a_trail_that_was_tampered_with_is_told_and_ends_with_1(
    command: CliRunner, sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        a_user(session)
        a_user(session, "other")
    whole = command.invoke(app, ["audit", "verify"])
    assert whole.exit_code == 0 and whole.stdout.startswith("2 events, none altered or missing. 2:")
    assert command.invoke(app, ["audit", "verify", "--seen", whole.stdout.split()[-1]]).exit_code == 0
    assert command.invoke(app, ["audit", "verify", "--seen", "2:ab"]).exit_code == 1
    assert command.invoke(app, ["audit", "export", str(tmp_path / "t.csv"), "--since", "2020-01-01"]).exit_code == 0
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 3
    with sessions.begin() as session:
        on = "" if session.get_bind().dialect.name == "sqlite" else " ON audit_event"
        session.execute(text(f"DROP TRIGGER audit_event_no_delete{on}"))
        session.execute(text("DELETE FROM audit_event WHERE id = 2"))
    told = command.invoke(app, ["audit", "verify"])
    assert (told.exit_code, told.stdout.strip()) == (1, "Row 2 is missing.")


def test_server_and_page_are_of_one_version() -> None:
    page = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    assert page["version"] == __version__
