"""How far two readers agree: intraclass correlation, kappa, and lesions matched one to one."""

from collections.abc import Sequence

import numpy as np
from shapely import Polygon, STRtree


def icc(*readers: Sequence[float]) -> float:
    """Return ICC(A,1), two-way, absolute agreement, single reader (McGraw & Wong 1996); nan without variation."""
    scores = np.array(readers, float).T
    n, k = scores.shape
    mean = scores.mean()
    rows = k * ((scores.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    columns = n * ((scores.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    residual = ((scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + mean) ** 2).sum()
    error = residual / ((n - 1) * (k - 1))
    spread = rows + (k - 1) * error + k * (columns - error) / n
    return float((rows - error) / spread) if spread else float("nan")


def kappa(one: Sequence[bool], other: Sequence[bool]) -> float:
    """Return Cohen's kappa of two yes-or-no readers; 1 where both always say the same one word."""
    a, b = np.array(one, bool), np.array(other, bool)
    agreed = float((a == b).mean())
    by_chance = float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def matched(found: Sequence[Polygon], true: Sequence[Polygon], least_iou: float = 0.3) -> list[tuple[int, int]]:
    """Pair polygons one to one, best overlaps first, none below `least_iou`; returns indices (found, true)."""
    if not found or not true:
        return []
    touching = STRtree(true).query(found, "intersects").T.tolist()
    pairs = [(_iou(found[i], true[j]), i, j) for i, j in touching]
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for iou, i, j in sorted(pairs, reverse=True):
        if iou >= least_iou and i not in taken[0] and j not in taken[1]:
            kept.append((i, j))
            taken[0].add(i)
            taken[1].add(j)
    return kept


def _iou(one: Polygon, other: Polygon) -> float:
    both = one.intersection(other).area
    return float(both / (one.area + other.area - both))
