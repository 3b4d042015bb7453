"""How the installation is doing."""

from datetime import datetime
from typing import Literal

from backend.api.schemas.common import Schema


class Alive(Schema):
    """This process answers."""

    status: Literal["alive"]


class Ready(Schema):
    """Whether requests can be served, and whether each part answers; `migrations`: the database is current."""

    ready: bool
    database: bool
    migrations: bool
    broker: bool
    store: bool


class GpuOut(Schema):
    """A graphics processor of a worker's machine; `busy_share` is from 0 to 1, null where it does not tell."""

    name: str
    used_bytes: int
    total_bytes: int
    busy_share: float | None


class WorkerOut(Schema):
    """A worker process. What it works on is null while it waits; `gpus` is null where it does not look for any."""

    host: str
    pid: int
    queues: list[str]
    started_at: datetime
    seen_at: datetime
    task: str | None
    busy_since: datetime | None
    gpus: list[GpuOut] | None


class TileTimes(Schema):
    """Within how many milliseconds half of the tiles and 95 % of them were sent since the server's start."""

    median_ms: float
    p95_ms: float


class AnalysisCounts(Schema):
    """How many analyses are in each state."""

    queued: int
    running: int
    succeeded: int
    failed: int
    cancelled: int


class SlideCounts(Schema):
    """How many slides are in each state."""

    inspecting: int
    ready: int
    rejected: int


class StatusOut(Schema):
    """What waits, who works, how fast tiles are and how much room there is.

    The length of a queue is null where the broker does not answer; `tiles` is null before the first one.
    """

    software: str
    queues: dict[str, int | None]
    workers: list[WorkerOut]
    analyses: AnalysisCounts
    slides: SlideCounts
    oldest_wait_s: float
    tiles: TileTimes | None
    disk_free_bytes: int
    disk_bytes: int
