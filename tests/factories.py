"""Rows, findings and small slides for tests to begin with."""

from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import tifffile
from PIL import Image
from sqlalchemy.orm import Session

from backend import jobs
from backend.core.findings import Findings, Lesion, NetworkUsed
from backend.core.focus_score import focus_score
from backend.db.tables import Analysis, Case, Signature, Slide, User
from backend.services import accounts, cases, commands, reviews, runs, summaries
from backend.services.reviews import Standing
from backend.services.rights import Role
from backend.storage import Storage

PASSWORD = "a password for tests"


def a_user(
    session: Session, username: str = "reader", password: str = PASSWORD, role: Role = "lead", site: str = "main"
) -> User:
    return accounts.add_user(
        session, username=username, display_name=username.title(), password=password, role=role, site=site
    )


def a_slide(session: Session, by: User, **columns: Any) -> Slide:
    known: dict[str, Any] = {
        "site": by.site,
        "name": "gland",
        "entry": "slide.tiff",
        "sha256": uuid4().hex * 2,
        "size_bytes": 1000,
        "status": "ready",
        "width": 1500,
        "height": 1000,
        "levels": 1,
        "mpp_x": 0.5,
        "mpp_y": 0.5,
        "mpp_source": "file",
    }
    slide = Slide(uploaded_by=by, **known | columns)
    session.add(slide)
    session.flush()
    return slide


def a_stored_slide(session: Session, storage: Storage, by: User, **columns: Any) -> Slide:
    """A slide whose file exists, too."""
    slide = a_slide(session, by, **columns)
    write_slide(storage.slide_file(slide.id, slide.entry))
    return slide


def an_analysis(session: Session, slide: Slide, **columns: Any) -> Analysis:
    analysis = Analysis(slide_id=slide.id, requested_by_id=slide.uploaded_by_id, **columns)
    session.add(analysis)
    session.flush()
    summaries.keep_score(session, slide_id=slide.id)
    return analysis


def a_finished_analysis(session: Session, slide: Slide, found: Findings | None = None) -> Analysis:
    """An analysis that a worker has claimed and recorded."""
    analysis = an_analysis(session, slide)
    claim = runs.claim(session, analysis_id=analysis.id)
    assert claim
    runs.record(session, claim=claim, findings=found or findings())
    session.refresh(analysis)
    return analysis


def a_lesion(lymphocyte_count: int = 80, area_mm2: float = 0.05) -> Lesion:
    return Lesion(
        id=str(uuid4()),
        polygon=[[(10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 10.0)]],
        area_mm2=area_mm2,
        lymphocyte_count=lymphocyte_count,
        confidence=0.9,
        counts_as_focus=lymphocyte_count >= 50,
    )


def decide(
    session: Session, analysis: Analysis, by: User, lesion_id: UUID, verdict: str, counts: bool | None = None
) -> Standing:
    """A verdict on one lesion, on whatever holds now."""
    said = {"lesion_ids": [str(lesion_id)], "verdict": verdict, "counts_as_focus": counts}
    return commands.append(session, analysis=analysis, kind="verdict", payload=said, by=by, version=None)


def a_signature(session: Session, analysis: Analysis, by: User, content: Any = None, **columns: Any) -> Signature:
    """The next signed version of a review as it stands, without its files."""
    standing = reviews.standing(session, analysis=analysis)
    assert standing.row, "nobody has done anything in this review"
    row = Signature(
        review_id=standing.row.id, version=len(standing.signatures) + 1, sequence=standing.state.version,
        content=content or {}, files={}, content_sha256="ab" * 32, signed_by_id=by.id, **columns,
    )  # fmt: skip
    session.add(row)
    session.flush()
    summaries.refresh(session, analysis=analysis)
    return row


