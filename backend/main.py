"""The web process: wiring only."""

from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.telemetry import TelemetryConfig

from backend import __version__
from backend.api.dependencies import TRANSACTIONS_AT_ONCE
from backend.api.errors import add_handlers
from backend.api.limits import RequestLimit
from backend.api.metrics import measuring_together
from backend.api.observe import Observed
from backend.api.openapi import TITLE
from backend.api.router import probes, router
from backend.api.routes.uploads import router as upload_router
from backend.api.security import OwnPagesOnly, SecurityHeaders
from backend.api.tiledesk import TileDesk
from backend.api.tilegate import SRGB_TILE, TILE, TileGate, get_srgb_tile, get_tile
from backend.core import logs
from backend.core.errors import NotFound
from backend.core.processes import die_with_parent, keep_answering
from backend.core.settings import Settings, get_settings
from backend.core.vault import Vault
from backend.db.session import create_database_engine, create_sessions
from backend.inbox import Inbox
from backend.objectstore import open_storage
from backend.provider import Provider
from backend.services import second_factors, uploads
from backend.services.audit import Looks
from backend.services.operations import Probes
from backend.services.viewing import Viewing
from backend.wsi.handles import Handles

TRACED = TelemetryConfig(logs=False, exclude=lambda scope: bool(scope.get("query_string")))
"""What OpenTelemetry is told, where it is turned on: no words of exceptions, and nothing that was searched for."""


def create_app(settings: Settings | None = None) -> TileGate:
    """Make the application: API under `/api`, the page everywhere else, and the gate of the tiles before both."""
    settings = settings or get_settings()
    engine = create_database_engine(settings.database)
    storage = open_storage(settings)
    sessions, inbox = create_sessions(engine), Inbox(storage.uploads)
    handles = Handles()
    looks = Looks(sessions)
    viewing = Viewing(engine, must=second_factors.MUST[settings.second_factor])
    desk = TileDesk(viewing, storage, handles, looks, settings.tile_cache_bytes)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        storage.prepare()
        uploads.recover(sessions, inbox, storage)
        yield
        desk.close()
        handles.close()
        engine.dispose()

    app = FastAPI(
        title=TITLE,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        telemetry=TRACED,
    )
    app.state.settings, app.state.storage, app.state.handles = settings, storage, handles
    app.state.turns = Semaphore(TRANSACTIONS_AT_ONCE)
    app.state.desk, app.state.looks, app.state.vault = desk, looks, Vault(settings)
    app.state.sessions, app.state.inbox, app.state.provider = sessions, inbox, Provider(settings)
    app.state.probes = Probes(sessions, storage)
    app.add_middleware(OwnPagesOnly)
    if settings.requests_per_minute:
        app.add_middleware(RequestLimit, per_minute=settings.requests_per_minute)
    app.add_middleware(SecurityHeaders, tls_only=settings.secure_cookies)
    app.add_middleware(Observed)
    add_handlers(app)
    app.add_route(TILE, get_tile, include_in_schema=False)
    app.add_route(SRGB_TILE, get_srgb_tile, include_in_schema=False)
    app.include_router(router)
    app.include_router(probes)
    app.include_router(upload_router)
    _serve_page(app, settings)
    return TileGate(app, desk)


SERVER: dict[str, Any] = {"log_level": "warning", "access_log": False, "log_config": None, "timeout_keep_alive": 150}
"""How uvicorn is told to serve the application.

Connections are kept for longer than Caddy keeps them (2 min), or it would send requests on ones that are being closed.
"""


def serve(*, host: str | None = None, port: int | None = None, processes: int = 1) -> None:
    """Run the web server until it is stopped; several processes share the port and measure into one folder."""
    settings = get_settings()
    logs.configure()
    how: dict[str, Any] = {**SERVER, "host": host or settings.host, "port": port or settings.port}
    if processes == 1:
        uvicorn.run(_lasting(settings), **how)
        return
    with measuring_together():
        uvicorn.run("backend.main:create_process", factory=True, workers=processes, **how)


def create_process() -> TileGate:
    """Make the application for one of several processes."""
    die_with_parent()
    logs.configure()
    return _lasting(get_settings())


def _lasting(settings: Settings) -> TileGate:
    app = create_app(settings)
    keep_answering()
    return app


def _serve_page(app: FastAPI, settings: Settings) -> None:
    """Serve the built page; an address that is no file belongs to the page's own router."""
    root = settings.frontend_dir.resolve()

    @app.head("/{path:path}", include_in_schema=False)
    @app.get("/{path:path}", include_in_schema=False)
    def get_page(path: str) -> FileResponse:
        file = _file_within(root, path)
        if file is None and path.split("/")[0] in ("api", "assets"):
            raise NotFound("There is nothing at this address.")
        file = file or root / "index.html"
        if not file.is_file():
            raise NotFound("The page has not been built on this server; only the API is here.")
        forever = path.startswith("assets/")
        headers = {"Cache-Control": "public, max-age=31536000, immutable" if forever else "no-cache"}
        return FileResponse(file, headers=headers)


def _file_within(root: Path, path: str) -> Path | None:
    """Return the file of a folder that an address names; of what lies elsewhere nothing is learnt."""
    try:
        file = (root / path).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except (OSError, ValueError):  # too long for a name, or with a NUL
        return None
