"""Progress from the pipeline to the database: often enough to watch, seldom enough not to disturb."""

import logging
from time import monotonic

from sqlalchemy.exc import OperationalError

from backend.core.findings import Stage
from backend.db.session import Sessions
from backend.services import runs
from backend.services.runs import Claim

log = logging.getLogger(__name__)

EVERY_S = 0.5


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
