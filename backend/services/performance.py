"""How a site's signed reviews judged what the networks proposed: by version of the networks, over time."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from backend.core.drift import means_differ, shares_differ
from backend.core.tally import tally
from backend.db.tables import Analysis, Review, Signature, SignedTally, Slide, User
from backend.services import rights
from backend.services.reviews import Standing

Span = Literal["week", "month"]
Network = tuple[str, str, str]
"""Name, preset and SHA-256 of its weights."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One signed review in numbers."""

    slide_id: UUID
    networks: tuple[Network, ...]
    signed_at: datetime
    predicted_focus_score: float | None
    reviewed_focus_score: float | None
    proposed: int
    confirmed: int
    corrected: int
    not_foci: int
    rejected: dict[str, int]
    added: int

    @property
    def difference(self) -> float | None:
        """Predicted minus reviewed, in foci per 4 mm²; None where either is not known."""
        predicted, reviewed = self.predicted_focus_score, self.reviewed_focus_score
        return None if predicted is None or reviewed is None else predicted - reviewed

    @property
    def kept(self) -> tuple[int, int]:
        """Of the proposed foci, how many stand as foci, and how many there were."""
        return self.confirmed + self.corrected, self.proposed


@dataclass(frozen=True, slots=True)
class Period:
    """The reviews that were signed in one week or month, which begins at `start`."""

    start: date
    reviews: Sequence[Judged]


@dataclass(frozen=True, slots=True)
class Version:
    """The networks of one version, what they proposed by period, and whether the last differs from those before.

    `share_differs` and `score_differs` are None where there are too few slides to say.
    """

    networks: tuple[Network, ...]
    periods: Sequence[Period]
    share_differs: bool | None
    score_differs: bool | None


def keep(session: Session, *, signature: Signature, standing: Standing) -> None:
    """Keep beside a new signature what it says of the proposals, in numbers."""
    used: list[dict[str, Any]] = (standing.analysis.details or {}).get("networks", [])
    session.add(
        SignedTally(
            signature_id=signature.id, networks=[[one["name"], one["preset"], one["sha256"]] for one in used],
            predicted_focus_score=standing.predicted.score.value, reviewed_focus_score=standing.reviewed.score.value,
            **asdict(tally(standing.proposal, standing.state)),
        )
    )  # fmt: skip


def judged(session: Session, *, by: User) -> list[Judged]:
    """Return the latest signed version of each review of the slides that a lead leads, oldest first."""
    columns = [getattr(SignedTally, name) for name in Judged.__dataclass_fields__ if hasattr(SignedTally, name)]
    names = [column.key for column in columns]
    latest = select(Analysis.slide_id, Signature.signed_at, *columns).select_from(SignedTally)
    latest = latest.join(Signature, Signature.id == SignedTally.signature_id).join(Review).join(Analysis).join(Slide)
    rows = session.execute(latest.where(_is_latest(), rights.may(by, "manage")).order_by(Signature.signed_at))
    found = []
    for slide_id, signed_at, *values in rows:
        said = dict(zip(names, values, strict=True))
        said["networks"] = tuple((name, preset, sha256) for name, preset, sha256 in said["networks"])
        found.append(Judged(slide_id=slide_id, signed_at=signed_at, **said))
    return found


def uncounted(session: Session, *, by: User) -> int:
    """Count the signed reviews of which the numbers are not known."""
    signed = select(func.count()).select_from(Signature).join(Review).join(Analysis).join(Slide)
    has_tally = exists().where(SignedTally.signature_id == Signature.id)
    return session.scalar(signed.where(_is_latest(), ~has_tally, rights.may(by, "manage"))) or 0


def versions(reviews: Iterable[Judged], span: Span) -> list[Version]:
    """Group reviews by the networks that proposed, the version whose last review is newest first."""
    by_networks: dict[tuple[Network, ...], list[Judged]] = {}
    for one in reviews:
        by_networks.setdefault(one.networks, []).append(one)
    newest_first = sorted(by_networks.items(), key=lambda item: item[1][-1].signed_at, reverse=True)
    return [_version(networks, some, span) for networks, some in newest_first]


def _version(networks: tuple[Network, ...], reviews: Sequence[Judged], span: Span) -> Version:
    start_of = _week if span == "week" else _month
    periods = [Period(start, list(some)) for start, some in groupby(reviews, lambda one: start_of(one.signed_at))]
    lately = periods[-1].reviews
    before = reviews[: len(reviews) - len(lately)]
    differences = [[one.difference for one in some if one.difference is not None] for some in (before, lately)]
    return Version(
        networks, periods, shares_differ([one.kept for one in before], [one.kept for one in lately]),
        means_differ(*differences),
    )  # fmt: skip


def _week(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _month(at: datetime) -> date:
    return at.date().replace(day=1)


def _is_latest() -> Any:
    later = aliased(Signature)
    return ~exists().where(later.review_id == Signature.review_id, later.version > Signature.version)
