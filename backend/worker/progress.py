"""Progress from the pipeline to the database: often enough to watch, seldom enough not to disturb."""

import logging
from time import monotonic
from uuid import UUID

from sqlalchemy.exc import OperationalError

from backend.core.findings import Stage
from backend.db.session import Sessions, only_read
from backend.services import analyses, runs
from backend.services.runs import Claim, ClaimLost

log = logging.getLogger(__name__)

EVERY_S = 0.5


class NeededElsewhere(Exception):
    """An analysis waits for the device on which another one is helped with."""


class Overseer:
    """Stop whoever helps with an analysis once that is over, or another one waits; asked at most twice a second."""

    def __init__(self, sessions: Sessions, analysis_id: UUID) -> None:
        self._sessions, self._analysis_id = sessions, analysis_id
        self._asked = monotonic()

    def __call__(self, _stage: Stage, _fraction: float) -> None:
        """Look.

        Raises:
            ClaimLost: where it is over.
            NeededElsewhere: where another one waits.
        """
        if monotonic() - self._asked >= EVERY_S:
            self._asked = monotonic()
            with self._sessions() as session:
                only_read(session)
                if analyses.is_over(session, self._analysis_id):
                    raise ClaimLost
                if analyses.is_any_waiting(session):
                    raise NeededElsewhere


class Reporter:
    """Record the pipeline's progress, at most twice a second, each time in a short transaction of its own.

    The same step learns whether the analysis is still ours and was not cancelled: otherwise the call raises, and the
    pipeline with it. A database that does not answer is no reason to stop.
    """

    def __init__(self, sessions: Sessions, claim: Claim) -> None:
        self._sessions, self._claim = sessions, claim
        self._seconds: dict[str, float] = {}
        self._stage: Stage | None = None
        self._stage_began = self._reported = monotonic()

    def __call__(self, stage: Stage, fraction: float) -> None:
        """Take note of how much of `stage` is done, 0 to 1.

        Raises:
            ClaimLost: where the analysis was cancelled, or another worker has it.
        """
        now = monotonic()
        began = stage != self._stage
        if began:
            self._stage, self._stage_began = stage, now
        self._seconds[stage] = round(now - self._stage_began, 2)
        if began or now - self._reported >= EVERY_S:
            self._reported = now
            self._write(stage, fraction)

    def _write(self, stage: Stage, fraction: float) -> None:
        try:
            with self._sessions.begin() as session:
                runs.report(session, claim=self._claim, stage=stage, fraction=fraction, seconds=dict(self._seconds))
        except OperationalError:
            log.warning("The progress of analysis %s is not recorded: no database", self._claim.analysis_id)
