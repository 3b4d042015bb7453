"""Whether what came lately differs from what came before by more than chance, slide by slide."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, variance

LEAST_SLIDES = 10
"""With fewer slides on either side nothing is said."""

_BEYOND_CHANCE = NormalDist().inv_cdf(0.995)
"""Two-sided, 1 in 100: several comparisons are on one page."""


def wilson_interval(hits: int, trials: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a proportion (Wilson 1927); None without any trial."""
    if not trials:
        return None
    z, share = NormalDist().inv_cdf(0.975), hits / trials
    centre = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean, by the normal distribution; None below `LEAST_SLIDES` values."""
    if len(values) < LEAST_SLIDES:
        return None
    reach = NormalDist().inv_cdf(0.975) * sqrt(variance(values) / len(values))
    return fmean(values) - reach, fmean(values) + reach


def means_differ(before: Sequence[float], lately: Sequence[float]) -> bool | None:
    """Say whether two means differ beyond chance (Welch); None where there are too few slides to say."""
    if min(len(before), len(lately)) < LEAST_SLIDES:
        return None
    error = variance(before) / len(before) + variance(lately) / len(lately)
    return _is_beyond(fmean(before) - fmean(lately), error)


def shares_differ(before: Sequence[tuple[int, int]], lately: Sequence[tuple[int, int]]) -> bool | None:
    """Say whether two shares differ beyond chance; None where there are too few slides to say.

    Each slide has (hits, trials). Foci of one slide resemble each other, so it is slides that vary, not foci: the
    share is a ratio of sums over slides, its error that of a ratio estimator (Cochran 1977, 6.4).
    """
    before, lately = ([one for one in some if one[1]] for some in (before, lately))
    if min(len(before), len(lately)) < LEAST_SLIDES:
        return None
    (first, first_error), (second, second_error) = _ratio(before), _ratio(lately)
    return _is_beyond(first - second, first_error + second_error)


def _ratio(slides: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return a ratio of sums and its variance."""
    hits, trials = (sum(one) for one in zip(*slides, strict=True))
    ratio, n = hits / trials, len(slides)
    residuals = sum((hit - ratio * trial) ** 2 for hit, trial in slides)
    return ratio, n / (n - 1) * residuals / trials**2


def _is_beyond(difference: float, squared_error: float) -> bool:
    return abs(difference) > _BEYOND_CHANCE * sqrt(squared_error)
