"""Formats of several files name the others in text; those must lie beside them: no slide may read another's."""

import re
from pathlib import Path

from backend.core.errors import SlideUnreadable

_INDEXES = (".vms", ".vmu", ".ini")
_LARGEST_INDEX_BYTES = 16 * 2**20
_ABSOLUTE = re.compile(r"([A-Za-z]:)?[/\\]")

_OUTSIDE = "The slide refers to files outside its own folder, so it is not opened."


def refuse_references_outside(folder: Path) -> None:
    """Check everything that arrived in a slide's folder.

    Raises:
        SlideUnreadable: where a link, or a name in an index, leads elsewhere.
    """
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise SlideUnreadable(_OUTSIDE)
        if path.suffix.lower() in _INDEXES and path.is_file():
            if path.stat().st_size > _LARGEST_INDEX_BYTES:
                raise SlideUnreadable(_OUTSIDE)
            if any(_leads_elsewhere(line) for line in path.read_bytes().decode("latin-1").splitlines()):
                raise SlideUnreadable(_OUTSIDE)


def _leads_elsewhere(line: str) -> bool:
    value = line.partition("=")[2].strip().strip('"')
    return bool(_ABSOLUTE.match(value)) or ".." in re.split(r"[/\\]", value)
