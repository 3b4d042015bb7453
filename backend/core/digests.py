"""One hash for a slide of several files."""

from collections.abc import Mapping
from hashlib import sha256


def digest_of(hashes: Mapping[str, str]) -> str:
    """Return the SHA-256 of a slide from those of its files by place.

    That of its file where there is one; else that of the list that `sha256sum` prints, sorted by place.
    """
    if len(hashes) == 1:
        return next(iter(hashes.values()))
    return sha256("".join(f"{hashes[place]}  {place}\n" for place in sorted(hashes)).encode()).hexdigest()
