"""The commands that manage people."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from backend.cli import app
from backend.core.settings import Settings, get_settings
from backend.db.session import Sessions
from backend.services import accounts
from tests.factories import PASSWORD


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("FOCUSSCOPE_DATA_DIR", str(settings.data_dir))
    get_settings.cache_clear()
    yield CliRunner()
    get_settings.cache_clear()


def test_added_user_signs_in_until_they_are_disabled(command: CliRunner, sessions: Sessions) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    assert command.invoke(app, ["user", "add", "alice", "--name", "Alice"], input=typed).exit_code == 0
    with sessions.begin() as session:
        assert accounts.sign_in(session, username="alice", password=PASSWORD, hours=1)
    assert command.invoke(app, ["user", "disable", "alice"]).exit_code == 0
    listed = command.invoke(app, ["user", "list"]).stdout
    assert "alice" in listed and "disabled" in listed


def test_mistake_is_one_sentence_and_exit_code_2(command: CliRunner) -> None:
    result = command.invoke(app, ["user", "disable", "nobody"])
    assert (result.exit_code, result.stderr) == (2, "There is no user “nobody”.\n")
