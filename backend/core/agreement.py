"""How far two readings of the same slides agree."""

from collections.abc import Sequence
from statistics import fmean, stdev

LEAST_PAIRS = 3
"""With fewer slides an agreement says nothing."""


def mean_difference(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the mean of first minus second; None without any pair."""
    return fmean(a - b for a, b in zip(first, second, strict=True)) if first else None


def limits_of_agreement(first: Sequence[float], second: Sequence[float]) -> tuple[float, float] | None:
    """Return the range in which 95 % of the differences are to be expected (Bland & Altman 1986)."""
    if len(first) < LEAST_PAIRS:
        return None
    differences = [a - b for a, b in zip(first, second, strict=True)]
    mean, spread = fmean(differences), stdev(differences)
    return mean - 1.96 * spread, mean + 1.96 * spread


def icc(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return ICC(A,1): two-way, absolute agreement, single reading (McGraw & Wong 1996).

    None with fewer than three pairs, and where nothing varies.
    """
    pairs = list(zip(first, second, strict=True))
    n, k = len(pairs), 2
    if n < LEAST_PAIRS:
        return None
    mean = fmean((*first, *second))
    row_means, column_means = [fmean(pair) for pair in pairs], (fmean(first), fmean(second))
    rows = k * sum((one - mean) ** 2 for one in row_means) / (n - 1)
    columns = n * sum((one - mean) ** 2 for one in column_means) / (k - 1)
    residuals = (
        pairs[i][j] - row_means[i] - column_means[j] + mean for i in range(n) for j in range(k)
    )  # fmt: skip
    error = sum(one**2 for one in residuals) / ((n - 1) * (k - 1))
    spread = rows + (k - 1) * error + k * (columns - error) / n
    return (rows - error) / spread if spread else None
