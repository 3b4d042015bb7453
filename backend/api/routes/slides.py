"""The worklist and single slides."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.api.dependencies import (
    CurrentUser,
    HandlesDep,
    ReaderDep,
    SessionDep,
    SlideDep,
    SlideToArrangeDep,
    SlideToManageDep,
    StorageDep,
    noted,
)
from backend.api.present import slides_out
from backend.api.schemas.common import PageNumber, Search
from backend.api.schemas.slides import SlideChange, SlideOut, SlidePage, SlideReference, SlideStatus
from backend.db.session import after_commit
from backend.services import slides

router = APIRouter(prefix="/slides", tags=["slides"])


@router.get("", dependencies=[noted("worklist.view")])
def list_slides(
    session: SessionDep,
    reader: ReaderDep,
    search: Search = "",
    status: SlideStatus | None = None,
    page: PageNumber = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SlidePage:
    """List slides, newest first; `search` matches a part of the name."""
    found, total = slides.find(session, user=reader.user, search=search, status=status, page=page, page_size=page_size)
    return SlidePage(items=slides_out(session, found, reader), total=total, page=page, page_size=page_size)


@router.get("/{slide_id}", dependencies=[noted("slide.view")])
def get_slide(session: SessionDep, slide: SlideDep, reader: ReaderDep) -> SlideOut:
    """Return one slide with its latest analysis."""
    return slides_out(session, [slide], reader)[0]


@router.get("/{slide_id}/same-file")
def list_slides_of_same_file(session: SessionDep, slide: SlideDep, user: CurrentUser) -> list[SlideReference]:
    """List the other slides whose files had the same bytes, of those that the user sees."""
    return [SlideReference.model_validate(one) for one in slides.of_same_file(session, slide=slide, user=user)]


@router.patch("/{slide_id}")
def change_slide(change: SlideChange, session: SessionDep, slide: SlideToArrangeDep, reader: ReaderDep) -> SlideOut:
    """Rename a slide, or enter the pixel size that its file does not state."""
    if change.name is not None:
        slides.rename(session, slide=slide, name=change.name, by=reader.user)
    if change.mpp is not None:
        slides.enter_mpp(session, slide=slide, mpp=change.mpp, by=reader.user)
    return slides_out(session, [slide], reader)[0]


@router.delete("/{slide_id}", status_code=204)
def delete_slide(
    session: SessionDep, slide: SlideToManageDep, user: CurrentUser, storage: StorageDep, handles: HandlesDep
) -> None:
    """Remove a slide with all that was found on it, or dismiss a rejected one."""
    after_commit(session, lambda: handles.discard(storage.slide_folder(slide.id)))
    slides.delete(session, slide=slide, storage=storage, by=user)
