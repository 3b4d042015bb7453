"""What resumable upload by the tus protocol (https://tus.io, version 1.0) says in headers and bodies."""

import asyncio
from base64 import b64decode
from email.utils import formatdate

from fastapi import Request
from starlette.requests import ClientDisconnect

from backend.core.errors import Conflict, FocusScopeError
from backend.inbox import Inbox, Incoming, Part
from backend.services.incoming import NoSuchUpload, UploadRefused

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
CONTENT_TYPE = "application/offset+octet-stream"
WRITE_BYTES = 8 * 2**20
PATIENCE_S = 60.0
"""A connection on which nothing comes for so long is given up, so that another may go on."""

_MOST_DIGITS = 18


class TusVersionUnknown(FocusScopeError):
    """The client speaks another version."""

    status = 412


class NotBytes(FocusScopeError):
    """The body is not what the protocol sends bytes as."""

    status = 415


def require_version(request: Request) -> None:
    """Refuse a client that speaks another version of the protocol."""
    if request.headers.get("tus-resumable") != VERSION:
        raise TusVersionUnknown("The upload speaks another version of the tus protocol than this server's, 1.0.0.")


def number_in(request: Request, header: str) -> int:
    """Read a header that holds a number, not negative."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise UploadRefused(f"The upload must state {header} as a number.")
    return int(text)


def metadata_in(request: Request) -> dict[str, str]:
    """Decode `Upload-Metadata`: pairs of a key and base64, separated by commas; what does not decode is empty."""
    pairs = (pair.strip().partition(" ") for pair in request.headers.get("upload-metadata", "").split(","))
    return {key: _decoded(value) for key, _, value in pairs if key}


def headers_of(inbox: Inbox, incoming: Incoming, offset: int) -> dict[str, str]:
    """Say how much has come, and how long it is kept."""
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(offset), "Cache-Control": "no-store"}
    if not incoming.finished:
        headers["Upload-Expires"] = formatdate(inbox.expires_at(incoming), usegmt=True)
    return headers


async def receive(request: Request, inbox: Inbox, incoming: Incoming, index: int, offset: int) -> int:
    """Write the body to a file, from `offset`; return how many bytes of the file there are then.

    A connection that is lost loses nothing that came. On any refusal the rest of the body is read first: a browser does
    not hear an answer while it is still sending.
    """
    try:
        with inbox.writing(incoming, index) as part:
            if part.offset != offset:
                raise Conflict("The upload goes on at another byte than was said.")
            await _write(request, part)
            return part.offset
    except FileNotFoundError as error:
        raise NoSuchUpload from error
    except FocusScopeError:
        await _ignore_the_rest(request)
        raise


async def _write(request: Request, part: Part) -> None:
    gathered = bytearray()
    try:
        stream = request.stream()
        while True:
            async with asyncio.timeout(PATIENCE_S):
                data = await anext(stream, b"")
            if not data:
                break
            gathered += data
            if len(gathered) >= WRITE_BYTES:
                await asyncio.to_thread(part.append, gathered)
                gathered = bytearray()
    except (ClientDisconnect, TimeoutError):
        pass
    if gathered:
        await asyncio.to_thread(part.append, gathered)


async def _ignore_the_rest(request: Request) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for _ in request.stream():
                pass
    except (ClientDisconnect, TimeoutError, RuntimeError):  # gone, or already read
        pass


def _decoded(value: str) -> str:
    try:
        return b64decode(value, validate=True).decode("utf-8")
    except ValueError:  # no base64, or no text in it
        return ""
