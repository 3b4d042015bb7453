"""Sign-off through the API: what stops it, what it freezes, amendments, and what was signed staying as it was."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from backend.db.session import Sessions
from backend.db.tables import Analysis, AuditEvent, Signature, Slide, User
from backend.services.attempts import WITHOUT_WAIT
from backend.storage import Storage
from tests.api.acting import act, complete, sign
from tests.factories import PASSWORD, a_finished_analysis, a_slide, a_stored_slide


@pytest.fixture
def slide(sessions: Sessions, storage: Storage, user: User) -> Slide:
    with sessions.begin() as session:
        return a_stored_slide(session, storage, user)


@pytest.fixture
def review(sessions: Sessions, slide: Slide) -> str:
    with sessions.begin() as session:
        return f"/api/analyses/{a_finished_analysis(session, slide).id}/review"


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages).replace("\u200b", "")


def stored_pdf(storage: Storage) -> Path:
    return next(storage.slides.glob("*/signed/*/report-en.pdf"))


def test_what_is_missing_is_listed_so_that_the_page_can_lead_to_it(client: TestClient, review: str) -> None:
    shape = {"id": "9b2f1e7c-0d5c-4f86-9f0c-3f7c6a0c7a10", "layer": "lesion",
             "polygon": [[[100, 100], [300, 100], [300, 300], [100, 100]]]}  # fmt: skip
    act(client, review, "shape", removed=[], added=[shape])
    act(client, review, "fields", fields={"pattern": "fls"})
    answer = sign(client, review)
    assert answer.status_code == 409
    lacking = answer.json()["missing"]
    assert [one["lesion"] for one in lacking if one["kind"] == "undecided"] == [1, 2, 3]
    assert [one["lesion"] for one in lacking if one["kind"] == "counting"] == [4]
    assert {one["field"] for one in lacking if one["kind"] == "field"} == {
        "gc_like", "lymphoepithelial_lesions", "atrophy", "fibrosis", "duct_dilatation", "nscs",
    }  # fmt: skip
    assert client.get(review).json()["signed"] is False


def test_wrong_password_signs_nothing(client: TestClient, review: str, storage: Storage) -> None:
    complete(client, review)
    answer = sign(client, review, "not my password")
    assert (answer.status_code, "password is not right" in answer.json()["detail"]) == (403, True)
    assert client.get(review).json()["signatures"] == []
    assert not list(storage.slides.glob("*/signed/*"))


@pytest.mark.both_databases
def test_guessing_at_sign_off_ends_after_a_few_and_signing_in_goes_on(client: TestClient, review: str) -> None:
    complete(client, review)
    refused = [sign(client, review, f"guess {number}").status_code for number in range(WITHOUT_WAIT)]
    assert refused == [403] * WITHOUT_WAIT
    answer = sign(client, review)
    assert (answer.status_code, "try again in 1 min." in answer.json()["detail"]) == (429, True)
    assert client.get(review).json()["signatures"] == []
    assert client.post("/api/session", json={"username": "reader", "password": PASSWORD}).status_code == 200


@pytest.mark.both_databases
def test_signed_report_names_the_case_its_sum_and_what_is_left_out_as_they_were(
    client: TestClient, review: str, slide: Slide, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        others = [a_slide(session, user, name=f"level {number}").id for number in (2, 3)]
    body = {"pseudonym": "SG-0042", "slide_ids": [str(slide.id), *map(str, others)]}
    case = client.post("/api/cases", json=body).json()["id"]
    client.put(f"/api/cases/{case}/slides/{others[0]}/left-out", json={"reason": "damaged"})
    complete(client, review)
    assert sign(client, review).status_code == 201
    client.delete(f"/api/cases/{case}/slides/{others[0]}/left-out")
    text = text_of(client.get(f"{review}/signatures/1/report/pdf?language=en").content)
    assert "SG-0042" in text and "level2leftout:Sectiondamagedorlost" in text
    assert "level3Theslidehasnotbeenanalysed." in text and "undefined:level3:" in text
    chinese = text_of(client.get(f"{review}/signatures/1/report/pdf?language=zh").content)
    assert "未计入：切片破损或缺失" in chinese and "level3：该切片尚未分析。" in chinese


def test_signed_review_refuses_everything_but_an_amendment_with_a_reason(client: TestClient, review: str) -> None:
    complete(client, review)
    signed = sign(client, review)
    assert (signed.status_code, signed.json()["signed"]) == (201, True)
    headers = {"If-Match": signed.headers["ETag"]}
    lesion = signed.json()["lesions"][0]["id"]
    for said in (
        {"kind": "verdict", "lesion_ids": [lesion], "verdict": "rejected"}, {"kind": "fields", "fields": {}},
        {"kind": "comment", "text": "Late."}, {"kind": "undo"}, {"kind": "redo"},
        {"kind": "shape", "removed": [lesion], "added": []}, {"kind": "read", "pattern": "fls"},
    ):  # fmt: skip
        answer = client.post(f"{review}/commands", json={"id": str(UUID(int=1)), **said}, headers=headers)
        assert (answer.status_code, "amendment" in answer.json()["detail"]) == (409, True), said
    for reason in ({}, {"reason": "  "}):
        said = {"id": str(UUID(int=1)), "kind": "amend", **reason}
        assert client.post(f"{review}/commands", json=said, headers=headers).status_code == 422
    assert sign(client, review).status_code == 409
    assert act(client, review, "amend", reason="A focus was overlooked.")["signed"] is False


def test_signature_names_who_when_and_the_hash_of_what_was_frozen(
    client: TestClient, review: str, sessions: Sessions
) -> None:
    complete(client, review)
    (version,) = sign(client, review).json()["signatures"]
    assert (version["version"], version["signed_by"], version["reason"]) == (1, "Reader", None)
    with sessions() as session:
        row = session.scalars(select(Signature)).one()
        text = json.dumps(row.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert sha256(text.encode()).hexdigest() == version["content_sha256"]
        assert row.content["reviewed"]["foci"] == 2 and row.content["fields"]["pattern"] == "fls"
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "review.sign")).one()
        assert noted.after == {"version": 1, "content_sha256": version["content_sha256"], "files": version["files"]}


def test_pdf_of_a_signed_version_is_the_stored_one_and_names_its_signature(
    client: TestClient, review: str, storage: Storage
) -> None:
    complete(client, review)
    (version,) = sign(client, review).json()["signatures"]
    answer = client.get(f"{review}/signatures/1/report/pdf")
    assert answer.content == stored_pdf(storage).read_bytes()
    assert sha256(answer.content).hexdigest() == version["files"]["report-en.pdf"]
    text = text_of(answer.content)
    for said in ("Version1,signedbyReader", version["content_sha256"], "ForResearchUseOnly", "UTC"):
        assert said in text
    assert "Preliminary" not in text
    assert "已签署" in text_of(client.get(f"{review}/signatures/1/report/pdf?language=zh").content)


def test_pdf_that_was_altered_is_not_sent(client: TestClient, review: str, storage: Storage) -> None:
    complete(client, review)
    sign(client, review)
    path = stored_pdf(storage)
    path.write_bytes(path.read_bytes().replace(b"%PDF", b"%PDf", 1))
    for format in ("pdf", "zip"):
        answer = client.get(f"{review}/signatures/1/report/{format}")
        assert (answer.status_code, "hash differs" in answer.json()["detail"]) == (500, True)
    path.unlink()
    assert client.get(f"{review}/signatures/1/report/pdf").status_code == 500
    assert client.get(f"{review}/signatures/1/report/csv").status_code == 200


def test_other_formats_of_a_signed_version_come_from_what_was_frozen(client: TestClient, review: str) -> None:
    complete(client, review)
    sign(client, review)
    before = {one: client.get(f"{review}/signatures/1/report/{one}").content for one in ("csv", "geojson", "fhir")}
    assert json.loads(before["fhir"])["entry"][0]["resource"]["status"] == "final"
    act(client, review, "amend", reason="A duct was taken for a focus.")
    lesion = client.get(review).json()["lesions"][0]["id"]
    act(client, review, "verdict", lesion_ids=[lesion], verdict="rejected", reason="duct")
    for format, data in before.items():
        assert client.get(f"{review}/signatures/1/report/{format}").content == data
    assert b"rejected" in client.get(f"{review}/report/csv").content and b"rejected" not in before["csv"]
    with ZipFile(BytesIO(client.get(f"{review}/signatures/1/report/zip").content)) as files:
        assert {"report-en.pdf", "report-zh.pdf", "report.fhir.json"} <= set(files.namelist())


def test_signed_review_is_nowhere_called_preliminary_until_it_is_amended(client: TestClient, review: str) -> None:
    complete(client, review)
    assert "Preliminary" in text_of(client.get(f"{review}/report/pdf").content)
    sign(client, review)
    assert client.get(f"{review}/report/pdf").content == client.get(f"{review}/signatures/1/report/pdf").content
    act(client, review, "amend", reason="Once more.")
    assert "Preliminary" in text_of(client.get(f"{review}/report/pdf").content)


@pytest.mark.both_databases
def test_amendment_is_a_new_version_with_its_reason_and_what_it_says_otherwise(client: TestClient, review: str) -> None:
    complete(client, review)
    sign(client, review)
    act(client, review, "amend", reason="A duct was taken for a focus.")
    lesion = client.get(review).json()["lesions"][0]["id"]
    act(client, review, "verdict", lesion_ids=[lesion], verdict="rejected", reason="duct")
    act(client, review, "fields", fields={"atrophy": "severe", "glands": 6})
    assert sign(client, review).status_code == 201
    second, first = client.get(f"{review}/signatures").json()
    assert (second["version"], second["reason"]) == (2, "A duct was taken for a focus.")
    assert first["changes"] == []
    said = {one["what"]: (one["before"], one["after"]) for one in second["changes"]}
    assert said == {
        "Number of foci": ("2", "1"), "Focus score": ("2.00", "1.00"), "Area fraction": ("2.50 %", "1.25 %"),
        "Atrophy": ("mild", "severe"), "Glands": ("not stated", "6"),
        "Lesion 1: Verdict": ("confirmed", "rejected"), "Lesion 1: Focus": ("yes", "no"),
        "Lesion 1: Reason": ("not stated", "Duct or acini cut at a slant"),
    }  # fmt: skip
    in_chinese = client.get(f"{review}/signatures?language=zh").json()[0]["changes"]
    assert {"what": "萎缩", "before": "轻度", "after": "重度"} in in_chinese
    fhir = client.get(f"{review}/signatures/2/report/fhir").json()
    assert fhir["entry"][0]["resource"]["status"] == "amended"
    text = text_of(client.get(f"{review}/signatures/2/report/pdf").content)
    for words in ("Changessinceversion1", "Lesion1:Verdict", "Aductwastakenforafocus."):
        assert words in text


def test_version_that_nobody_signed_is_not_there(client: TestClient, review: str) -> None:
    complete(client, review)
    assert client.get(f"{review}/signatures").json() == []
    assert client.get(f"{review}/signatures/1/report/csv").status_code == 404


def test_whoever_signs_what_has_changed_is_shown_what_holds_now(client: TestClient, review: str) -> None:
    complete(client, review)
    seen = client.get(review).headers["ETag"]
    act(client, review, "comment", text="One more thing.")
    answer = sign(client, review, version=seen)
    assert (answer.status_code, answer.json()["current"]["signed"]) == (412, False)
    assert client.post(f"{review}/signature", json={"password": "x"}).status_code == 428


@pytest.mark.both_databases
def test_of_two_who_sign_at_once_one_is_told_of_the_other(
    client: TestClient, other_client: TestClient, review: str
) -> None:
    complete(client, review)
    seen = client.get(review).headers["ETag"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: sign(one, review, version=seen), (client, other_client)))
    assert sorted(one.status_code for one in answers) == [201, 412]
    late = next(one for one in answers if one.status_code == 412)
    assert late.json()["current"]["signed"] is True
    assert [one["version"] for one in client.get(f"{review}/signatures").json()] == [1]


@pytest.mark.both_databases
def test_what_a_killed_server_left_of_a_version_goes_with_the_next(
    client: TestClient, review: str, storage: Storage, slide: Slide
) -> None:
    complete(client, review)
    with storage.keeping_signed(slide.id, uuid4(), {"report-en.pdf": b"%PDF"}):
        pass
    assert sign(client, review).status_code == 201
    act(client, review, "amend", reason="A focus was overlooked.")
    assert sign(client, review).status_code == 201
    versions = client.get(f"{review}/signatures").json()
    assert len(list((storage.slide_folder(slide.id) / "signed").iterdir())) == len(versions) == 2


@pytest.mark.both_databases
def test_slide_with_a_signed_review_is_not_deleted(
    client: TestClient, review: str, slide: Slide, sessions: Sessions, storage: Storage
) -> None:
    complete(client, review)
    sign(client, review)
    answer = client.delete(f"/api/slides/{slide.id}")
    assert (answer.status_code, "signed" in answer.json()["detail"]) == (409, True)
    assert client.get(f"{review}/signatures/1/report/pdf").status_code == 200
    with sessions() as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(delete(Analysis))
