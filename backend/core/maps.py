"""The maps that an analysis leaves beside its findings: what they are called and in which order they are shown."""

import re
from typing import Literal

MapKind = Literal["probability", "roi", "attention"]

PROBABILITY, ROI = "probability", "roi"
_ATTENTION = re.compile(r"attention-([1-9])")


def attention_of(block: int) -> str:
    """Name the attention map of a fusion block; 1 is the finest."""
    return f"attention-{block}"


def kind_of(name: str) -> MapKind | None:
    """Say what a map shows, or None where there is no map of that name."""
    if name == PROBABILITY:
        return "probability"
    if name == ROI:
        return "roi"
    return "attention" if _ATTENTION.fullmatch(name) else None


def title_of(name: str) -> str:
    """Name a map for its reader."""
    if block := _ATTENTION.fullmatch(name):
        return f"Attention of fusion block {block[1]}"
    return "Probability of lesion" if name == PROBABILITY else "ROI classes"


def rank_of(name: str) -> tuple[int, str]:
    """Sort maps as a reader looks at them: probability, ROI, then attention from fine to coarse."""
    return (PROBABILITY, ROI).index(name) if name in (PROBABILITY, ROI) else 2, name
