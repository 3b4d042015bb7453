"""Break the running product at random moments, again and again, and see what is left of it.

make chaos
make chaos ARGS="--rounds 5 --seed 7"        # each fault five times instead of three, in this order of chance
make chaos ARGS="--only redis_killed"
make chaos ARGS="--pairs"                    # two faults at a time

Two API processes, two workers, Redis, PostgreSQL and S3 run for real; two clients upload, analyse, review and sign, and
keep a ledger of what was acknowledged to them. After each fault they pause, all that was under way has to come to its
end, with no minute without a step, and then ledger, database, files and audit trail are compared. The disk can be
filled by root alone, and clocks be moved where LIBFAKETIME names the library.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from time import monotonic, sleep

from rich.console import Console
from rich.table import Table

from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.services import sessions
from tests.chaos import checks
from tests.chaos.clinician import Clinician
from tests.chaos.faults import FAULTS, PAIRS, Fault, NotHere
from tests.chaos.product import Product, running
from tests.factories import a_user

CLIENTS = 2
MOMENT_S = 12.0
"""A fault comes at a moment of chance within so many seconds of the first thing acknowledged in its round."""
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Round:
    """One fault, how long it took until nothing was under way, and what was found wrong."""

    fault: Fault
    acknowledged: int
    calm_s: float
    found: list[str]
    left_out: str = ""


def main() -> int:
    """Run, and print a table; return how many rounds found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stuck", type=float, default=60, help="what takes no step for so many seconds is stuck")
    parser.add_argument("--minutes", type=float, default=60, help="begin no round after so long")
    parser.add_argument("--only", action="append", default=[], help="a fault by its name; may be given again")
    parser.add_argument("--pairs", action="store_true", help="two faults at a time")
    parser.add_argument("--keep", action="store_true", help="keep the folder, with all logs")
    given = parser.parse_args()
    random, folder, console = Random(given.seed), Path(mkdtemp(prefix="chaos-")), Console()
    chosen = [one for one in (PAIRS if given.pairs else FAULTS) if not given.only or one.__name__ in given.only]
    until, rounds = monotonic() + 60 * given.minutes, list[Round]()
    try:
        with running(folder) as product:
            clients = _clients(product, folder, given.seed)
            for _ in range(given.rounds):
                for fault in random.sample(chosen, len(chosen)):
                    if monotonic() < until and not any(one.trouble for one in clients):
                        rounds.append(_round(product, clients, fault, random, given.stuck))
                        console.print(*_cells(rounds[-1]), sep=" | ", markup=False, highlight=False)
            for one in clients:
                one.stopped.set()
                one.join(90)
    finally:
        if given.keep:
            console.print(f"Logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    console.print(table_of(rounds, clients))
    return sum(bool(one.found) for one in rounds)


def _clients(product: Product, folder: Path, seed: int) -> list[Clinician]:
    slide = folder / "phantom.tiff"
    write_phantom(PhantomSpec(seed=3, width_mm=1.0, height_mm=0.9, foci=1), slide)
    made = []
    for number in range(CLIENTS):
        with product.sessions.begin() as session:
            user = a_user(session, f"reader{number}")
            _, token = sessions.begin(session, user=user, hours=48)
        made.append(Clinician(product.addresses, token, slide.read_bytes(), folder, seed + number))
        made[-1].start()
    return made


def _round(product: Product, clients: list[Clinician], fault: Fault, random: Random, stuck_after_s: float) -> Round:
    """Let everybody work, break something, let them work on, and look."""
    for one in clients:
        one.is_resting.clear()
        one.may_work.set()
    before, deadline = _acknowledged(clients), monotonic() + PATIENCE_S
    while _acknowledged(clients) == before and monotonic() < deadline:
        sleep(0.2)
    sleep(random.uniform(0, MOMENT_S))
    try:
        fault(product, clients, random)
    except NotHere as reason:
        return Round(fault, 0, 0, [], left_out=str(reason))
    product.wait_until_ready()
    sleep(3)
    for one in clients:
        one.may_work.clear()
    for one in clients:
        one.is_resting.wait(120)
    calm_s, found = checks.wait_until_calm(product, stuck_after_s)
    calm = not found
    with product.sessions() as session:
        found += checks.lost(session, product.storage, [one.ledger for one in clients])
        found += checks.trail_faults(session)
    if calm:
        found += checks.orphaned(product)
    found += [one.trouble for one in clients if one.trouble]
    found += product.revived()
    return Round(fault, _acknowledged(clients), calm_s, found)


def _acknowledged(clients: list[Clinician]) -> int:
    return sum(one.ledger.count for one in clients)


def _cells(one: Round) -> tuple[str, str, str, str]:
    return (
        one.fault.__doc__ or "",
        str(one.acknowledged),
        f"{one.calm_s:.0f}",
        "; ".join(one.found) or one.left_out or "nothing",
    )


def table_of(rounds: list[Round], clients: list[Clinician]) -> Table:
    """Lay out what was tried and found."""
    acknowledged = _acknowledged(clients)
    cuts, silence = sum(one.cuts for one in clients), max(one.longest_silence_s for one in clients)
    signed = sum(len(one.ledger.signed) for one in clients)
    title = (f"{len(rounds)} rounds, {acknowledged} actions acknowledged, {signed} reviews signed, {cuts} uploads cut, "
             f"longest wait for an answer {silence:.0f} s")  # fmt: skip
    table = Table("fault", "acknowledged until then", "calm after s", "found", title=title)
    for one in rounds:
        table.add_row(*_cells(one))
    return table


if __name__ == "__main__":
    sys.exit(main())
