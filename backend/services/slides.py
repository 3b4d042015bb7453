"""Slides: find, inspect, rename, measure, delete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend import jobs
from backend.core.digests import digest_of
from backend.core.errors import Conflict, MppUnknown, NotFound
from backend.db.session import after_commit
from backend.db.tables import Analysis, Review, Signature, Slide, User, Worker
from backend.services import access, audit, naming, rights, workers
from backend.storage import Storage
from backend.wsi.arrival.receive import Arrival
from backend.wsi.validation import why_not_analysable

MOST_TRIES = 3
"""What kills its worker so often is given up."""


def find(
    session: Session, *, user: User, search: str, status: str | None, page: int, page_size: int
) -> tuple[list[Slide], int]:
    """Return one page of the slides that a user may see, newest first, and how many match in all."""
    matching = select(Slide).where(rights.may(user, "look"))
    if search.strip():
        matching = matching.where(naming.holds(search.strip()))
    if status:
        matching = matching.where(Slide.status == status)
    total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    newest_first = matching.order_by(Slide.uploaded_at.desc(), Slide.id)
    return list(session.scalars(newest_first.offset((page - 1) * page_size).limit(page_size))), total


def of_same_file(session: Session, *, slide: Slide, user: User) -> list[Slide]:
    """Return the other slides that a user may see whose files had the same bytes on arrival, oldest first."""
    same = Slide.sha256 == slide.sha256, Slide.id != slide.id, Slide.status != "rejected", rights.may(user, "look")
    return list(session.scalars(select(Slide).where(*same).order_by(Slide.uploaded_at, Slide.id)))


def size_of(slide: Slide) -> tuple[int, int]:
    """Return (width, height) in level-0 pixels.

    Raises:
        Conflict: while the slide has not been inspected, or if it was rejected.
    """
    if slide.status != "ready" or slide.width is None or slide.height is None:
        raise Conflict(_not_ready(slide) or "The slide's size is not known.")
    return slide.width, slide.height


def reason_not_analysable(slide: Slide) -> str | None:
    """Say in one sentence why the slide cannot be analysed as it stands, or None where it can."""
    if sentence := _not_ready(slide) or slide.not_analysable:
        return sentence
    if slide.mpp_x is None or slide.mpp_y is None:
        return MppUnknown().sentence
    return why_not_analysable((slide.mpp_x * slide.mpp_y) ** 0.5)


def rename(session: Session, *, slide: Slide, name: str, by: User) -> None:
    """Give a slide another name. The names stay out of the audit trail: they may name a patient."""
    slide.name = name.strip() or slide.name
    audit.note(session, action="slide.rename", subject_id=slide.id, by=by)


def enter_mpp(session: Session, *, slide: Slide, mpp: float, by: User) -> None:
    """Enter the pixel size, in micrometres per level-0 pixel, of a slide whose file does not state one.

    Raises:
        Conflict: where the file states it, or while an analysis is under way.
    """
    if slide.status != "ready":
        raise Conflict(_not_ready(slide) or "The slide is not ready.")
    if slide.mpp_source == "file":
        raise Conflict("The file states its own pixel size, so none can be entered.")
    _refuse_while_analysed(session, slide, "change its pixel size")
    before = {"mpp": slide.mpp_x}
    slide.mpp_x = slide.mpp_y = mpp
    slide.mpp_source = "entered"
    audit.note(session, action="slide.enter_mpp", subject_id=slide.id, by=by, before=before, after={"mpp": mpp})


def delete(session: Session, *, slide: Slide, storage: Storage, by: User) -> None:
    """Remove a slide, its analyses and its files; the audit trail stays.

    Raises:
        Conflict: while an analysis of it is queued or running, or where a review of it has been signed.
    """
    _refuse_while_analysed(session, slide, "delete it")
    _refuse_if_signed(session, slide)
    before = {"status": slide.status, "sha256": slide.sha256}
    audit.note(session, action="slide.delete", subject_id=slide.id, by=by, before=before)
    session.delete(slide)
    session.flush()
    access.changed(session)
    after_commit(session, lambda: storage.remove_slide(slide.id))


def begin_inspection(session: Session, *, slide_id: UUID, worker_id: UUID | None = None) -> Slide | None:
    """Return the slide if it is still to be inspected and nobody does so, and count the attempt."""
    slide = _uninspected(session, slide_id)
    return _begin(session, slide, jobs.INSPECT_SLIDE, worker_id) if slide else None


def was_accepted(session: Session, *, slide_id: UUID, arrival: Arrival) -> None:
    """Record what is kept of the file and what was left out, once; its levels are built next."""
    slide = _uninspected(session, slide_id)
    if slide is None:
        return
    inspection = arrival.inspection
    slide.status, slide.entry, slide.has_thumbnail = "ready", arrival.entry, True
    slide.crashes, slide.delay = 0, None
    slide.width, slide.height, slide.levels = inspection.width, inspection.height, inspection.levels
    slide.mpp_x, slide.mpp_y = inspection.mpp_x, inspection.mpp_y
    slide.mpp_source = "file" if inspection.mpp_x is not None else None
    slide.vendor, slide.objective_power = inspection.vendor, inspection.objective_power
    slide.not_analysable = inspection.not_analysable
    slide.blur_share, slide.pen_share = inspection.blur_share, inspection.pen_share
    audit.note(session, action="slide.accept", subject_id=slide_id, by=None, after={"left_out": arrival.removed})
    after_commit(session, lambda: jobs.send(jobs.BUILD_LEVELS, slide_id))


def was_cleaned(session: Session, *, slide: Slide, arrival: Arrival) -> None:
    """Record that a slide that was received before there were clean files has one now, and what was left out.

    Raises:
        Conflict: while it is being analysed, or where its lesions would lie elsewhere.
    """
    _refuse_while_analysed(session, slide, "clean it")
    inspection = arrival.inspection
    moved = (inspection.width, inspection.height) != (slide.width, slide.height)
    if moved and session.scalar(select(Analysis.id).where(Analysis.slide_id == slide.id).limit(1)):
        raise Conflict("Its lesions would lie elsewhere in the clean file, so it is left as it is.")
    slide.entry, slide.has_thumbnail = arrival.entry, True
    slide.width, slide.height, slide.levels = inspection.width, inspection.height, inspection.levels
    audit.note(session, action="slide.clean", subject_id=slide.id, by=None, after={"left_out": arrival.removed})
    access.changed(session)
    after_commit(session, lambda: jobs.send(jobs.BUILD_LEVELS, slide.id))


def begin_building(session: Session, *, slide_id: UUID, worker_id: UUID | None = None) -> Slide | None:
    """Return the slide whose levels are to be built, unless somebody does so or too many attempts came to no end."""
    slide = session.get(Slide, slide_id, with_for_update=True)
    if slide is None or slide.status != "ready" or slide.crashes >= MOST_TRIES:
        return None
    return _begin(session, slide, jobs.BUILD_LEVELS, worker_id)


def was_built(session: Session, *, slide_id: UUID) -> None:
    """Say that building came to its end, so that its attempt did no harm."""
    session.execute(update(Slide).where(Slide.id == slide_id).values(crashes=0))


def building_waits(session: Session, *, slide_id: UUID) -> None:
    """Say that building has to be tried again, for want of room or of the store: as often as it takes."""
    session.execute(update(Slide).where(Slide.id == slide_id, Slide.status == "ready").values(crashes=1))


def half_built(session: Session, *, most: int) -> list[UUID]:
    """Return the slides whose building came to no end, and that nobody builds and nobody has given up."""
    held = select(Worker.id).where(Worker.subject_id == Slide.id, workers.alive()).exists()
    begun = select(Slide.id).where(Slide.status == "ready", Slide.crashes.between(1, MOST_TRIES - 1), ~held)
    return list(session.scalars(begun.order_by(Slide.uploaded_at).limit(most)))


def _begin(session: Session, slide: Slide, task: str, worker_id: UUID | None) -> Slide | None:
    if not workers.take(session, worker_id=worker_id, task=task, subject_id=slide.id):
        return None
    slide.crashes += 1
    return slide


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A slide that an archive held; `hashes` are those of its files by place, `name` their own, where it is kept."""

    id: UUID
    name: str | None
    entry: str
    hashes: Mapping[str, str]
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """What an archive held and cannot become a slide, and why; `name` is its own, where it is kept."""

    name: str | None
    size_bytes: int
    sentence: str


