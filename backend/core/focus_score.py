"""The arithmetic of the focus score.

A focus is an aggregate of at least 50 lymphocytes (Chisholm & Mason 1968); the focus score is the number of foci
per 4 mm² of glandular tissue (Greenspan 1974; Fisher 2017). The two numbers never mix: 50 belongs to the focus,
4 mm² to the score.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, lgamma, log

LYMPHOCYTES_PER_FOCUS = 50
BORDERLINE_LYMPHOCYTES = range(40, 61)
ADEQUATE_GLANDULAR_AREA_MM2 = 8.0
ADEQUATE_GLANDS = 4
HISTOLOGICAL_CRITERION = 1.0


@dataclass(frozen=True, slots=True)
class FocusScore:
    """4 · foci / glandular area, with its exact Poisson interval; undefined with a reason where it cannot be known.

    `value`, `low` and `high` are foci per 4 mm², or None together, and then `reason` says why.
    """

    foci: int
    glandular_area_mm2: float | None
    value: float | None
    low: float | None
    high: float | None
    reason: str | None

    @property
    def meets_criterion(self) -> bool | None:
        """Whether the unrounded score is at least 1; None where the score is undefined."""
        return None if self.value is None else self.value >= HISTOLOGICAL_CRITERION


def counts_as_focus(lymphocyte_count: int) -> bool:
    """Say whether an aggregate of this many lymphocytes is a focus: 49 is not, 50 is."""
    return lymphocyte_count >= LYMPHOCYTES_PER_FOCUS


def focus_score(foci: int, glandular_area_mm2: float | None) -> FocusScore:
    """Compute foci per 4 mm² of glandular tissue, and its 95 % interval, without rounding.

    An unknown area, or one of 0, leaves the score undefined: it is never reported as 0.
    """
    if glandular_area_mm2 is None:
        return FocusScore(foci, None, None, None, None, "The glandular area is unknown.")
    if glandular_area_mm2 <= 0:
        return FocusScore(foci, glandular_area_mm2, None, None, None, "No glandular tissue was found.")
    per_focus = 4.0 / glandular_area_mm2
    low, high = poisson_interval(foci)
    return FocusScore(foci, glandular_area_mm2, foci * per_focus, low * per_focus, high * per_focus, None)


def summed_focus_score(levels: Sequence[tuple[str, FocusScore]]) -> FocusScore:
    """Return the score of several levels of one biopsy: foci and areas are summed, scores never averaged.

    Each level comes with its name, and the first that is unknown leaves the sum unknown, and is named.
    """
    foci = sum(score.foci for _, score in levels)
    if not levels:
        return FocusScore(0, None, None, None, None, "There is no slide.")
    for name, score in levels:
        if score.value is None:
            return FocusScore(foci, None, None, None, None, f"{name}: {score.reason}")
    return focus_score(foci, sum(score.glandular_area_mm2 or 0.0 for _, score in levels))


@cache
def poisson_interval(count: int, coverage: float = 0.95) -> tuple[float, float]:
    """Bound the mean of a Poisson variable of which `count` was seen (Garwood 1936, exact)."""
    tail = (1 - coverage) / 2
    low = 0.0 if count == 0 else _mean_at(lambda mean: 1 - _poisson_cdf(count - 1, mean), tail, rising=True)
    high = _mean_at(lambda mean: _poisson_cdf(count, mean), tail, rising=False)
    return low, high


def _poisson_cdf(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    return min(1.0, sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count + 1)))


def _mean_at(probability: Callable[[float], float], target: float, *, rising: bool) -> float:
    """Bisect for the mean at which a monotone `probability` reaches `target`."""
    low, high = 0.0, 1.0
    while (probability(high) < target) == rising:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if (probability(middle) < target) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2
