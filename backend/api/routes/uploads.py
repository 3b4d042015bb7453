"""Resumable upload by the tus protocol (https://tus.io), version 1.0."""

from asyncio import to_thread
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from backend.api import tus
from backend.api.dependencies import SESSION_COOKIE, InboxDep, SessionsDep, SettingsDep, StorageDep, get_current_user
from backend.core.settings import Settings
from backend.db.session import Sessions, only_read
from backend.db.tables import User
from backend.inbox import Inbox, Incoming
from backend.services import audit, rights, uploads
from backend.services import incoming as announcing
from backend.services.incoming import Bounds, NoSuchUpload, UploadRefused

router = APIRouter(prefix="/api/uploads", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Uploading:
    """Who uploads, and what makes the transactions in which they do."""

    user: User
    sessions: Sessions


def get_uploading(request: Request, settings: SettingsDep, sessions: SessionsDep) -> Uploading:
    """Return who is signed in or asks with a token, with no transaction open while the bytes come."""
    with sessions() as session:
        only_read(session)
        user = get_current_user(request, session, sessions, settings, request.cookies.get(SESSION_COOKIE))
        token_id = audit.acting(session)
        session.commit()
    rights.require_role_for(user, "arrange")
    return Uploading(user, audit.with_token(sessions, token_id))


UploadingDep = Annotated[Uploading, Depends(get_uploading)]


def get_file(request: Request, inbox: InboxDep, uploading: UploadingDep, address: str) -> tuple[Incoming, int]:
    """Return the user's own upload and which of its files is meant, before a byte is read."""
    tus.require_version(request)
    key, _, index = address.partition("-")
    try:
        incoming = announcing.own(inbox, incoming_id=UUID(key), by=uploading.user)
        incoming.files[int(index)]
    except (ValueError, IndexError) as error:
        raise NoSuchUpload from error
    return incoming, int(index)


FileDep = Annotated[tuple[Incoming, int], Depends(get_file)]


@router.options("", status_code=204)
def describe_uploads(settings: SettingsDep) -> Response:
    """Say what the upload server can do."""
    headers = {
        "Tus-Resumable": tus.VERSION,
        "Tus-Version": tus.VERSION,
        "Tus-Extension": tus.EXTENSIONS,
        "Tus-Max-Size": str(settings.max_upload_bytes),
    }
    return Response(status_code=204, headers=headers)


@router.post("", dependencies=[Depends(tus.require_version)])
def create_upload(
    request: Request, settings: SettingsDep, storage: StorageDep, inbox: InboxDep, uploading: UploadingDep
) -> Response:
    """Begin an upload of one file; its bytes are sent after that."""
    if "upload-concat" in request.headers or "upload-defer-length" in request.headers:
        raise UploadRefused("The upload must state its length and come in one piece.")
    if request.headers.get("content-length", "0") != "0":
        raise UploadRefused("The upload must be created first and its bytes sent after that.")
    size_bytes = tus.number_in(request, "Upload-Length")
    with uploading.sessions.begin() as session:
        incoming = announcing.begin_one(
            session, inbox, storage, file_name=tus.metadata_in(request).get("filename", ""), size_bytes=size_bytes,
            bounds=bounds_of(settings), by=uploading.user,
        )  # fmt: skip
    headers = tus.headers_of(inbox, incoming, 0) | {"Location": address_of(incoming, 0)}
    return Response(status_code=201, headers=headers)


@router.head("/{address}")
def get_offset(uploading: UploadingDep, storage: StorageDep, inbox: InboxDep, file: FileDep) -> Response:
    """Say how many bytes have come, and which slide they are if those were all."""
    incoming, index = file
    size_bytes, offset = incoming.files[index].size_bytes, inbox.offset(incoming, index)
    headers = tus.headers_of(inbox, incoming, offset) | {"Upload-Length": str(size_bytes)}
    if offset == size_bytes:
        headers |= _slide_of(uploads.complete(uploading.sessions, inbox, storage, incoming_id=incoming.id))
    return Response(headers=headers)


@router.patch("/{address}")
async def append_bytes(
    request: Request, uploading: UploadingDep, storage: StorageDep, inbox: InboxDep, file: FileDep
) -> Response:
    """Take bytes; the last of all make a slide, which `Slide-Id` names."""
    incoming, index = file
    if request.headers.get("content-type") != tus.CONTENT_TYPE:
        raise tus.NotBytes(f"The bytes of an upload are sent as {tus.CONTENT_TYPE}.")
    offset = tus.number_in(request, "Upload-Offset")
    if not _is_all(inbox, incoming, index, offset):
        offset = await tus.receive(request, inbox, incoming, index, offset)
    headers = tus.headers_of(inbox, incoming, offset)
    if offset == incoming.files[index].size_bytes:
        headers |= _slide_of(
            await to_thread(uploads.complete, uploading.sessions, inbox, storage, incoming_id=incoming.id)
        )
    return Response(status_code=204, headers=headers)


@router.delete("/{address}")
def give_up(inbox: InboxDep, uploading: UploadingDep, file: FileDep) -> Response:
    """Forget an upload with all that has come, the other files of the same slide too."""
    incoming, _index = file
    with uploading.sessions.begin() as session:
        announcing.give_up(session, inbox, incoming=incoming, by=uploading.user)
    return Response(status_code=204, headers={"Tus-Resumable": tus.VERSION})


def address_of(incoming: Incoming, index: int) -> str:
    """Return where the bytes of a file are sent: a path, which holds behind any proxy."""
    return f"/api/uploads/{incoming.id.hex}-{index}"


def bounds_of(settings: Settings) -> Bounds:
    """Return what this installation takes."""
    return Bounds(settings.max_upload_bytes, settings.user_quota_bytes, settings.keep_file_names)


def _slide_of(slide_id: UUID | None) -> dict[str, str]:
    return {"Slide-Id": str(slide_id)} if slide_id else {}


def _is_all(inbox: Inbox, incoming: Incoming, index: int, offset: int) -> bool:
    """Say whether nothing is left to send, as where an answer was missed."""
    return offset == incoming.files[index].size_bytes == inbox.offset(incoming, index)
