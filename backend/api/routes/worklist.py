"""The worklist: cases and lone slides, and what is done with many slides at once."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from backend.api.dependencies import CurrentUser, ReaderDep, SessionDep, noted
from backend.api.present_cases import worklist_out
from backend.api.schemas.cases import Order, QueuedOut, SlidesIn, WorklistPage
from backend.api.schemas.common import PageNumber, Search
from backend.services import analyses, rights, worklist
from backend.services.worklist import Filter, ScoreFilter, Sort, Status

router = APIRouter(tags=["worklist"])


@router.get("/worklist", dependencies=[noted("worklist.view")])
def get_worklist(
    session: SessionDep,
    reader: ReaderDep,
    search: Search = "",
    status: Status | None = None,
    assigned_to_me: bool = False,
    case_id: UUID | None = None,
    score: ScoreFilter | None = None,
    warnings: bool = False,
    sort: Sort = "date",
    order: Order = "desc",
    page: PageNumber = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WorklistPage:
    """List cases and lone slides; `search` matches a part of a slide's name or a case's pseudonym."""
    wanted = Filter(search, status, assigned_to_me, case_id, score, warnings)
    found = worklist.page_of(
        session, reader=reader, wanted=wanted, sort=sort, descending=order == "desc", page=page, page_size=page_size
    )
    items = worklist_out(session, found, reader)
    return WorklistPage(items=items, total=found.total, slides=found.slides, page=page, page_size=page_size)


@router.post("/slides/analyses")
def analyse_slides(asked: SlidesIn, session: SessionDep, user: CurrentUser) -> list[QueuedOut]:
    """Queue an analysis of each slide, and say of each that cannot be analysed why not."""
    chosen = rights.slides(session, slide_ids=asked.slide_ids, user=user, action="read")
    answers = analyses.queue_each(session, slides=chosen, by=user)
    return [
        QueuedOut(slide_id=slide.id, analysis_id=None, reason=answer)
        if isinstance(answer, str)
        else QueuedOut(slide_id=slide.id, analysis_id=answer.id, reason=None)
        for slide, answer in zip(chosen, answers, strict=True)
    ]
