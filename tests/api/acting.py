"""What readers do, through the API."""

from typing import Any, cast
from uuid import uuid4

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine

from backend.api.tilegate import TileGate
from tests.factories import PASSWORD

ANSWERS = {
    "pattern": "fls", "gc_like": "absent", "lymphoepithelial_lesions": "present", "atrophy": "mild",
    "fibrosis": "absent", "duct_dilatation": "absent", "nscs": "absent",
}  # fmt: skip
"""The least that must be answered before sign-off."""


def engine_of(client: TestClient) -> Engine:
    """Return the engine that the application asks."""
    engine: Engine = cast(TileGate, client.app).app.state.sessions.kw["bind"]
    return engine


def act(client: TestClient, review: str, kind: str, **said: Any) -> dict[str, Any]:
    """Do one thing to what holds now."""
    version = client.get(review).headers["ETag"]
    answer = client.post(
        f"{review}/commands", json={"id": str(uuid4()), "kind": kind, **said}, headers={"If-Match": version}
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["ETag"] != version
    shown: dict[str, Any] = answer.json()
    return shown


def complete(client: TestClient, review: str) -> dict[str, Any]:
    """Confirm all lesions and answer all that must be answered."""
    lesions = [one["id"] for one in client.get(review).json()["lesions"]]
    act(client, review, "verdict", lesion_ids=lesions, verdict="confirmed")
    return act(client, review, "fields", fields=ANSWERS)


def sign(client: TestClient, review: str, password: str = PASSWORD, version: str | None = None) -> Response:
    """Sign what holds now, or what a page saw earlier."""
    headers = {"If-Match": version or client.get(review).headers["ETag"]}
    answer: Response = client.post(f"{review}/signature", json={"password": password}, headers=headers)
    return answer