def was_unpacked(
    session: Session, *, slide_id: UUID, unpacked: Sequence[Unpacked], refused: Sequence[RefusedPart] = ()
) -> None:
    """Record what an archive held: its first slide in its place, a new slide for each of the others, to be inspected.

    What cannot become one is listed as rejected, with its sentence.

    Raises:
        NotFound: where the archive was deleted meanwhile.
    """
    slide = _uninspected(session, slide_id)
    if slide is None:
        raise NotFound("There is no such slide; it may have been deleted.")
    by = {"uploaded_by_id": slide.uploaded_by_id, "site": slide.site, "case_id": slide.case_id}
    for part in refused:
        name = part.name or naming.neutral_name(session, site=slide.site)
        said = {"status": "rejected", "rejection": part.sentence, "size_bytes": part.size_bytes}
        session.add(Slide(name=name, entry="slide", sha256=slide.sha256, **said, **by))
    first, *others = unpacked
    slide.entry, slide.sha256, slide.size_bytes = first.entry, digest_of(first.hashes), first.size_bytes
    if others and first.name:
        slide.name = first.name
    for other in others:
        name = other.name or naming.neutral_name(session, site=slide.site)
        columns = {"name": name, "entry": other.entry, "size_bytes": other.size_bytes}
        session.add(Slide(id=other.id, sha256=digest_of(other.hashes), **columns, **by))
        after_commit(session, partial(jobs.send, jobs.INSPECT_SLIDE, other.id))
    session.flush()
    audit.note(
        session,
        action="slide.unpack",
        subject_id=slide_id,
        by=None,
        after={"slides": [str(one.id) for one in unpacked], "refused": [one.sentence for one in refused]},
    )


