"""The tasks: a name, a promise and a call. Each may be delivered twice."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import Task

from backend import jobs
from backend.core.findings import Findings, Rings, Stage
from backend.core.settings import get_settings
from backend.db.session import create_database_engine, create_sessions
from backend.storage import Storage
from backend.worker.building import build
from backend.worker.execute import Workplace, execute, inspect
from backend.worker.execute import count_shapes as count_drawn
from backend.wsi.slide import Slide


def workplace() -> Workplace:
    """Return what this process works with; connections are never shared with the process that forked it."""
    return _workplace_of(os.getpid())


@lru_cache(maxsize=1)
def _workplace_of(_process: int) -> Workplace:
    settings = get_settings()
    storage = Storage(settings.data_dir)
    return Workplace(create_sessions(create_database_engine(settings.database)), storage)


@jobs.celery.task(name=jobs.INSPECT_SLIDE, bind=True)
def inspect_slide(task: Task, slide_id: str) -> None:
    """Say what the uploaded file is."""
    inspect(workplace(), UUID(slide_id), redelivered=_redelivered(task))


@jobs.celery.task(name=jobs.BUILD_LEVELS, bind=True)
def build_levels(task: Task, slide_id: str) -> None:
    """Build what the slide's file lacks of the viewer's pyramid."""
    build(workplace(), UUID(slide_id), redelivered=_redelivered(task))


@jobs.celery.task(name=jobs.RUN_ANALYSIS, bind=True)
def run_analysis(task: Task, analysis_id: str) -> None:
    """Run the pipeline on a slide and record what it finds."""
    execute(workplace(), UUID(analysis_id), _analyse, redelivered=_redelivered(task))


@jobs.celery.task(name=jobs.COUNT_SHAPES)
def count_shapes(review_id: str) -> None:
    """Count the lymphocytes of what a reader drew."""
    count_drawn(workplace(), UUID(review_id), _count)


def _redelivered(task: Task) -> bool:
    """Say whether the message comes again because the worker that had it was killed."""
    return bool((task.request.delivery_info or {}).get("redelivered"))


def _count(slide: Slide, polygons: Mapping[UUID, Rings], stain: dict[str, Any]) -> dict[UUID, int]:
    from backend.worker.science import count

    return count(slide, polygons, stain)


def _analyse(slide: Slide, on_progress: Callable[[Stage, float], None], maps: Path) -> Findings:
    # Loads torch, which the process that only inspects slides or forks others does not need.
    from backend.worker.science import analyse

    return analyse(slide, on_progress, maps)
