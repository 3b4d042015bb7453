"""The pipeline as the worker runs it. Importing this module loads torch: do so inside a task only."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL
from typing import Any
from uuid import UUID

import cv2
import torch

from backend.core.errors import GpuMemoryShort
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

log = logging.getLogger(__name__)

_SIGNS_OF_NO_MEMORY = "out of memory", "ALLOC_FAILED"
"""Of PyTorch and the driver, and of NVIDIA's libraries."""


def analyse(
    slide: Slide, on_progress: Callable[[Stage, float], None], maps: Path, *, device: str, keep_in: Shelf
) -> Findings:
    """Analyse a slide with the installed weights and the default options, on this device and its share of the cores.

    Its maps go to the folder `maps`; what it finds on the way is kept in `keep_in` for another try.
    """
    with _minding_the_gpu():
        analysed = pipeline.analyse(slide, _networks_on(device), pipeline.Options(), on_progress, keep_in)
    write_maps(analysed, maps)
    return analysed.findings


def help_with(
    slide: Slide, on_progress: Callable[[Stage, float], None], *, device: str, keep_in: Shelf
) -> None:  # fmt: skip
    """Make part of what the analysis that keeps what it finds in `keep_in` still has to make."""
    with _minding_the_gpu():
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
    fitted = Stain.from_dict(stain)
    options = pipeline.Options()
    with _minding_the_gpu():
        networks = pipeline.load_networks(settings.weights_dir, device=device)
        return {
            shape_id: count_lymphocytes(
                slide, polygon_of(rings), fitted, options.stain, networks.counter, networks.counter_weights,
                options.lymphocytes,
            )
            for shape_id, rings in polygons.items()
        }  # fmt: skip


def _usable(device: str) -> str:
    """Return the processor instead of a GPU that nobody named and this PyTorch was not built for."""
    if device == "cpu" or get_settings().device != "auto" or torch.cuda.is_available():
        return device
    log.warning("This PyTorch cannot use the GPU that the driver names: analyses run on the processor")
    return "cpu"


@contextmanager
def _minding_the_gpu() -> Iterator[None]:
    """Leave no memory taken on a GPU, and end a process that a fault has cut off from it, so that another goes on.

    Raises:
        GpuMemoryShort: where others have taken what the work needs.
    """
    try:
        yield
    except RuntimeError as error:
        if any(sign in str(error) for sign in _SIGNS_OF_NO_MEMORY):
            raise GpuMemoryShort from error
        if not _gpu_answers():
            log.exception("The GPU failed, and does nothing more for this process, which ends")
            os.kill(os.getpid(), SIGKILL)
        raise
    finally:
        if _gpu_answers():
            torch.cuda.empty_cache()


def _gpu_answers() -> bool:
    """Say whether this process can still use its GPU; after some faults all that it asks fails."""
    try:
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]  # PyTorch says no types of it
            torch.cuda.synchronize()
    except RuntimeError:
        return False
    return True
