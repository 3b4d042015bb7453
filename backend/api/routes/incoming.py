"""Slides on their way in: what chosen files will become, where to send them, and what was begun and waits."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from backend.api.dependencies import Arranger, CurrentUser, InboxDep, SessionDep, SettingsDep, StorageDep
from backend.api.routes.uploads import address_of, bounds_of
from backend.api.schemas.incoming import Announcement, ChosenFiles, IncomingFile, IncomingSlide, RefusedSlide
from backend.inbox import Inbox, Incoming
from backend.services import incoming as announcing
from backend.services.bundles import Chosen

router = APIRouter(prefix="/incoming", tags=["incoming"])


@router.get("")
def list_incoming(inbox: InboxDep, user: CurrentUser) -> list[IncomingSlide]:
    """List the user's own uploads that were begun and are not finished."""
    return [_slide_out(inbox, one) for one in announcing.waiting(inbox, user=user)]


@router.post("")
def announce_files(
    chosen: ChosenFiles, session: SessionDep, settings: SettingsDep, storage: StorageDep, inbox: InboxDep,
    user: Arranger,
) -> Announcement:  # fmt: skip
    """Say which files will come; what was begun with the same files goes on."""
    files = [Chosen(**file.model_dump()) for file in chosen.files]
    announced = announcing.announce(session, inbox, storage, files=files, bounds=bounds_of(settings), by=user)
    return Announcement(
        slides=[_slide_out(inbox, incoming, indices) for incoming, indices in announced.slides],
        refused=[RefusedSlide(chosen=one.indices, sentence=one.sentence) for one in announced.refused],
        left_out=len(announced.left_out),
    )


@router.delete("/{incoming_id}", status_code=204)
def give_up_incoming(incoming_id: UUID, session: SessionDep, inbox: InboxDep, user: CurrentUser) -> None:
    """Forget an upload with all that has come."""
    announcing.give_up(session, inbox, incoming=announcing.own(inbox, incoming_id=incoming_id, by=user), by=user)


def _slide_out(inbox: Inbox, incoming: Incoming, indices: list[int] | None = None) -> IncomingSlide:
    return IncomingSlide(
        id=incoming.id,
        name=incoming.name,
        size_bytes=incoming.size_bytes,
        expires_at=datetime.fromtimestamp(inbox.expires_at(incoming), UTC),
        files=[
            IncomingFile(
                size_bytes=file.size_bytes,
                address=address_of(incoming, index),
                offset=inbox.offset(incoming, index),
                chosen=indices[index] if indices else None,
            )
            for index, file in enumerate(incoming.files)
        ],
    )
