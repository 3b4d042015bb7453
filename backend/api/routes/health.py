"""Whether the parts answer."""

from fastapi import APIRouter, Response
from sqlalchemy import text

from backend import jobs
from backend.api.dependencies import SessionsDep
from backend.api.schemas.common import Health

router = APIRouter(tags=["health"])


@router.get("/health", responses={503: {"model": Health}})
def get_health(sessions: SessionsDep, response: Response) -> Health:
    """Say whether database and broker answer; 503 where one does not."""
    database = "ok" if _database_answers(sessions) else "unreachable"
    broker = "ok" if jobs.broker_answers() else "unreachable"
    healthy = database == broker == "ok"
    response.status_code = 200 if healthy else 503
    return Health(status="ok" if healthy else "degraded", database=database, broker=broker)


def _database_answers(sessions: SessionsDep) -> bool:
    try:
        with sessions() as session:
            session.execute(text("SELECT 1"))
    except Exception:
        return False
    return True
