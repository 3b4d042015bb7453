"""Ask for everything in the API's contract with what schemathesis makes of it, and find what the server cannot answer.

`make attack` runs it: a server of its own on this machine, with one slide, its analysis and its case, and an admin who
asks, for everything but deletions. Whatever is answered with 500 or above is a fault.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import UUID

import httpx

from backend.db.session import create_database_engine, create_sessions
from backend.storage import Storage
from tests.e2e.conftest import running_product
from tests.factories import PASSWORD, a_case, a_finished_analysis, a_stored_slide, a_user

LEFT_OUT = "/api/(session|account|links)"
"""Asking these would end the session that asks, or make whoever asks wait."""


def main() -> int:
    """Start a server, ask, and return what the asking ended with."""
    examples = os.environ.get("EXAMPLES", "10")
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as product:
        config = Path(folder) / "schemathesis.toml"
        config.write_text(
            "[parameters]\n" + "".join(f'{name} = "{one}"\n' for name, one in _fill(Path(folder)).items())
        )
        said = {"username": "attacker", "password": PASSWORD}
        cookie = httpx.post(f"{product.address}/api/session", json=said).headers["set-cookie"].partition(";")[0]
        schemathesis = Path(sys.argv[1]) / "schemathesis"
        return subprocess.run(
            [
                schemathesis, "--config-file", config, "run", f"{product.address}/api/openapi.json",
                "--checks", "not_a_server_error", "--max-examples", examples,
                "--header", f"Cookie: {cookie}", "--exclude-path-regex", LEFT_OUT,
                "--exclude-method", "DELETE",
                "--request-timeout", "60", "--phases", "fuzzing", "--continue-on-failure", "--workers", "4",
            ],
            check=False,
        ).returncode  # fmt: skip


def _fill(data_dir: Path) -> dict[str, UUID]:
    """Make something to ask for; return the ids by the names that the contract has for them."""
    engine = create_database_engine(f"sqlite:///{data_dir / 'focusscope.db'}")
    with create_sessions(engine).begin() as session:
        admin = a_user(session, "attacker", role="admin")
        slide = a_stored_slide(session, Storage(data_dir), admin)
        analysis = a_finished_analysis(session, slide)
        case = a_case(session, admin, slide)
        other = a_user(session, "other")
    engine.dispose()
    return {"slide_id": slide.id, "analysis_id": analysis.id, "case_id": case.id, "user_id": other.id}


if __name__ == "__main__":
    sys.exit(main())
