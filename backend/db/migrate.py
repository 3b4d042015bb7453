"""Bring the database to the present form."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from backend.core.settings import ROOT, get_settings


def migrate(url: str | None = None, to: str = "head") -> None:
    """Create or upgrade the database at `url`, or at the settings' address, to its newest or another form."""
    url = url or get_settings().database
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config_of(url), to)


def downgrade(url: str, to: str) -> None:
    """Take the database at `url` back to an older form."""
    command.downgrade(_config_of(url), to)


def _config_of(url: str) -> Config:
    config = _config()
    config.attributes["url"] = url
    return config


@lru_cache(maxsize=1)
def newest_revision() -> str | None:
    """Return the form of the database that this program expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config
