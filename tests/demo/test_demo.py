import os
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from backend.demo.children import ChildFailed, Children
from backend.demo.redis_server import LONGEST_SOCKET_PATH, socket_path
from backend.demo.run import _free_port

PARENT = """
import sys
from pathlib import Path
from backend.demo.children import Children
children = Children(Path(sys.argv[1]), {})
children.start("sleeper", ["sh", "-c", "echo $$; exec sleep 60"])
said = Path(sys.argv[1]) / "sleeper.log"
children.wait_for(lambda: said.read_text() != "", "It", 60)
print(said.read_text(), end="", flush=True)
sys.stdin.read()
"""


def is_alive(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_do_not_outlive_a_demo_that_is_killed(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert demo.stdout
    child = int(demo.stdout.readline())
    assert is_alive(child)
    demo.kill()
    demo.wait()
    deadline = monotonic() + 60
    while is_alive(child):
        assert monotonic() < deadline
        sleep(0.05)


def test_stopping_reaches_a_child_that_will_not_listen(tmp_path: Path) -> None:
    children = Children(tmp_path, {})
    stubborn = "ulimit -c 0; trap '' TERM; echo $$; while :; do sleep 1; done"  # to dump a core may take seconds
    children.start("stubborn", ["sh", "-c", stubborn])
    children.wait_for(lambda: (tmp_path / "stubborn.log").read_text() != "", "It", 60)
    process = int((tmp_path / "stubborn.log").read_text())
    assert is_alive(process)
    children.stop()
    assert not is_alive(process)


def test_child_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path) -> None:
    children = Children(tmp_path, {})
    children.start("web server", ["sh", "-c", "echo no room; exit 1"])
    with pytest.raises(ChildFailed, match=r"The web server stopped \(no room\)"):
        children.wait_for(lambda: False, "The web server", 10)


def test_socket_in_a_deep_folder_gives_way_to_a_short_one(tmp_path: Path) -> None:
    assert socket_path(Path("/srv/focusscope")) == Path("/srv/focusscope/redis.sock")
    deep = socket_path(tmp_path / ("deep" * 30))
    assert len(os.fsencode(deep)) <= LONGEST_SOCKET_PATH


def test_port_that_is_taken_is_replaced_by_a_free_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert _free_port("127.0.0.1", taken) not in (0, taken)
