"""Have an arriving file opened, judged and sampled by a process that may crash, starve or hang in our stead."""

import json
import os
import shutil
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.core.errors import NoRoom, SlideUnreadable
from backend.wsi.arrival.inspection import Inspection
from backend.wsi.arrival.limits import Limits

_ROOT = Path(__file__).resolve().parents[3]
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
_TRIES = 2

CLEAN = "clean"
"""The folder of the files that are kept, in the slide's own; it appears when it is complete."""

RECEIPT = "arrival.json"

CRASHED = "The file makes the slide reader crash: it is damaged."
TOO_SLOW = "The file takes longer to read than any slide should: it is damaged, or made to exhaust the server."
TOO_MUCH_MEMORY = (
    "The file needs more memory to read than any slide should: it is damaged, or made to exhaust the server."
)


class ArrivalFault(Exception):
    """The process failed through no fault of the file; says where in the code, and nothing of the file."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is kept of an arriving file: the file to open, relative to the slide's folder, and what was left out."""

    entry: str
    inspection: Inspection
    thumbnail: bytes
    removed: list[str]


def receive(folder: Path, entry: str, *, limits: Limits | None = None) -> Arrival:
    """Have `entry` in a slide's folder judged and made clean, and remove all but the clean files. Safe to repeat.

    Killed at any moment, the folder holds either what arrived or, complete, what is kept, or both.

    Raises:
        SlideUnreadable, NoRoom, ArrivalFault: as `cleaned` does.
    """
    arrival = cleaned(folder, entry, limits=limits)
    remove_all_but(folder, (CLEAN,))
    return arrival


def cleaned(folder: Path, entry: str, *, limits: Limits | None = None) -> Arrival:
    """Have `entry` in a slide's folder judged and made clean, beside what arrived. Safe to repeat.

    Raises:
        SlideUnreadable: where it is no slide, a damaged one, or more than the process may use.
        NoRoom: where the disk is full; what arrived is then as it was.
        ArrivalFault: where the program is at fault.
    """
    receipt = folder / CLEAN / RECEIPT
    if not receipt.exists():
        _make_clean(folder, entry, limits or Limits())
    said = json.loads(receipt.read_text(encoding="utf-8"))
    inspection, thumbnail = Inspection(**said["inspection"]), b64decode(said["thumbnail"])
    return Arrival(said["entry"], inspection, thumbnail, said["removed"])


def remove_all_but(folder: Path, kept: Collection[str]) -> None:
    """Remove all files and folders in a slide's folder but those of these names."""
    for other in folder.iterdir():
        if other.name not in kept:
            shutil.rmtree(other) if other.is_dir() else other.unlink()


def _make_clean(folder: Path, entry: str, limits: Limits) -> None:
    run({"folder": str(folder), "entry": entry}, limits)


def run(task: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Have a task done by a process of its own, and return what it says.

    Raises:
        SlideUnreadable: where the file is refused, or wants more than the process may use.
        NoRoom: where the disk is full.
        ArrivalFault: where the program is at fault.
    """
    task = task | {"limits": limits.as_dict()}
    for _ in range(_TRIES):
        code, said = _run(task, limits.wall_s)
        if code != -signal.SIGKILL:  # by whom, cannot be known: perhaps for want of memory that others had taken
            break
    if code:
        raise SlideUnreadable(_why_ended(code))
    if "no_room" in said:
        raise NoRoom
    if "refused" in said:
        raise SlideUnreadable(said["refused"])
    if "fault" in said:
        raise ArrivalFault(said["fault"])
    return said


def _run(task: dict[str, Any], wall_s: float) -> tuple[int, dict[str, Any]]:
    """Run the child and return how it ended and what it says; what its libraries print may name a patient: unread."""
    child = subprocess.Popen(
        [sys.executable, "-m", "backend.wsi.arrival"], cwd=_ROOT, env=_environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _ = child.communicate(json.dumps(task), timeout=wall_s)
    except subprocess.TimeoutExpired as error:
        raise SlideUnreadable(TOO_SLOW) from error
    finally:
        child.kill()
        child.wait()
    return child.returncode, {} if child.returncode else json.loads(out.splitlines()[-1])


def _why_ended(code: int) -> str:
    if code == -signal.SIGXCPU:
        return TOO_SLOW
    return TOO_MUCH_MEMORY if code == -signal.SIGKILL else CRASHED


def _environment() -> dict[str, str]:
    """What libraries need, and no password of ours; few threads, because each takes address space."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VIPS_CONCURRENCY", "MALLOC_ARENA_MAX"), "2")
    return kept | threads | {"PYTHONDONTWRITEBYTECODE": "1"}
