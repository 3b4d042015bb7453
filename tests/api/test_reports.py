"""The review as files, each of what holds now."""

import json
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from backend.db.session import Sessions
from backend.db.tables import User
from backend.storage import Storage
from tests.factories import a_finished_analysis, a_stored_slide, decide


@pytest.fixture
def report(client: TestClient, sessions: Sessions, storage: Storage, user: User) -> str:
    """A review of which the first focus is confirmed and the second rejected, with a reason."""
    with sessions.begin() as session:
        analysis = a_finished_analysis(session, a_stored_slide(session, storage, user))
        decide(session, analysis, user, analysis.lesions[0].id, "confirmed")
        second, url = str(analysis.lesions[1].id), f"/api/analyses/{analysis.id}/review"
    said = {"id": str(uuid4()), "kind": "verdict", "lesion_ids": [second], "verdict": "rejected", "reason": "duct"}
    version = client.get(url).headers["ETag"]
    assert client.post(f"{url}/commands", json=said, headers={"If-Match": version}).status_code == 201
    return f"{url}/report"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Preliminary", "For Research Use Only", "Duct or acini cut at a slant")),
        ("zh", ("仅供研究使用", "斜切的导管或腺泡")),
    ],
)  # fmt: skip
def test_pdf_says_what_was_decided_in_either_language(
    client: TestClient, report: str, language: str, words: tuple[str, ...]
) -> None:
    answer = client.get(f"{report}/pdf?language={language}")
    assert answer.headers["Content-Disposition"].endswith(f'-{language}.pdf"')
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages)
    for said in words:
        assert "".join(said.split()).lower() in text.lower()
    assert "1.00" in text


def test_other_formats_hold_the_same_verdicts(client: TestClient, report: str) -> None:
    assert "rejected" in client.get(f"{report}/csv").text
    names = [one["properties"]["classification"]["name"] for one in client.get(f"{report}/geojson").json()["features"]]
    assert {"Focus", "Rejected", "Gland"} <= set(names)
    assert json.loads(client.get(f"{report}/fhir").content)["resourceType"] == "Bundle"
    with ZipFile(BytesIO(client.get(f"{report}/zip").content)) as files:
        assert sum(name.endswith(".pdf") for name in files.namelist()) == 2


def test_format_that_there_is_not_is_refused(client: TestClient, report: str) -> None:
    assert client.get(f"{report}/docx").status_code == 422
