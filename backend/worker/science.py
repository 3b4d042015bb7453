"""The pipeline as the worker runs it. Importing this module loads torch: do so inside a task only."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import torch

from backend.core.findings import Findings, Rings, Stage
from backend.core.geometry import polygon_of
from backend.core.settings import get_settings
from backend.pipeline import analyse as pipeline
from backend.pipeline.kept import Shelf
from backend.pipeline.lymphocytes import count_lymphocytes
from backend.pipeline.maps import write_maps
from backend.pipeline.stain import Stain
from backend.worker.slots import slots
from backend.wsi.slide import Slide


def analyse(
    slide: Slide, on_progress: Callable[[Stage, float], None], maps: Path, *, device: str, keep_in: Shelf
) -> Findings:
    """Analyse a slide with the installed weights and the default options, on this device and its share of the cores.

    Its maps go to the folder `maps`; what it finds on the way is kept in `keep_in` for another try.
    """
    networks = _networks_on(device)
    analysed = pipeline.analyse(slide, networks, pipeline.Options(), on_progress, keep_in)
    write_maps(analysed, maps)
    return analysed.findings


def help_with(
    slide: Slide, on_progress: Callable[[Stage, float], None], *, device: str, keep_in: Shelf
) -> None:  # fmt: skip
    """Make part of what the analysis that keeps what it finds in `keep_in` still has to make."""
    pipeline.help_with(slide, _networks_on(device), pipeline.Options(), keep_in, on_progress)


def _networks_on(device: str) -> pipeline.Networks:
    """Load the networks for this device, and take its share of the cores."""
    settings = get_settings()
    threads = max(1, (os.cpu_count() or 1) // len(slots(settings.device)))
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    return pipeline.load_networks(settings.weights_dir, device=_usable(device))


def count(slide: Slide, polygons: Mapping[UUID, Rings], stain: dict[str, Any]) -> dict[UUID, int]:
    """Count the lymphocytes inside outlines, as the analysis that found `stain` counted its own."""
    settings = get_settings()
    device = _usable(slots(settings.device)[0].device)
    networks = pipeline.load_networks(settings.weights_dir, device=device)
    fitted = Stain.from_dict(stain)
    options = pipeline.Options()
    return {
        shape_id: count_lymphocytes(
            slide, polygon_of(rings), fitted, options.stain, networks.counter, networks.counter_weights,
            options.lymphocytes,
        )
        for shape_id, rings in polygons.items()
    }  # fmt: skip


def _usable(device: str) -> str:
    """Return the processor instead of a GPU that nobody named and this PyTorch was not built for."""
    return device if get_settings().device != "auto" or torch.cuda.is_available() else "cpu"
