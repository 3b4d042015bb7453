"""The pipeline as the worker runs it. Importing this module loads torch: do so inside a task only."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import torch

from backend import jobs
from backend.core.findings import Findings, Rings, Stage
from backend.core.geometry import polygon_of
from backend.core.settings import get_settings
from backend.pipeline import analyse as pipeline
from backend.pipeline.lymphocytes import count_lymphocytes
from backend.pipeline.maps import write_maps
from backend.pipeline.stain import Stain
from backend.wsi.slide import Slide


def analyse(slide: Slide, on_progress: Callable[[Stage, float], None], maps: Path) -> Findings:
    """Analyse a slide with the installed weights and the default options, on this process's share of the cores.

    Its maps go to the folder `maps`.
    """
    threads = threads_per_process()
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    settings = get_settings()
    networks = pipeline.load_networks(settings.weights_dir, device=settings.device)
    analysed = pipeline.analyse(slide, networks, pipeline.Options(), on_progress=on_progress)
    write_maps(analysed, maps)
    return analysed.findings


def count(slide: Slide, polygons: Mapping[UUID, Rings], stain: dict[str, Any]) -> dict[UUID, int]:
    """Count the lymphocytes inside outlines, as the analysis that found `stain` counted its own."""
    settings = get_settings()
    networks = pipeline.load_networks(settings.weights_dir, device=settings.device)
    fitted = Stain.from_dict(stain)
    options = pipeline.Options()
    return {
        shape_id: count_lymphocytes(
            slide, polygon_of(rings), fitted, options.stain, networks.counter, networks.counter_weights,
            options.lymphocytes,
        )
        for shape_id, rings in polygons.items()
    }  # fmt: skip


def threads_per_process() -> int:
    """Return how many cores an analysis may use; one process of several is taken to be free for inspections."""
    analyses = max(1, (jobs.celery.conf.worker_concurrency or 1) - 1)
    return max(1, (os.cpu_count() or 1) // analyses)
