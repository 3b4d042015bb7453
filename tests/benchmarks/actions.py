"""What one action of a reader costs: processor milliseconds and SQL statements, by kind, in one process.

make bench BENCH=actions
make bench BENCH=actions ARGS="--rounds 50"

On PostgreSQL, whose own time is not counted. A round is what a reader does: opens a worklist of 50 slides, opens a
review of 30 lesions, gives a verdict. The application is called without a network, so uvicorn's part is missing.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.types import ASGIApp, Message

from backend.core.settings import Settings
from backend.db.session import create_database_engine, create_sessions
from backend.main import create_app
from backend.services import sessions as user_sessions
from tests.databases import migrated
from tests.factories import a_finished_analysis, a_lesion, a_slide, a_user, findings

READERS, LESIONS, WARM_UP = 50, 30, 20


async def ask(
    app: ASGIApp, method: str, path: str, token: str, body: dict[str, Any] | None = None, version: str = ""
) -> dict[str, str]:
    """Ask the application for something and return the headers of its answer."""
    headers = {"cookie": f"focusscope_session={token}", "content-type": "application/json", "if-match": version}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "headers": [(name.encode(), said.encode()) for name, said in headers.items()],
    }  # fmt: skip
    sent = [{"type": "http.request", "body": json.dumps(body).encode() if body else b"", "more_body": False}]
    begun: Message = {}

    async def receive() -> Message:
        if not sent:
            await asyncio.sleep(60)
        return sent.pop()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.update(message)

    await app(scope, receive, send)
    if begun["status"] >= 400:
        raise SystemExit(f"{method} {path} was answered with {begun['status']}")
    return {name.decode(): said.decode() for name, said in begun["headers"]}


async def rounds(app: ASGIApp, readers: list[tuple[str, str, list[str]]], count: int, statements: list[str]) -> Table:
    """Let the readers act in turn; return what that cost."""
    random, ms, asked = Random(1), defaultdict[str, float](float), defaultdict[str, int](int)
    for number in range(WARM_UP + count):
        token, review, lesions = readers[number % len(readers)]
        version = ""
        for kind in ("worklist", "review", "verdict"):
            statements.clear()
            began = time.process_time()
            if kind == "worklist":
                await ask(app, "GET", "/api/worklist", token)
            elif kind == "review":
                version = (await ask(app, "GET", review, token))["etag"]
            else:
                said = {"id": str(uuid4()), "kind": "verdict", "lesion_ids": [random.choice(lesions)],
                        "verdict": random.choice(("confirmed", "rejected"))}  # fmt: skip
                await ask(app, "POST", f"{review}/commands", token, said, version)
            if number >= WARM_UP:
                ms[kind] += 1000 * (time.process_time() - began)
                asked[kind] += len(statements)
    table = Table("action", "processor ms", "SQL statements", title=f"{count} rounds")
    for kind, spent in ms.items():
        table.add_row(kind, f"{spent / count:.1f}", f"{asked[kind] / count:.1f}")
    return table


def main() -> None:
    """Fill a database, let readers act, and print what each action cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    statements: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    with tempfile.TemporaryDirectory() as made, migrated("postgresql", Path(made)) as copy:
        url, readers = copy(Path(made)), []
        engine = create_database_engine(url)
        with create_sessions(engine).begin() as session:
            for number in range(READERS):
                user = a_user(session, f"reader{number}")
                _, token = user_sessions.begin(session, user=user, hours=12)
                found = findings(*(a_lesion(40 + 5 * one) for one in range(LESIONS)))
                analysis = a_finished_analysis(session, a_slide(session, user, width=10_000, height=8_000), found)
                lesions = [str(one.id) for one in analysis.lesions]
                readers.append((token, f"/api/analyses/{analysis.id}/review", lesions))
        engine.dispose()
        app = create_app(Settings(_env_file=None, data_dir=Path(made), database_url=url, requests_per_minute=0))
        Console().print(asyncio.run(rounds(app, readers, given.rounds, statements)))


if __name__ == "__main__":
    main()
