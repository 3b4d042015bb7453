"""Sealing what the database keeps but must not tell: only this installation, by its secret, can open it again."""

import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.core.errors import FocusScopeError
from backend.core.settings import Settings

FILE = "secret.key"


class SecretChanged(FocusScopeError):
    """What was sealed with another secret stays closed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This was stored under another secret of the installation and cannot be read: ask an admin to reset your "
            "second factor."
        )


class Vault:
    """Seals and opens short texts, with a key of its own for each purpose.

    All keys come from `FOCUSSCOPE_SECRET_KEY`, or, where that is not set, from a file in the data folder that only its
    owner reads and that is made when it is first needed.
    """

    def __init__(self, settings: Settings) -> None:
        self._set, self._file = settings.secret_key.get_secret_value(), settings.data_dir / FILE

    def seal(self, text: str, *, purpose: str) -> str:
        """Return the text sealed: nobody without the secret reads or changes it."""
        return self._key(purpose).encrypt(text.encode()).decode()

    def open(self, sealed: str, *, purpose: str, seconds: int | None = None) -> str:
        """Return what was sealed, if that was not longer ago than so many `seconds`.

        Raises:
            SecretChanged: where it was sealed with another secret, for another purpose, too long ago, or not at all.
        """
        try:
            return self._key(purpose).decrypt(sealed.encode(), seconds).decode()
        except InvalidToken as error:
            raise SecretChanged from error

    def _key(self, purpose: str) -> Fernet:
        secret = self._set or _kept(self._file)
        key = HKDF(SHA256(), length=32, salt=None, info=f"focusscope {purpose}".encode()).derive(secret.encode())
        return Fernet(urlsafe_b64encode(key))


def _kept(file: Path) -> str:
    """Return the secret in a file; make it where there is none, once, whoever else is making it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent) as made:  # only its owner may read it
            made.write(token_urlsafe(48))
            made.flush()
            os.fsync(made.fileno())
            with suppress(FileExistsError):
                os.link(made.name, file)
    return file.read_text(encoding="ascii")
