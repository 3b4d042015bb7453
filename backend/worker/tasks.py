"""The tasks: a name, a promise and a call. Each may be delivered twice."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from backend import jobs
from backend.core.findings import Findings, Rings, Stage
from backend.core.settings import get_settings
from backend.db.session import create_database_engine, create_sessions
from backend.objectstore import open_storage
from backend.pipeline.kept import Shelf
from backend.worker.building import build
from backend.worker.execute import Workplace, inspect
from backend.worker.execute import count_shapes as count_drawn
from backend.worker.heart import Heart
from backend.worker.slots import slots
from backend.worker.turns import Pipeline, take_turn
from backend.wsi.slide import Slide

served: tuple[str, ...] = jobs.QUEUES
"""The queues that this process takes messages from."""


def workplace() -> Workplace:
    """Return what this process works with; connections are never shared with the process that forked it."""
    return _workplace_of(os.getpid())[0]


def heart() -> Heart:
    """Return what gives this process's signs of life."""
    return _workplace_of(os.getpid())[1]


@lru_cache(maxsize=1)
def _workplace_of(_process: int) -> tuple[Workplace, Heart]:
    settings = get_settings()
    sessions = create_sessions(create_database_engine(settings.database))
    beating = Heart(sessions, served)
    return Workplace(sessions, open_storage(settings), beating.worker_id), beating


@jobs.celery.task(name=jobs.INSPECT_SLIDE)
def inspect_slide(slide_id: str) -> None:
    """Say what the uploaded file is."""
    inspect(workplace(), UUID(slide_id))


@jobs.celery.task(name=jobs.BUILD_LEVELS)
def build_levels(slide_id: str) -> None:
    """Build what the slide's file lacks of the viewer's pyramid."""
    build(workplace(), UUID(slide_id))


@jobs.celery.task(name=jobs.RUN_ANALYSIS)
def run_analysis(_analysis_id: str) -> None:
    """Run the pipeline on the slide whose turn it is, which need not be the one that the message was sent for."""
    take_turn(workplace(), slots(get_settings().device), Pipeline(_analyse, _help_with))


@jobs.celery.task(name=jobs.COUNT_SHAPES)
def count_shapes(review_id: str) -> None:
    """Count the lymphocytes of what a reader drew."""
    count_drawn(workplace(), UUID(review_id), _count)


def _count(slide: Slide, polygons: Mapping[UUID, Rings], stain: dict[str, Any]) -> dict[UUID, int]:
    from backend.worker.science import count

    return count(slide, polygons, stain)


# Loading torch takes long, and the process that only inspects slides or forks others does not need it.
def _analyse(
    device: str, keep_in: Shelf, slide: Slide, on_progress: Callable[[Stage, float], None], maps: Path
) -> Findings:
    from backend.worker.science import analyse

    return analyse(slide, on_progress, maps, device=device, keep_in=keep_in)


def _help_with(device: str, keep_in: Shelf, slide: Slide, on_progress: Callable[[Stage, float], None]) -> None:
    from backend.worker.science import help_with

    help_with(slide, on_progress, device=device, keep_in=keep_in)