def exists(session: Session, *, slide_id: UUID) -> bool:
    """Say whether there is such a slide."""
    return session.get(Slide, slide_id) is not None


def was_rejected(session: Session, *, slide_id: UUID, sentence: str, storage: Storage) -> None:
    """Record why the file is no slide, and remove its bytes; the row stays until a user dismisses it."""
    slide = _uninspected(session, slide_id)
    if slide is None:
        return
    slide.status, slide.rejection, slide.delay = "rejected", sentence, None
    audit.note(session, action="slide.reject", subject_id=slide_id, by=None, after={"rejection": sentence})
    after_commit(session, lambda: storage.remove_slide(slide_id))


def was_delayed(session: Session, *, slide_id: UUID, sentence: str) -> None:
    """Record why the inspection has to wait; what arrived stays as it is."""
    slide = _uninspected(session, slide_id)
    if slide is not None:
        slide.delay, slide.crashes = sentence, 0
        audit.note(session, action="slide.delay", subject_id=slide_id, by=None)


def resume_delayed(session: Session, *, free_bytes: int) -> None:
    """Have slides that waited for room inspected, oldest first, as far as the room goes."""
    delayed = select(Slide).where(Slide.status == "inspecting", Slide.delay.is_not(None))
    for slide in session.scalars(delayed.order_by(Slide.uploaded_at).with_for_update(of=Slide)):
        free_bytes -= slide.size_bytes
        if free_bytes < 0:
            return
        slide.delay = None
        after_commit(session, partial(jobs.send, jobs.INSPECT_SLIDE, slide.id))


def waiting(session: Session) -> list[UUID]:
    """Return the slides that wait for their inspection, and for nothing else, and that nobody inspects."""
    held = select(Worker.id).where(Worker.subject_id == Slide.id, workers.alive()).exists()
    inspecting = select(Slide.id).where(Slide.status == "inspecting", Slide.delay.is_(None), ~held)
    return list(session.scalars(inspecting.order_by(Slide.uploaded_at)))


def viewable(session: Session) -> list[UUID]:
    """Return the slides that have tiles."""
    return list(session.scalars(select(Slide.id).where(Slide.status == "ready").order_by(Slide.uploaded_at)))


def file_of(slide: Slide, storage: Storage) -> Path:
    """Return where the slide's bytes lie."""
    return storage.slide_file(slide.id, slide.entry)


def _uninspected(session: Session, slide_id: UUID) -> Slide | None:
    slide = session.get(Slide, slide_id, with_for_update=True)
    return slide if slide is not None and slide.status == "inspecting" else None


def _not_ready(slide: Slide) -> str | None:
    if slide.status == "inspecting":
        return slide.delay or "The slide is still being inspected."
    return slide.rejection if slide.status == "rejected" else None


def _refuse_while_analysed(session: Session, slide: Slide, what: str) -> None:
    active = Analysis.slide_id == slide.id, Analysis.status.in_(("queued", "running"))
    if session.scalar(select(Analysis.id).where(*active)):
        raise Conflict(f"The slide is being analysed: cancel the analysis or wait for it, then {what}.")


def _refuse_if_signed(session: Session, slide: Slide) -> None:
    of_slide = select(Signature.id).join(Review).join(Analysis).where(Analysis.slide_id == slide.id)
    if session.scalar(of_slide.limit(1)):
        raise Conflict("A review of the slide has been signed, so the slide and what was signed are kept.")
