"""Whose analysis runs next, and where; and who helps."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from backend import jobs
from backend.core.findings import Findings, Stage
from backend.db.session import only_read
from backend.services import analyses, slides
from backend.services.runs import Claim, ClaimLost
from backend.worker.catch_up import forget_finished, send_missing
from backend.worker.execute import Workplace, claim_next, execute, mpp_of
from backend.worker.progress import Overseer
from backend.worker.slots import Slot, taking_one
from backend.wsi.slide import Slide

log = logging.getLogger(__name__)

Progress: TypeAlias = Callable[[Stage, float], None]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What runs on a device, keeping in a folder what it finds on the way.

    `analyse` takes device and folder, then what `backend.worker.execute.Analyse` takes; `help_with` makes, with what an
    `analyse` of another process has kept in the folder, part of what that still has to make.
    """

    analyse: Callable[[str, Path, Slide, Progress, Path], Findings]
    help_with: Callable[[str, Path, Slide, Progress], None]


def take_turn(place: Workplace, choice: Sequence[Slot], pipeline: Pipeline) -> None:
    """Run the analysis whose turn it is in the first free slot, or help with one that runs where nothing waits.

    Where no slot is free the message is dropped, so that the process can do something else: whoever has a slot sends
    the next once it is free again.
    """
    with taking_one(place.storage.root / "slots", choice) as slot:
        if slot is None:
            return
        if claim := claim_next(place):
            _run(place, claim, slot, pipeline, helpers=len(choice) - 1)
        else:
            _help(place, slot, pipeline)
        forget_finished(place)
    send_missing(place.sessions, turns=len(choice))


def _run(place: Workplace, claim: Claim, slot: Slot, pipeline: Pipeline, *, helpers: int) -> None:
    """Run an analysis, and call for help once what takes longest begins."""
    folder = place.storage.unfinished_folder(claim.analysis_id)

    def analyse(slide: Slide, on_progress: Progress, maps: Path) -> Findings:
        called: list[Stage] = []

        def told(stage: Stage, fraction: float) -> None:
            on_progress(stage, fraction)
            if stage == "segmentation" and not called:
                called.append(stage)
                for _ in range(helpers):
                    jobs.send(jobs.RUN_ANALYSIS, claim.analysis_id)

        return pipeline.analyse(slot.device, folder, slide, told, maps)

    execute(place, claim, analyse)


def _help(place: Workplace, slot: Slot, pipeline: Pipeline) -> None:
    """Help with an analysis that another process of this machine runs; whatever goes wrong, that one goes on."""
    with place.sessions() as session:
        only_read(session)
        begun = (one for one in analyses.running(session) if place.storage.unfinished_folder(one.id).exists())
        if (analysis := next(begun, None)) is None:
            return
        stored, mpp = analysis.slide, mpp_of(analysis)
    folder, overseer = place.storage.unfinished_folder(analysis.id), Overseer(place.sessions, analysis.id)
    try:
        with place.storage.reading(stored.id), Slide(slides.file_of(stored, place.storage), mpp=mpp) as slide:
            pipeline.help_with(slot.device, folder, slide, overseer)
    except ClaimLost:
        log.info("Analysis %s is over; it needs no help", analysis.id)
    except Exception:
        log.exception("Helping with analysis %s failed", analysis.id)
