"""Ask for everything in the API's contract with what schemathesis makes of it, and find what the server cannot answer.

`make attack` runs it: a server of its own on this machine, over PostgreSQL, which takes less than SQLite does, with one
slide, its analysis and its case, and an admin who asks for all but deletions first, then for deletions, and to be
signed out in the end. An answer of 500 or above is a fault, and so is one that the contract does not describe.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import httpx
from sqlalchemy import delete

from backend.db.session import Sessions
from backend.db.tables import WrongPasswords
from tests.databases import migrated
from tests.e2e.conftest import Product, running_product
from tests.factories import PASSWORD, a_case, a_finished_analysis, a_stored_slide, a_user

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip
SIGN_OUT = "DELETE /api/session"
PASSES = (
    ["--exclude-method", "DELETE"],
    ["--include-method", "DELETE", "--exclude-name", SIGN_OUT],
    ["--include-name", SIGN_OUT],
)


def main() -> int:
    """Start a server, ask, and return how many passes found something."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated("postgresql", Path(folder)) as copy,
        running_product(Path(folder), copy(Path(folder)), FOCUSSCOPE_REQUESTS_PER_MINUTE="0") as product,
    ):  # fmt: skip
        config = Path(folder) / "schemathesis.toml"
        config.write_text("[parameters]\n" + "".join(f'{name} = "{one}"\n' for name, one in _fill(product).items()))
        said = {"username": "attacker", "password": PASSWORD}
        cookie = httpx.post(f"{product.address}/api/session", json=said).headers["set-cookie"].partition(";")[0]
        with _forgetting(product.sessions):
            found = [_ask(product.address, cookie, config, one) for one in PASSES]
    return sum(map(bool, found))


def _ask(address: str, cookie: str, config: Path, chosen: list[str]) -> int:
    schemathesis = Path(sys.argv[1]).resolve() / "schemathesis"
    return subprocess.run(
        [
            schemathesis, "--config-file", config, "run", f"{address}/api/openapi.json", "--checks", ",".join(CHECKS),
            "--max-examples", os.environ.get("EXAMPLES", "10"), "--header", f"Cookie: {cookie}", *chosen,
            "--request-timeout", "60", "--phases", "fuzzing", "--continue-on-failure", "--workers", "4",
        ],
        check=False, cwd=config.parent,  # where it leaves what it remembers
    ).returncode  # fmt: skip


@contextmanager
def _forgetting(sessions: Sessions) -> Iterator[None]:
    """Forget wrong passwords and codes again and again: nobody who has to wait would be asked anything else."""
    over = Event()

    def forget() -> None:
        while not over.wait(0.5):
            with sessions.begin() as session:
                session.execute(delete(WrongPasswords))

    thread = Thread(target=forget)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _fill(product: Product) -> dict[str, UUID]:
    """Make something to ask for; return the ids by the names that the contract has for them."""
    with product.sessions.begin() as session:
        admin = a_user(session, "attacker", role="admin")
        slide = a_stored_slide(session, product.storage, admin)
        analysis = a_finished_analysis(session, slide)
        case = a_case(session, admin, slide)
        other = a_user(session, "other")
    return {"slide_id": slide.id, "analysis_id": analysis.id, "case_id": case.id, "user_id": other.id}


if __name__ == "__main__":
    sys.exit(main())
