"""Where an analysis keeps what it has found so far: in the data folder, or, over S3, where every machine finds it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import OperationalError

from backend.bucket import StoreFailed
from backend.db.session import Sessions
from backend.db.tables import Analysis
from backend.objectstore import S3Storage
from backend.pipeline.kept import FolderShelf, Shelf
from backend.services import parts
from backend.worker.execute import Workplace

log = logging.getLogger(__name__)


def shelf_of(place: Workplace, analysis: Analysis) -> Shelf:
    """Return the shelf of an analysis that this worker runs or helps with; it is that of the slide's analyses."""
    if isinstance(place.storage, S3Storage) and place.worker_id:
        return StoreShelf(place.sessions, place.storage, analysis.slide_id, analysis.id, place.worker_id)
    return FolderShelf(place.storage.unfinished_folder(analysis.slide_id))


@dataclass(frozen=True, slots=True)
class StoreShelf:
    """Files lie in the bucket; who makes which of them stands in the database, and goes with its worker."""

    sessions: Sessions
    storage: S3Storage
    slide_id: UUID
    analysis_id: UUID
    worker_id: UUID

    def has(self, name: str) -> bool:
        """Say whether there is a file of this name; as far as one can tell while the store is away, there is none."""
        try:
            return self.storage.has_unfinished_file(self.slide_id, name)
        except StoreFailed:
            return False

    def read(self, name: str) -> bytes | None:
        """Return a file; None where there is none, or the store is away."""
        try:
            return self.storage.unfinished_file(self.slide_id, name)
        except StoreFailed:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Keep a file, unless the store is away."""
        try:
            self.storage.keep_unfinished_file(self.slide_id, name, data)
        except StoreFailed:
            log.warning("%s is not kept: the store is away", name)

    @contextmanager
    def making(self, name: str) -> Iterator[bool]:
        """Hold a file in the database; while that is away everybody makes it, which at worst is done twice."""
        try:
            with self.sessions.begin() as session:
                is_mine = parts.hold(session, analysis_id=self.analysis_id, name=name, worker_id=self.worker_id)
        except OperationalError:
            is_mine = True
        try:
            yield is_mine
        finally:
            if is_mine:
                self._let_go(name)

    def _let_go(self, name: str) -> None:
        try:
            with self.sessions.begin() as session:
                parts.let_go(session, analysis_id=self.analysis_id, name=name, worker_id=self.worker_id)
        except OperationalError:
            log.warning("%s stays held until this worker has nothing to do: the database is away", name)
