"""A real S3 server for tests: SeaweedFS, from its wheel."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from json import dumps
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

from backend.core.processes import die_with_parent
from backend.core.settings import Settings

KEY, SECRET, BUCKET = "tests", "a secret for tests", "focusscope"


@contextmanager
def s3_server(folder: Path) -> Iterator[Settings]:
    """Start a server on this machine; yield the settings of a client that knows its keys."""
    identity = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    config = folder / "s3.json"
    config.write_text(dumps({"identities": [identity]}))
    master, volume, filer, s3 = (_free_port() for _ in range(4))
    command = [
        _weed(), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
        f"-volume.port={volume}", "-volume.max=8", "-master.volumeSizeLimitMB=64", "-filer", f"-filer.port={filer}",
        "-s3", f"-s3.port={s3}", "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={config}",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, preexec_fn=die_with_parent)
    endpoint = f"http://127.0.0.1:{s3}"
    try:
        _wait(f"http://127.0.0.1:{filer}", server)
        yield Settings(
            store_endpoint=endpoint, store_key_id=KEY, store_secret=SECRET, store_region="us-east-1", _env_file=None
        )
    finally:
        server.kill()
        server.wait()


def a_bucket(settings: Settings, server: Settings) -> None:
    """Let an installation keep its files on the server, in a place of its own."""
    for name in ("store_endpoint", "store_key_id", "store_secret", "store_region"):
        setattr(settings, name, getattr(server, name))
    settings.store = f"s3://{BUCKET}/{uuid4().hex}"


def _weed() -> str:
    return shutil.which("weed") or str(Path(sys.executable).with_name("weed"))


def _free_port() -> int:
    """Return a free port; the server takes the one 10,000 above it, too."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            if port < 55000:
                with suppress(OSError):
                    other.bind(("127.0.0.1", port + 10000))
                    return port


def _wait(filer: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until files can be stored and the bucket can be listed."""
    opener, deadline = build_opener(ProxyHandler({})), monotonic() + 30
    while True:
        assert server.poll() is None, "the server has ended"
        try:
            opener.open(Request(f"{filer}/buckets/{BUCKET}/", method="POST"), timeout=5)
            return
        except (URLError, OSError):
            pass
        assert monotonic() < deadline, "the server did not start"
        sleep(0.1)
