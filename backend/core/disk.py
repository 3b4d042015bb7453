"""Disks that are full."""

import errno
import shutil
from pathlib import Path

KEPT_FREE_BYTES = 64 * 2**20
"""Nothing that can wait takes the last of the disk: the database needs some."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: OSError) -> bool:
    """Say whether something failed for want of room."""
    return error.errno in _NO_ROOM


def has_room(folder: Path, size_bytes: int) -> bool:
    """Say whether the disk of a folder takes this much, and keeps some free."""
    return shutil.disk_usage(folder).free >= size_bytes + KEPT_FREE_BYTES
