"""What has to hold after a fault: nothing acknowledged lost, nothing stuck, nothing orphaned, the trail whole."""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import jobs
from backend.db.tables import Analysis, HeldPart, Review, ReviewCommand, Signature, Slide, Worker
from backend.objectstore import S3Storage
from backend.services import analyses, shapes, trail
from tests.chaos.clinician import Ledger
from tests.chaos.product import Product

SWEPT_WITHIN_S = 100.0


def wait_until_calm(product: Product, stuck_after_s: float) -> tuple[float, list[str]]:
    """Wait until nothing is under way; return how long that took, and what was still there with no step for so long."""
    began = moved = monotonic()
    before: list[str] = []
    while monotonic() - moved < stuck_after_s:
        with product.sessions() as session:
            now = _under_way(session)
        if not now:
            return monotonic() - began, []
        if now != before:
            before, moved = now, monotonic()
        sleep(0.5)
    return monotonic() - began, before


def _under_way(session: Session) -> list[str]:
    """Name what is under way, and how far it is."""
    slides = session.scalars(select(Slide).where(Slide.status == "inspecting").order_by(Slide.id))
    analyses = session.scalars(
        select(Analysis).where(Analysis.status.in_(("queued", "running"))).order_by(Analysis.id)
    )  # fmt: skip
    drawn = shapes.waiting(session)
    at_work = Worker.task.is_not(None) & (Worker.task != jobs.BUILD_LEVELS)
    workers = session.scalars(select(Worker).where(at_work).order_by(Worker.id))
    return [
        *(f"slide {one.id} is {one.status}" for one in slides),
        *(f"analysis {one.id} is {one.status} in attempt {one.attempt} at {one.stage} {one.stage_fraction:.3f}"
          for one in analyses),
        *(f"what is drawn in review {one} is not counted" for one in drawn),
        *(f"worker {one.pid} is at {one.task}" for one in workers),
    ]  # fmt: skip


def lost(session: Session, storage: S3Storage, ledgers: Iterable[Ledger]) -> Iterator[str]:
    """Name what was acknowledged and is not there."""
    for ledger in ledgers:
        for slide_id, digest in ledger.slides.items():
            slide = session.get(Slide, UUID(slide_id))
            if slide is None or slide.sha256 != digest:
                yield f"slide {slide_id} is not what was uploaded"
            elif slide.status == "ready" and not storage.has(slide.id, slide.entry):
                yield f"slide {slide_id} has no file"
        for analysis_id, of in ledger.analyses.items():
            analysis = session.get(Analysis, UUID(analysis_id))
            if analysis is None or str(analysis.slide_id) != of:
                yield f"analysis {analysis_id} is gone"
        for command_id, analysis_id in ledger.commands.items():
            command = session.get(ReviewCommand, UUID(command_id))
            review = session.get(Review, command.review_id) if command else None
            if review is None or str(review.analysis_id) != analysis_id:
                yield f"command {command_id} is gone"
        for analysis_id in ledger.signed:
            yield from _unsigned(session, storage, UUID(analysis_id))


def _unsigned(session: Session, storage: S3Storage, analysis_id: UUID) -> Iterator[str]:
    found = session.scalars(select(Signature).join(Review).where(Review.analysis_id == analysis_id)).all()
    if len(found) != 1:
        yield f"analysis {analysis_id} has {len(found)} signatures instead of one"
        return
    slide_id = session.get_one(Analysis, analysis_id).slide_id
    with TemporaryDirectory() as folder:
        for name, digest in found[0].files.items():
            copy = Path(folder) / name
            storage.copy_out(slide_id, f"signed/{found[0].id}/{name}", copy)
            if sha256(copy.read_bytes()).hexdigest() != digest:
                yield f"{name} of analysis {analysis_id} is not what was signed"


def orphaned(product: Product, after_s: float = SWEPT_WITHIN_S) -> list[str]:
    """Name files that no row speaks of, and that are still there after so long: workers look for them once a minute."""
    began = monotonic()
    while True:
        with product.sessions() as session:
            found = list(_unspoken_of(session, product))
        if not found or monotonic() - began > after_s:
            return found
        sleep(2)


def _unspoken_of(session: Session, product: Product) -> Iterator[str]:
    """Name files that no row speaks of, in the bucket and on the disk. Uploads that were announced may lie for days."""
    slides = {str(one) for one in session.scalars(select(Slide.id))}
    maps = {str(one) for one in session.scalars(select(Analysis.id).where(Analysis.status == "succeeded"))}
    signed = {str(one) for one in session.scalars(select(Signature.id))}
    for key in product.storage.bucket.below("slides/"):
        _, slide_id, kind, *rest = key.split("/")
        if slide_id not in slides:
            yield f"{key}: no such slide"
        elif (kind == "maps" and rest[0] not in maps) or (kind == "signed" and rest[0] not in signed):
            yield f"{key}: nothing speaks of it"
    yield from (f"{key}: no analysis goes on with it" for key in product.storage.bucket.below("unfinished/")
                if analyses.is_done_with(session, UUID(key.split("/")[1])))  # fmt: skip
    yield from (f"part {one.name} is still held" for one in session.scalars(select(HeldPart)))
    data = product.settings.data_dir
    for folder, names in (("slides", slides), ("unfinished", set())):
        yield from (f"{folder}/{one}" for one in _listed(data / folder) if one not in names)
    yield from (f"trash/{one}" for one in _listed(data / "trash"))
    yield from (f"uploads/{one}" for one in _listed(data / "uploads")
                if len(one) == 32 and not (data / "uploads" / one / "record.json").exists())  # fmt: skip
    for place, _folders, files in os.walk(data / "slides"):
        yield from (f"{Path(place).relative_to(data)}/{one}" for one in files if one.endswith(".part"))


def _listed(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()] if folder.exists() else []


def trail_faults(session: Session) -> list[str]:
    """Say what `focusscope audit verify` says."""
    return list(trail.verify(session).faults)
