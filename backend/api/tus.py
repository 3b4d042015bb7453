"""Where the bytes of a running upload lie.

Departs from tuspyserver's own storage where that would lose or mix up data: bytes go to disk as they come instead of
gathering in memory; the length of the file *is* the offset, so that a crash in the middle of a request costs nothing;
and a finished upload keeps answering that it is finished, so that a browser that missed the answer does not begin anew.
"""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time
from typing import Any

from fastapi import HTTPException
from tuspyserver.storage.local import LocalFileStorage

from backend.services.uploads import DiskFailed, DiskFull
from backend.storage import UNNAMED

WRITE_BYTES = 8 * 2**20
DAYS_TO_KEEP = 5
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SLIDE_ID = "slide_id"


class UploadStorage(LocalFileStorage):
    """Uploads as plain files in one folder, each with a small `.info` beside it."""

    async def append(self, uid: str, chunk: bytes) -> None:
        """Take some bytes; write them once there are enough for a write to be worthwhile."""
        await super().append(uid, chunk)
        if len(self._pending[uid]) >= WRITE_BYTES:
            await self.flush(uid)

    async def flush(self, uid: str) -> None:
        """Write what has gathered; a disk that fails is said in a way that the protocol handler does not swallow."""
        try:
            await super().flush(uid)
        except OSError as error:
            problem = DiskFull() if error.errno in NO_ROOM else DiskFailed()
            raise HTTPException(problem.status, problem.sentence) from error

    async def read_info(self, uid: str) -> dict[str, Any] | None:
        """Return what is known of an upload, with the offset that is true."""
        info: dict[str, Any] | None = await super().read_info(uid)
        if info is None:
            return None
        # Browsers know no type for slides, and the protocol handler insists on one.
        metadata = info["metadata"]
        metadata["filename"] = metadata.get("filename") or UNNAMED
        metadata["filetype"] = metadata.get("filetype") or "application/octet-stream"
        offset = info["size"] if SLIDE_ID in metadata else await self.size(uid)
        return info | {"metadata": metadata, "offset": offset}

    async def exists(self, uid: str) -> bool:
        """Say whether there is such an upload, be it running or finished."""
        return await asyncio.to_thread(Path(self._info_path(uid)).exists)

    async def finish(self, uid: str, slide_id: str) -> None:
        """Remember which slide an upload became, and no more: its bytes have moved, its name may name a patient."""
        info = await self.read_info(uid)
        if info:
            await self.write_info(uid, info | {"metadata": {SLIDE_ID: slide_id}})

    @asynccontextmanager
    async def lock(self, uid: str) -> AsyncIterator[None]:  # type: ignore[override]  # as its parent does
        """Let one request at a time write to an upload, and leave nothing of a failed one in memory."""
        async with super().lock(uid):
            self._pending.pop(uid, None)
            try:
                yield
            finally:
                self._pending.pop(uid, None)


def remove_stale(folder: Path, days: int = DAYS_TO_KEEP) -> None:
    """Remove uploads that nobody has continued for days."""
    oldest = time() - days * 86400
    for file in folder.glob("*"):
        if file.is_file() and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
