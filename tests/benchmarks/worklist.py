"""How long one page of the worklist takes the server with many slides, for each way to sort and filter it.

make bench BENCH=worklist
make bench BENCH=worklist ARGS="--slides 50000 --keep /tmp/many"

A third of the slides stand in cases of three; four in five have been analysed, with large findings beside the columns;
half of these have been reviewed. Times are of whole requests with their JSON, without a network; on a busy machine look
at those of the processor. `--keep` leaves the data folder for a browser: `FOCUSSCOPE_DATA_DIR=… focusscope serve`, user
“reader”.
"""

import argparse
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.core.focus_score import focus_score
from backend.core.natural_order import sort_key
from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import Analysis, Case, Lesion, Review, ReviewSummary, Slide, User
from backend.main import create_app
from backend.services import summaries
from tests.factories import PASSWORD, a_user

QUESTIONS = {
    "by date": "",
    "by date, last page": "page=LAST",
    "by name": "sort=name&order=asc",
    "by status": "sort=status&order=asc",
    "by score": "sort=score",
    "search": "search=gland 0077",
    "in review": "status=in_review",
    "score at least 1": "score=meets",
    "score unknown, by score": "score=unknown&sort=score",
    "warnings": "warnings=true",
    "assigned to me": "assigned_to_me=true",
}


def filled(session: Session, user: User, count: int, random: Random) -> None:
    """Fill the tables with so many slides, in bulk."""
    now, case_ids = utc_now(), [uuid4() for _ in range(count // 9)]
    rows: dict[Any, list[dict[str, Any]]] = {one: [] for one in (Case, Slide, Analysis, Lesion, Review, ReviewSummary)}
    for number, case_id in enumerate(case_ids):
        rows[Case].append({
            "id": case_id, "pseudonym": f"SG-{number:05}", "pseudonym_key": f"sg-{number:05}", "site": user.site,
            "sort_key": sort_key(f"SG-{number:05}"), "created_by_id": user.id,
            "blind_first": number % 20 == 0, "assigned_to_id": user.id if number % 4 == 0 else None, "created_at": now,
        })  # fmt: skip
    for number in range(count):
        slide_id, case = uuid4(), case_ids[number // 9] if number % 9 < 3 and number // 9 < len(case_ids) else None
        rows[Slide].append({
            "id": slide_id, "name": f"gland {number:05}", "sort_key": sort_key(f"gland {number:05}"),
            "entry": "slide.svs", "sha256": "ab" * 32, "size_bytes": 10**9, "status": "ready", "width": 80_000,
            "height": 60_000, "levels": 4, "mpp_x": 0.25, "mpp_y": 0.25, "mpp_source": "file", "vendor": "aperio",
            "has_thumbnail": False, "crashes": 0,
            "site": user.site, "uploaded_by_id": user.id, "uploaded_at": now - timedelta(minutes=number),
            "case_id": case,
        })  # fmt: skip
        if number % 5:
            _analysed(rows, slide_id, user, random)
    for table, values in rows.items():
        session.execute(insert(table), values)
    for slide in rows[Slide]:
        summaries.keep_score(session, slide_id=slide["id"])


def _analysed(rows: dict[Any, list[dict[str, Any]]], slide_id: Any, user: User, random: Random) -> None:
    analysis_id, foci, area, now = uuid4(), random.randrange(6), random.uniform(4, 16), utc_now()
    score, details = focus_score(foci, area), {"glands": [[[[n, n] for n in range(400)]]], "warnings": []}
    rows[Analysis].append({
        "id": analysis_id, "slide_id": slide_id, "status": "succeeded", "stage_fraction": 1.0, "stage_seconds": {},
        "attempt": 1, "requested_by_id": user.id, "queued_at": now, "foci": foci,
        "glandular_area_mm2": area, "focus_score": score.value, "focus_score_low": score.low, "mpp_x": 0.25,
        "focus_score_high": score.high, "warning_count": int(random.random() < 0.1), "details": details, "mpp_y": 0.25,
    })  # fmt: skip
    for number in range(1, foci + 3):
        rows[Lesion].append({
            "analysis_id": analysis_id, "id": uuid4(), "number": number, "area_mm2": 0.05, "lymphocyte_count": 80,
            "confidence": 0.9, "counts_as_focus": number <= foci, "polygon": [[[n, n] for n in range(60)]],
        })  # fmt: skip
    if random.random() < 0.5:
        rows[Review].append({"id": uuid4(), "analysis_id": analysis_id, "started_by_id": user.id, "started_at": now})
        rows[ReviewSummary].append({
            "analysis_id": analysis_id, "status": random.choice(("in_review", "signed")), "version": 3, "decided": foci,
            "total": foci + 2, "foci": foci, "glandular_area_mm2": area, "focus_score": score.value, "low": score.low,
            "high": score.high, "reason": None, "started_at": now, "last_reader_id": user.id, "last_at": now,
        })  # fmt: skip


def measure(client: TestClient, question: str, repeats: int) -> tuple[list[float], list[float], dict[str, Any]]:
    """Ask for the same page again and again; return the milliseconds of each, of wall and processor, and the page."""
    times, busy, page = [], [], {}
    for _ in range(repeats):
        began, before = perf_counter(), process_time()
        answer = client.get(f"/api/worklist?{question}")
        times.append(1000 * (perf_counter() - began))
        busy.append(1000 * (process_time() - before))
        page = answer.json()
        assert answer.status_code == 200, page
    return times, busy, page


def main() -> None:
    """Fill a database, ask each question, and print what it took."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--slides", type=int, default=10_000)
    arguments.add_argument("--repeats", type=int, default=15)
    arguments.add_argument("--keep", type=Path)
    asked = arguments.parse_args()
    data_dir = asked.keep or Path(tempfile.mkdtemp())
    settings = Settings(data_dir=data_dir, redis_url="memory://", requests_per_minute=0, _env_file=None)
    migrate(settings.database)
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        filled(session, a_user(session), asked.slides, Random(7))
    with TestClient(create_app(settings)) as client:
        assert client.post("/api/session", json={"username": "reader", "password": PASSWORD}).status_code == 200
        Console().print(_table(client, asked.slides, asked.repeats))
    if not asked.keep:
        shutil.rmtree(data_dir)


def _table(client: TestClient, slides: int, repeats: int) -> Table:
    table = Table(title=f"A page of 50 of {slides} slides, ms of {repeats}")
    for name in ("question", "entries", "median", "slowest", "processor"):
        table.add_column(name, justify="left" if name == "question" else "right")
    last = -(-measure(client, "", 3)[2]["total"] // 50)
    for name, question in QUESTIONS.items():
        times, busy, page = measure(client, question.replace("LAST", str(last)), repeats)
        table.add_row(name, str(page["total"]), *(f"{one:.0f}" for one in (median(times), max(times), median(busy))))
    return table


if __name__ == "__main__":
    main()
