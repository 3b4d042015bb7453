"""Processes that do not outlive the one that started them, that let others go first, or that answer without halting."""

import ctypes
import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer

SETTLED_S = 60.0
"""So long after its start a server has made nearly all that it makes when first asked: routes, statements, caches."""

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends, however that ends (on Linux; elsewhere not)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def let_others_go_first(niceness: int) -> None:
    """Lower the priority of this process, and of its session where it leads one.

    Linux first shares the processors out between sessions, where no groups of a container or a service do so, and looks
    at the niceness of processes only within one: sched(7), autogroup. A session that somebody works in is left alone.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # another system, or a kernel without
            Path("/proc/self/autogroup").write_text(str(niceness))


def keep_answering() -> None:
    """Take what a server has made for good out of the search for garbage, now and once more when it has settled.

    Every search through all of it would halt every request of the process, for a quarter of a second on a busy machine.
    """
    gc.collect()
    gc.freeze()
    settled = Timer(SETTLED_S, gc.freeze)
    settled.daemon = True
    settled.start()
