"""How signed reviews judged what the networks proposed."""

from datetime import date

from backend.api.schemas.common import Schema


class NetworkVersionOut(Schema):
    """One network; a version is all that proposed together."""

    name: str
    preset: str
    sha256: str


class JudgedOut(Schema):
    """The reviews signed in some time. Shares are of the proposed foci; scores are in foci per 4 mm².

    `kept` is the share that stands as foci, confirmed or with a corrected outline, with its 95 % interval. `rejected`
    is by reason, "" where none was given. `mean_difference` is predicted minus reviewed over the `pairs` that have
    both, with the 95 % interval of the mean; `low` and `high` are the 95 % limits of agreement. Null: too few.
    """

    slides: int
    proposed: int
    confirmed: int
    corrected: int
    not_foci: int
    rejected: dict[str, int]
    added: int
    kept: float | None
    kept_low: float | None
    kept_high: float | None
    pairs: int
    mean_difference: float | None
    mean_low: float | None
    mean_high: float | None
    low: float | None
    high: float | None


class PeriodOut(JudgedOut):
    """One week or month, in UTC, by the day it begins."""

    start: date


class VersionOut(Schema):
    """One version of the networks, newest period first.

    `share_differs` and `score_differs` say whether the newest period differs from those before beyond chance (1 in
    100); null where there are too few slides to say.
    """

    networks: list[NetworkVersionOut]
    total: JudgedOut
    periods: list[PeriodOut]
    share_differs: bool | None
    score_differs: bool | None


class PerformanceOut(Schema):
    """All versions; `uncounted` signed reviews are of a time before their numbers were kept."""

    versions: list[VersionOut]
    uncounted: int
