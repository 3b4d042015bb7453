"""A product whose worklist has a slide in each state, to be looked at."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import cast
from uuid import UUID, uuid4

import httpx
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import jobs
from backend.db.tables import Case, SignedTally, Slide, User, Worker
from backend.demo.browser import Browser as ApiBrowser
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.services import cases
from backend.storage import Storage
from tests.api.acting import act, complete, sign
from tests.e2e.conftest import USER, Product, running_product
from tests.factories import (
    PASSWORD,
    a_case,
    a_finished_analysis,
    a_lesion,
    a_signature,
    a_slide,
    a_stored_slide,
    a_user,
    an_analysis,
    decide,
    findings,
)

SIGNED, OPEN, READY = "Lip 17 level 1", "Lip 21", "Lip 26"
BLIND, BUSY, NO_MPP, REJECTED, INSPECTED = "Lip 30 blind", "Lip 22", "Lip 23", "notes", "Lip 25"
FAILED = "Lip 24 a name so long that no column of a list holds it"
TWICE = "Lip 34 analysed twice"
ALONE = ("Lip 31", "Lip 32", "Lip 33")
COLLEAGUE, NEWCOMER, ADMIN, LEAD = "li.ming", "new.reader", "admin", "lead"
FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where the pictures are taken; `analyses` are those by which the slides stand."""

    product: Product
    slides: dict[str, str]
    cases: dict[str, str]
    analyses: dict[str, str]


@contextmanager
def staged_product(folder: Path) -> Iterator[Place]:
    """Run the product in a folder that is kept for the next time."""
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not (folder / "focusscope.db").exists()
    with running_product(folder) as product, httpx.Client(base_url=product.address, timeout=60) as client:
        client.post("/api/session", json={"username": USER, "password": PASSWORD})
        if is_new:
            for seed, name in enumerate((OPEN, SIGNED, READY), 7):
                _analysed(client, product, folder / f"{name}.tiff", seed)
            with product.sessions.begin() as session:
                _fill(session, product.storage)
            _review(client)
            with product.sessions.begin() as session:
                _analyse_again(session)
                _judge(session)
        slides = client.get("/api/slides?page_size=200").json()["items"]
        with product.sessions() as session:
            found = {one.pseudonym: str(one.id) for one in session.scalars(select(Case))}
        analyses = {one["name"]: one["current_analysis"]["id"] for one in slides if one["current_analysis"]}
        yield Place(product, {one["name"]: one["id"] for one in slides}, found, analyses)


def _analysed(client: httpx.Client, product: Product, path: Path, seed: int) -> None:
    """Upload a phantom as a reader would, and wait for its analysis."""
    write_phantom(PhantomSpec(seed=seed, width_mm=3.0, height_mm=2.5, foci=3), path)
    browser = ApiBrowser(product.address)
    browser.ask("POST", "/api/session", {"username": USER, "password": PASSWORD})
    address = f"/api/slides/{browser.upload(path, lambda _: None)}"
    _wait(lambda: client.get(address).json()["status"] == "ready")
    client.post(f"{address}/analyses").raise_for_status()
    _wait(lambda: client.get(address).json()["standing"] == "ready")


def _wait(condition: Callable[[], bool], seconds: float = 600) -> None:
    until = monotonic() + seconds
    while not condition():
        assert monotonic() < until, "The product does not come to an end."
        sleep(0.5)


def _fill(session: Session, storage: Storage) -> None:
    """Put slides of each other state beside those that were analysed, and some into cases."""
    reader = session.scalars(select(User).where(User.username == USER)).one()
    a_user(session, COLLEAGUE, PASSWORD).display_name = "Dr. Li Ming"
    a_user(session, ADMIN, PASSWORD, role="admin").display_name = "Dr. Wang Fang"
    a_user(session, NEWCOMER, PASSWORD, site="elsewhere").display_name = "Dr. Elsewhere"
    second, third = (a_stored_slide(session, storage, reader, name=f"Lip 17 level {number}") for number in (2, 3))
    blind = a_stored_slide(session, storage, reader, name=BLIND)
    for slide, foci, area in ((second, 2, 8.4), (third, 1, 1.2), (blind, 2, 9.0)):
        a_finished_analysis(session, slide, findings(*[a_lesion() for _ in range(foci)], glandular_area_mm2=area))
    signed = session.scalars(select(Slide).where(Slide.name == SIGNED)).one()
    case = a_case(session, reader, signed, second, third, pseudonym="SG-0017")
    cases.leave_out(session, case=case, slide=third, reason="damaged", by=reader)
    cases.assign(session, case=case, reader_id=reader.id, by=reader)
    a_case(session, reader, blind, pseudonym="SG-0030", blind_first=True)
    alone = [a_stored_slide(session, storage, reader, name=name) for name in ALONE]
    for foci, slide in enumerate(alone, 1):
        a_finished_analysis(session, slide, findings(*[a_lesion() for _ in range(foci)], glandular_area_mm2=5.2))
    a_case(session, reader, *alone, pseudonym="SG-0031", blind_first=True)
    twice = a_stored_slide(session, storage, reader, name=TWICE)
    a_finished_analysis(session, twice, findings(a_lesion(), a_lesion(), glandular_area_mm2=8.8))
    a_stored_slide(session, storage, reader, name=NO_MPP, mpp_x=None, mpp_y=None, mpp_source=None)
    failed = a_stored_slide(session, storage, reader, name=FAILED)
    an_analysis(session, failed, status="failed", failure="The file makes the slide reader crash: it is damaged.")
    rejection = "The file is a JPEG picture, not a whole slide image."
    a_slide(session, reader, name=REJECTED, status="rejected", rejection=rejection)
    busy, inspected = a_stored_slide(session, storage, reader, name=BUSY), UUID(int=25)
    a_worker(session, jobs.INSPECT_SLIDE, inspected)
    a_slide(session, reader, id=inspected, name=INSPECTED, status="inspecting")
    analysis, worker_id = UUID(int=22), a_worker(session, jobs.RUN_ANALYSIS, UUID(int=22))
    state = {"status": "running", "stage": "segmentation", "stage_fraction": 0.42, "attempt": 1}
    an_analysis(session, busy, id=analysis, worker_id=worker_id, **state)


