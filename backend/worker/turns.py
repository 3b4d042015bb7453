"""Whose analysis runs next, and where."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from backend.core.findings import Findings, Stage
from backend.worker.catch_up import forget_finished, send_missing
from backend.worker.execute import Workplace, claim_next, execute
from backend.worker.slots import Slot, taking_one
from backend.wsi.slide import Slide

AnalyseOn = Callable[[str, Path, Slide, Callable[[Stage, float], None], Path], Findings]
"""Takes a device and where to keep what is found on the way, then what `backend.worker.execute.Analyse` takes."""


def take_turn(place: Workplace, choice: Sequence[Slot], analyse: AnalyseOn) -> None:
    """Run the analysis whose turn it is in the first free slot.

    Where no slot is free the message is dropped, so that the process can do something else: whoever has a slot sends
    the next once it is free again.
    """
    with taking_one(place.storage.root / "slots", choice) as slot:
        if slot is None:
            return
        if claim := claim_next(place):
            execute(place, claim, partial(analyse, slot.device, place.storage.unfinished_folder(claim.analysis_id)))
            forget_finished(place)
    send_missing(place.sessions, turns=len(choice))
