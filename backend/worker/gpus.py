"""The graphics processors of this machine, as NVIDIA's driver tells.

The driver is asked anew each time: what it told one process is of no use to the processes forked from that.
"""

import logging
import os
from collections.abc import Callable
from typing import Any, TypeVar

import pynvml

log = logging.getLogger(__name__)

Told = TypeVar("Told")


def seen() -> list[dict[str, Any]]:
    """Describe each: its name, its memory in bytes, and which share of the last moments it was busy."""
    return _of_each(_described)


def visible() -> list[str]:
    """Name those that this process may use, in the order in which PyTorch counts them."""
    names = _of_each(lambda gpu: str(pynvml.nvmlDeviceGetUUID(gpu)))
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return names
    return [names[int(one)] if one.isdigit() else one for one in chosen.replace(" ", "").split(",") if one]


def _of_each(ask: Callable[[Any], Told]) -> list[Told]:
    """Ask the driver about each GPU; about none where there is no driver, or it fails."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:  # no driver, so no GPU
        return []
    try:
        return [ask(pynvml.nvmlDeviceGetHandleByIndex(index)) for index in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        log.exception("NVIDIA's driver does not tell about its GPUs, which are left alone")
        return []
    finally:
        pynvml.nvmlShutdown()


def _described(gpu: Any) -> dict[str, Any]:
    memory = pynvml.nvmlDeviceGetMemoryInfo(gpu)
    try:
        busy = pynvml.nvmlDeviceGetUtilizationRates(gpu).gpu / 100
    except pynvml.NVMLError:  # a part of a divided one does not tell
        busy = None
    return {
        "name": str(pynvml.nvmlDeviceGetName(gpu)),
        "used_bytes": memory.used,
        "total_bytes": memory.total,
        "busy_share": busy,
    }
