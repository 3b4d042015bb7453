"""Have an arriving file opened, judged and sampled by a process that may crash, starve or hang in our stead."""

import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.core.errors import SlideUnreadable
from backend.wsi.arrival.inspection import Inspection
from backend.wsi.arrival.limits import Limits

_ROOT = Path(__file__).resolve().parents[3]
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")

CRASHED = "The file makes the slide reader crash: it is damaged."
TOO_SLOW = "The file takes longer to read than any slide should: it is damaged, or made to exhaust the server."
TOO_MUCH_MEMORY = (
    "The file needs more memory to read than any slide should: it is damaged, or made to exhaust the server."
)


class ArrivalFault(Exception):
    """The process failed through no fault of the file; says where in the code, and nothing of the file."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of an arriving file that was accepted."""

    inspection: Inspection
    thumbnail: bytes


def receive(path: Path, *, limits: Limits | None = None) -> Arrival:
    """Inspect the file at `path` in a process of its own.

    Raises:
        SlideUnreadable: where it is no slide, a damaged one, or more than the process may use.
        ArrivalFault: where the program is at fault.
    """
    limits = limits or Limits()
    said = _run({"path": str(path), "limits": limits.as_dict()}, limits.wall_s)
    if "refused" in said:
        raise SlideUnreadable(said["refused"])
    if "fault" in said:
        raise ArrivalFault(said["fault"])
    return Arrival(Inspection(**said["inspection"]), b64decode(said["thumbnail"]))


def _run(task: dict[str, Any], wall_s: float) -> dict[str, Any]:
    """Run the child and return what it says; what its libraries print may name a patient and is not read."""
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
    if child.returncode:
        raise SlideUnreadable(_why_ended(child.returncode))
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    return said


def _why_ended(code: int) -> str:
    if code == -signal.SIGXCPU:
        return TOO_SLOW
    return TOO_MUCH_MEMORY if code == -signal.SIGKILL else CRASHED


def _environment() -> dict[str, str]:
    """What libraries need, and no password of ours; few threads, because each takes address space."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VIPS_CONCURRENCY", "MALLOC_ARENA_MAX"), "2")
    return kept | threads | {"PYTHONDONTWRITEBYTECODE": "1"}