def _analyse_again(session: Session) -> None:
    """Let a later analysis find one focus less than was signed."""
    twice = session.scalars(select(Slide).where(Slide.name == TWICE)).one()
    a_finished_analysis(session, twice, findings(a_lesion(), glandular_area_mm2=8.8))


def _judge(session: Session) -> None:
    """Let another site sign reviews over three months, in the last of which more is rejected than before."""
    lead, draw = a_user(session, LEAD, PASSWORD, site="third"), Random(1)
    for month, count in ((9, 26), (10, 22), (11, 14)):
        for number in range(count):
            analysis = a_finished_analysis(session, a_slide(session, lead, name=f"Lip {month} {number}"))
            decide(session, analysis, lead, analysis.lesions[0].id, "confirmed")
            signature = a_signature(session, analysis, lead, signed_at=datetime(2026, month, 1 + number, 9, tzinfo=UTC))
            proposed = draw.randint(1, 7)
            lost = sum(draw.random() < (0.3 if month == 11 else 0.08) for _ in range(proposed))
            rejected = Counter(draw.choice(["duct", "plasma_cells", "plasma_cells", ""]) for _ in range(lost))
            redrawn = draw.randint(0, proposed - lost)
            added = int(draw.random() < 0.2)
            session.add(SignedTally(
                signature_id=signature.id, networks=[["m2cf_net", "small", sha256(b"weights").hexdigest()]],
                predicted_focus_score=proposed / 2, reviewed_focus_score=(proposed - lost + added) / 2,
                proposed=proposed, confirmed=proposed - lost - redrawn, corrected=redrawn, not_foci=0,
                rejected=dict(rejected), added=added,
            ))  # fmt: skip


def a_worker(session: Session, task: str, subject_id: UUID) -> UUID:
    """Enter a worker that never ends what it does."""
    worker = Worker(host="a machine of the stage", pid=1, queues=[], seen_at=FAR_OFF, busy_since=FAR_OFF)
    worker.task, worker.subject_id = task, subject_id
    session.add(worker)
    session.flush()
    return worker.id


def _review(client: httpx.Client) -> None:
    """Sign one review and amend it, begin another, and bring a third as far as the signature."""
    by_name = {one["name"]: one["current_analysis"] for one in client.get("/api/slides?page_size=200").json()["items"]}
    browser = cast(TestClient, client)
    for name in (TWICE, SIGNED):
        review = f"/api/analyses/{by_name[name]['id']}/review"
        complete(browser, review)
        sign(browser, review).raise_for_status()
    act(browser, review, "amend", reason="A lesion beside the large duct was looked at again.")
    act(browser, review, "fields", fields={"atrophy": "severe", "comment": "Periductal foci next to normal acini."})
    sign(browser, review).raise_for_status()
    review = f"/api/analyses/{by_name[OPEN]['id']}/review"
    first, second = (one["id"] for one in client.get(review).json()["lesions"][:2])
    act(browser, review, "verdict", lesion_ids=[first], verdict="confirmed")
    act(browser, review, "comment", lesion_id=second, text="Beside a dilated duct; lymphocytes at its edge only.")
    complete(browser, f"/api/analyses/{by_name[READY]['id']}/review")
    for number, name in enumerate(ALONE):
        review = f"/api/analyses/{by_name[name]['id']}/review"
        read = {"id": str(uuid4()), "kind": "read", "pattern": "fls", "estimated_focus_score": 1.0 + 0.4 * number}
        client.post(f"{review}/commands", json=read).raise_for_status()
        complete(browser, review)
        sign(browser, review).raise_for_status()