def findings(*lesions: Lesion, glandular_area_mm2: float = 4.0) -> Findings:
    """What an analysis with these lesions finds; two foci and an aggregate of 45 cells unless told."""
    all_lesions = list(lesions or (a_lesion(120), a_lesion(60), a_lesion(45)))
    foci = [lesion for lesion in all_lesions if lesion.counts_as_focus]
    score = focus_score(len(foci), glandular_area_mm2)
    return Findings(
        focus_score=score.value,
        focus_score_reason=score.reason,
        focus_score_low=score.low,
        focus_score_high=score.high,
        foci=len(foci),
        glandular_area_mm2=glandular_area_mm2,
        area_fraction=sum(focus.area_mm2 for focus in foci) / glandular_area_mm2 if glandular_area_mm2 else None,
        lesions=all_lesions,
        glands=[[[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 0.0)]]],
        networks=[NetworkUsed("m2cf_net", "small", "m2cf_small.safetensors", "ab" * 32, "phantoms")],
        options={"threshold": 0.5},
        stain={"matrix": [[0.6, 0.7, 0.3], [0.1, 0.9, 0.2]], "percentiles": [1.45, 0.75], "fallback": None},
        seconds={"tissue": 0.5, "segmentation": 3.0},
        software="FocusScope test",
    )


def write_slide(
    path: Path, size: tuple[int, int] = (1500, 1000), mpp: float | None = 0.5, profile: bytes | None = None
) -> Path:
    """Write a tiled TIFF that OpenSlide opens: pink tissue on white, with a gradient that tells places apart."""
    width, height = size
    rows, columns = np.mgrid[:height, :width]
    rgb = np.full((height, width, 3), 245, np.uint8)
    rgb[height // 4 : -height // 4, width // 4 : -width // 4] = (220, 130, 180)
    rgb[..., 0] -= (columns * 100 // width).astype(np.uint8)
    rgb[..., 2] -= (rows * 100 // height).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(
        path, rgb, tile=(256, 256), photometric="rgb", iccprofile=profile,
        resolution=(1e4 / mpp, 1e4 / mpp) if mpp else None, resolutionunit="CENTIMETER" if mpp else None,
    )  # fmt: skip
    return path


def write_vms(folder: Path, name: str = "slide") -> Path:
    """Write a slide of several files, as Hamamatsu's first scanners did: an index and the JPEGs that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    rgb = np.full((1024, 2048, 3), 245, np.uint8)
    rgb[200:800, 300:1700] = (220, 130, 180)
    for file, step, restart in (("腺 (0,0).jpg", 1, 32), ("map.jpg", 16, 4), ("macro.jpg", 16, 4)):
        picture = Image.fromarray(rgb[::step, ::step])
        picture.save(folder / file, quality=90, subsampling=0, restart_marker_blocks=restart)
    index = folder / f"{name}.vms"
    index.write_text(
        "[Virtual Microscope Specimen]\nNoLayers=1\nNoJpegColumns=1\nNoJpegRows=1\nImageFile=腺 (0,0).jpg\n"
        "MapFile=map.jpg\nMacroImage=macro.jpg\nSourceLens=20\nPhysicalWidth=1000000\nPhysicalHeight=500000\n",
        encoding="utf-8",
    )
    return index


def use_broker(url: str) -> None:
    """Send messages there from now on, over a new connection."""
    jobs.celery.conf.broker_url = url
    jobs.celery._after_fork()


@dataclass
class Queue:
    """The messages that were sent, as (task, id)."""

    names: tuple[str, ...] = field(default=jobs.QUEUES)

    def drain(self) -> list[tuple[str, str]]:
        with jobs.celery.connection_for_read() as connection:
            return [message for name in self.names for message in self._drain(connection, name)]

    @staticmethod
    def _drain(connection: Any, name: str) -> list[tuple[str, str]]:
        messages: list[tuple[str, str]] = []
        with connection.SimpleQueue(name) as queue:
            while True:
                try:
                    message = queue.get(block=False)
                except Empty:
                    return messages
                message.ack()
                messages.append((message.headers["task"], message.payload[0][0]))


def a_case(session: Session, by: User, *slides: Slide, pseudonym: str = "SG-0042", blind_first: bool = False) -> Case:
    """A case with these slides."""
    case = cases.create(session, pseudonym=pseudonym, by=by)
    cases.set_blind_first(session, case=case, blind_first=blind_first, by=by)
    cases.add_slides(session, case=case, slides=slides, by=by)
    return case
