"""Resumable upload by the tus protocol (https://tus.io), version 1.0."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from tuspyserver import create_tus_router

from backend.api.dependencies import SESSION_COOKIE, SessionsDep, SettingsDep, StorageDep, get_sessions
from backend.api.tus import DAYS_TO_KEEP, SLIDE_ID, UploadStorage, remove_stale
from backend.core.errors import NotFound
from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import User
from backend.services import accounts, uploads
from backend.services.uploads import UploadRefused
from backend.storage import Storage, entry_of, sha256_of

EXTENSIONS = "creation,expiration,termination"


def get_uploader(request: Request, sessions: Annotated[Sessions, Depends(get_sessions)]) -> User:
    """Return who is signed in, with no transaction open while the bytes come."""
    with sessions() as session:
        return accounts.user_of_token(session, token=request.cookies.get(SESSION_COOKIE))


Uploader = Annotated[User, Depends(get_uploader)]


def guard(request: Request, response: Response, user: Uploader) -> Iterator[None]:
    """Admit only the upload's owner, before a byte is read; answer with addresses that hold behind any proxy."""
    uid = request.path_params.get("uuid")
    if uid is not None and not uid.startswith(f"{user.id.hex}-"):
        raise NotFound("There is no such upload; it may have been finished or removed. Please start it again.")
    yield
    if location := response.headers.get("location"):
        response.headers["location"] = urlsplit(location).path


def check_before_creation(request: Request, settings: SettingsDep, storage: StorageDep) -> Callable[..., None]:
    """Refuse an upload that could not succeed, before its first byte."""

    def check(metadata: dict[str, str], upload: dict[str, Any]) -> None:
        if SLIDE_ID in metadata:
            raise UploadRefused("The upload cannot say which slide it becomes.")
        if "upload-concat" in request.headers or upload["size"] is None:
            raise UploadRefused("The upload must state its length and come in one piece.")
        if request.headers.get("content-length", "0") != "0":
            raise UploadRefused("The upload must be created first and its bytes sent after that.")
        remove_stale(storage.uploads)
        uploads.check(storage, size_bytes=upload["size"], max_bytes=settings.max_upload_bytes)

    return check


def name_upload(user: Uploader) -> Callable[[dict[str, str]], dict[str, str]]:
    """Give an upload a random name that says whose it is."""
    return lambda _metadata: {"uid": f"{user.id.hex}-{uuid4().hex}"}


def hand_over(
    response: Response, sessions: SessionsDep, storage: StorageDep, user: Uploader
) -> Callable[[str, dict[str, str]], Awaitable[None]]:
    """Make a slide of a finished upload, once: asked again, it only repeats which slide that is."""

    async def complete(path: str, metadata: dict[str, str]) -> None:
        if SLIDE_ID not in metadata:
            slide_id = await to_thread(make_slide, sessions, storage, Path(path), metadata["filename"], user)
            metadata[SLIDE_ID] = str(slide_id)
            await UploadStorage(str(storage.uploads)).finish(Path(path).name, str(slide_id))
        response.headers["Slide-Id"] = metadata[SLIDE_ID]

    return complete


def make_slide(sessions: Sessions, storage: Storage, path: Path, file_name: str, user: User) -> UUID:
    """Move the bytes to a slide's folder and enter it into the worklist; both happen or neither."""
    slide_id = uuid4()
    sha256, size_bytes = sha256_of(path), path.stat().st_size
    with storage.adopting(path, slide_id, entry_of(file_name)), sessions.begin() as session:
        uploads.register(session, slide_id=slide_id, file_name=file_name, sha256=sha256, size_bytes=size_bytes, by=user)
    return slide_id


def create_router(settings: Settings, storage: Storage) -> APIRouter:
    """Return the upload routes; what tuspyserver offers beyond them (download, joining parts) is left out."""
    # The package's annotations are narrower than what it documents and does.
    dependencies: dict[str, Any] = {
        "auth": get_uploader,
        "pre_create_dep": check_before_creation,
        "file_dep": name_upload,
        "upload_complete_dep": hand_over,
    }
    tus = create_tus_router(
        prefix="uploads",
        files_dir=str(storage.uploads),
        storage=UploadStorage(str(storage.uploads)),
        max_size=settings.max_upload_bytes,
        days_to_keep=DAYS_TO_KEEP,
        **dependencies,
    )
    tus.routes[:] = [route for route in tus.routes if not {"GET", "OPTIONS"} & getattr(route, "methods", set())]
    router = APIRouter(prefix="/api", include_in_schema=False)

    @router.options("/uploads", status_code=204)
    def describe_uploads() -> Response:
        """Say what the upload server can do."""
        maximum = str(settings.max_upload_bytes)
        headers = {
            "Tus-Resumable": "1.0.0",
            "Tus-Version": "1.0.0",
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": maximum,
        }
        return Response(status_code=204, headers=headers)

    router.include_router(tus, dependencies=[Depends(guard, scope="function")])
    return router
