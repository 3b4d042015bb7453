"""Look for bytes that a reader of ours does not expect (`make fuzz`), by atheris, which follows what an input reaches.

`python -m tests.fuzz SECONDS NAME …` runs each target in a process of its own (`one NAME …`), one after the other. What
each has learnt is kept in `var/fuzz`; what is found there belongs, by the name of its target, into `tests/fuzz/found`.
"""

import logging
import subprocess
import sys
import traceback
from collections.abc import Callable
from hashlib import sha256

from rich.console import Console

from backend.core.settings import ROOT

LEARNT = ROOT / "var" / "fuzz"
SECONDS_A_TARGET = 60
MOST_MB, SLOWEST_S, LONGEST_BYTES = 3072, 20, 20_000
console = Console()


def main(seconds: int, names: list[str]) -> int:
    """Run targets, all of them unless some are named; return how many faults were found."""
    from tests.fuzz.targets import TARGETS

    faulty = 0
    for name in names or list(TARGETS):
        folder = LEARNT / name
        folder.mkdir(parents=True, exist_ok=True)
        for seed in TARGETS[name].seeds():
            (folder / sha256(seed).hexdigest()).write_bytes(seed)
        console.print(f"{name} for {seconds} s")
        limits = [
            f"-max_total_time={seconds}", f"-rss_limit_mb={MOST_MB}", f"-timeout={SLOWEST_S}",
            f"-max_len={LONGEST_BYTES}", f"-artifact_prefix={LEARNT}/{name}-", "-print_final_stats=1",
        ]  # fmt: skip
        before = set(LEARNT.glob(f"{name}-*"))
        command = [sys.executable, "-m", "tests.fuzz", "one", name, str(folder), *limits]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        stats = dict(line[6:].split(":", 1) for line in done.stderr.splitlines() if line.startswith("stat::"))
        if not stats:
            faulty += 1
            console.print(done.stderr[-2000:], highlight=False, markup=False)
            continue
        console.print(f"  {stats['number_of_executed_units'].strip()} inputs", highlight=False)
        for found in set(LEARNT.glob(f"{name}-*")) - before:
            faulty += 1
            console.print(
                f"  {found.relative_to(ROOT)}: {_fault_of(TARGETS[name].take, found.read_bytes())}", soft_wrap=True
            )
    return faulty


def _fault_of(take: Callable[[bytes], None], data: bytes) -> str:
    """Say in a line what becomes of an input without the fuzzer."""
    try:
        take(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{error!r} at {last.filename}:{last.lineno}"
    return "too slow, or too much memory"


def one(name: str, arguments: list[str]) -> None:
    """Run one target until its time is over, or the first fault."""
    import atheris

    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=["backend", "zipfile", "pydicom", "json"]):
        from tests.fuzz.targets import TARGETS

    atheris.Setup([name, *arguments], TARGETS[name].take)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(min(main(int(sys.argv[1]) if sys.argv[1:] else SECONDS_A_TARGET, sys.argv[2:]), 1))
