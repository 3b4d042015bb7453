"""Bring the database to the present form."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from backend.core.settings import ROOT, get_settings


def migrate(url: str | None = None) -> None:
    """Create or upgrade the database at `url`, or at the settings' address."""
    url = url or get_settings().database
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
