"""Whose analysis runs next, and where; and who helps."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from backend import jobs
from backend.core.findings import Findings, Stage
from backend.db.session import only_read
from backend.pipeline.kept import Shelf
from backend.services import analyses, slides, workers
from backend.services.runs import Claim, ClaimLost
from backend.worker.catch_up import forget_finished, send_missing
from backend.worker.execute import Workplace, claim_next, execute, mpp_of
from backend.worker.progress import NeededElsewhere, Overseer
from backend.worker.shelf import shelf_of
from backend.worker.slots import Slot, taking_one
from backend.wsi.slide import Slide

log = logging.getLogger(__name__)

HELPED: Stage = "segmentation"
"""What takes longest, and is made in parts by whoever is free."""
CALL_EVERY_S = 10.0

Progress: TypeAlias = Callable[[Stage, float], None]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What runs on a device, keeping on a shelf what it finds on the way.

    `analyse` takes device and shelf, then what `backend.worker.execute.Analyse` takes; `help_with` makes, with what an
    `analyse` of another process has kept on the shelf, part of what that still has to make.
    """

    analyse: Callable[[str, Shelf, Slide, Progress, Path], Findings]
    help_with: Callable[[str, Shelf, Slide, Progress], None]


def take_turn(place: Workplace, choice: Sequence[Slot], pipeline: Pipeline) -> None:
    """Run the analysis whose turn it is in the first free slot, or help with one that runs where nothing waits.

    Where no slot is free the message is dropped, so that the process can do something else: whoever has a slot sends
    the next once it is free again.
    """
    with taking_one(place.storage.root / "slots", choice) as slot:
        if slot is None:
            return
        if claim := claim_next(place):
            _run(place, claim, slot, pipeline)
        else:
            _help(place, slot, pipeline)
        forget_finished(place)
    send_missing(place.sessions, turns=len(choice))


def _run(place: Workplace, claim: Claim, slot: Slot, pipeline: Pipeline) -> None:
    """Run an analysis, and call for help as long as what takes longest goes on."""
    called_at = -CALL_EVERY_S

    def analyse(slide: Slide, on_progress: Progress, maps: Path) -> Findings:
        with place.sessions() as session:
            only_read(session)
            shelf = shelf_of(place, analyses.get(session, analysis_id=claim.analysis_id))

        def told(stage: Stage, fraction: float) -> None:
            nonlocal called_at
            on_progress(stage, fraction)
            if stage == HELPED and monotonic() - called_at >= CALL_EVERY_S:
                called_at = monotonic()
                _call(place, claim)

        return pipeline.analyse(slot.device, shelf, slide, told, maps)

    execute(place, claim, analyse)


def _call(place: Workplace, claim: Claim) -> None:
    """Wake everybody who has nothing to do, on whichever machine; who has no free device goes to rest again."""
    try:
        with place.sessions() as session:
            only_read(session)
            idle = workers.count_idle(session, queue=jobs.GPU, but=place.worker_id)
        for _ in range(idle - jobs.queued(jobs.RUN_ANALYSIS) if idle else 0):
            jobs.send(jobs.RUN_ANALYSIS, claim.analysis_id)
    except Exception:
        log.warning("Nobody is called to help with analysis %s: database or broker is away", claim.analysis_id)


def _help(place: Workplace, slot: Slot, pipeline: Pipeline) -> None:
    """Help with an analysis that another process runs; whatever goes wrong, that one goes on."""
    with place.sessions() as session:
        only_read(session)
        begun = (one for one in analyses.running(session) if one.stage == HELPED)
        if (analysis := next(begun, None)) is None:
            return
        stored, mpp = analysis.slide, mpp_of(analysis)
    shelf, overseer = shelf_of(place, analysis), Overseer(place.sessions, analysis.id)
    try:
        with place.storage.reading(stored.id), Slide(slides.file_of(stored, place.storage), mpp=mpp) as slide:
            pipeline.help_with(slot.device, shelf, slide, overseer)
    except ClaimLost:
        log.info("Analysis %s is over; it needs no help", analysis.id)
    except NeededElsewhere:
        log.info("Analysis %s goes on alone; another one waits", analysis.id)
    except Exception:
        log.exception("Helping with analysis %s failed", analysis.id)
