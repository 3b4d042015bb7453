"""Whether this process lives, whether it can serve, what is measured, and how the installation is doing."""

from hmac import compare_digest
from ipaddress import ip_address

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.orm import Session

from backend import __version__
from backend.api import metrics
from backend.api.dependencies import SessionDep, SettingsDep, StorageDep, user_for
from backend.api.schemas.operations import Alive, AnalysisCounts, Ready, SlideCounts, StatusOut, TileTimes, WorkerOut
from backend.core.errors import FocusScopeError
from backend.services import operations

probes = APIRouter(tags=["operations"])
router = APIRouter(tags=["operations"])


class MetricsRefused(FocusScopeError):
    """Measurements are for the operator."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "Measurements are given to this machine itself, or to whoever sends the token of FOCUSSCOPE_METRICS_TOKEN."
        )


@probes.head("/health", include_in_schema=False)
@probes.get("/health")
def get_health() -> Alive:
    """Say that this process answers; nothing else is asked."""
    return Alive(status="alive")


@probes.head("/ready", include_in_schema=False)
@probes.get("/ready", responses={503: {"model": Ready}})
def get_ready(request: Request, response: Response) -> Ready:
    """Say whether requests can be served: whether each part answers, and the database has the newest form."""
    probes: operations.Probes = request.app.state.probes
    found = probes.readiness()
    response.status_code = 200 if found.all else 503
    return Ready(ready=found.all, database=found.database, migrations=found.migrations, broker=found.broker,
                 store=found.store)  # fmt: skip


def require_operator(request: Request, settings: SettingsDep) -> None:
    """Let in who has the token; without one being set, this machine itself, but nobody for whom a proxy asks."""
    if token := settings.metrics_token:
        told = request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = compare_digest(told.encode(), token.encode())
    else:
        allowed = _is_local(request) and "x-forwarded-for" not in request.headers
    if not allowed:
        raise MetricsRefused


@probes.get("/metrics", dependencies=[Depends(require_operator)], response_class=PlainTextResponse)
def get_metrics(session: SessionDep, storage: StorageDep) -> Response:
    """Return what is measured, as Prometheus reads it."""
    registry = metrics.registry(lambda: operations.look(session, storage))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/status", dependencies=[Depends(user_for("operate"))])
def get_status(session: SessionDep, storage: StorageDep) -> StatusOut:
    """Say how the installation is doing."""
    return _status(session, storage)


def _status(session: Session, storage: StorageDep) -> StatusOut:
    state = operations.look(session, storage)
    seconds = metrics.tile_seconds((0.5, 0.95))
    return StatusOut(
        software=f"FocusScope {__version__}",
        queues=state.queues,
        workers=[WorkerOut.model_validate(one) for one in state.workers],
        analyses=AnalysisCounts(**state.analyses),
        slides=SlideCounts(**state.slides),
        oldest_wait_s=state.oldest_wait_s,
        tiles=TileTimes(median_ms=1000 * seconds[0], p95_ms=1000 * seconds[1]) if seconds else None,
        disk_free_bytes=state.disk_free_bytes,
        disk_bytes=state.disk_bytes,
    )


def _is_local(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
