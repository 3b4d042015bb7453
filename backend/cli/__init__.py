"""The `focusscope` command: wiring only. Heavy imports wait inside the commands, so that `--help` is quick."""

from backend.cli import audit, backups, people, running, science, slides
from backend.cli.shared import app

__all__ = ["app", "audit", "backups", "people", "running", "science", "slides"]
