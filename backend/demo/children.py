"""The processes that the demo starts, and their orderly end."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from backend.core.errors import FocusScopeError
from backend.core.processes import die_with_parent


class ChildFailed(FocusScopeError):
    """A part of the demo did not start, or ended by itself."""

    status = 500


class Children:
    """Child processes, each in a group of its own so that Ctrl-C reaches only the demo; stopped last to first."""

    def __init__(self, log_dir: Path, environment: Mapping[str, str]) -> None:
        self.log_dir = log_dir
        self.environment = {**os.environ, **environment}
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, command: Sequence[str | Path]) -> None:
        """Start a process that logs to `<name>.log` and that ends with the demo, even if the demo is killed."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        with (self.log_dir / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self._running.append((name, process))

    def check(self) -> None:
        """Raise ChildFailed where one has ended."""
        for name, process in self._running:
            if process.poll() is not None:
                log = self.log_dir / f"{name}.log"
                last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["nothing was logged"]
                raise ChildFailed(f"The {name} stopped ({last[0]}); see {log}.")

    def wait_for(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait until `ready`, or raise ChildFailed."""
        deadline = monotonic() + seconds
        while not ready():
            self.check()
            if monotonic() > deadline:
                raise ChildFailed(f"{what} did not start within {seconds:.0f} s; see the logs in {self.log_dir}.")
            sleep(0.1)

    def stop(self) -> None:
        """Ask each to stop, then insist; leave none behind."""
        while self._running:
            _, process = self._running.pop()
            for request, patience_s in ((signal.SIGTERM, 3), (signal.SIGQUIT, 3), (signal.SIGKILL, 5)):
                if _stopped(process, request, patience_s):
                    break
            _kill_group(process.pid)


def _stopped(process: "subprocess.Popen[bytes]", request: signal.Signals, patience_s: float) -> bool:
    if process.poll() is None:
        process.send_signal(request)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
