"""The graphics processors of this machine, as NVIDIA's driver tells."""

import os
from functools import lru_cache
from typing import Any

import pynvml


@lru_cache(maxsize=1)
def _count() -> int:
    try:
        pynvml.nvmlInit()
        return int(pynvml.nvmlDeviceGetCount())
    except pynvml.NVMLError:
        return 0


def seen() -> list[dict[str, Any]]:
    """Describe each: its name, its memory in bytes, and which share of the last moments it was busy."""
    return [_described(pynvml.nvmlDeviceGetHandleByIndex(index)) for index in range(_count())]


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


def visible() -> list[str]:
    """Name those that this process may use, in the order in which PyTorch counts them."""
    names = [str(pynvml.nvmlDeviceGetUUID(pynvml.nvmlDeviceGetHandleByIndex(index))) for index in range(_count())]
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return names
    return [names[int(one)] if one.isdigit() else one for one in chosen.replace(" ", "").split(",") if one]
