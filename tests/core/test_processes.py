"""What processes give up for others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import os
from pathlib import Path
from backend.core.processes import let_others_go_first
let_others_go_first(7)
print(os.nice(0), Path("/proc/self/autogroup").read_text().split()[-1])
"""


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel knows no groups by session")
@pytest.mark.parametrize("leads", [True, False])
def test_who_leads_a_session_lowers_its_priority_and_who_works_in_another_s_does_not(leads: bool) -> None:
    inner = [sys.executable, "-c", CODE]
    outer = [sys.executable, "-c", f"import subprocess; subprocess.run({inner!r}, check=True)"]
    began = subprocess.run(
        inner if leads else outer, start_new_session=True, capture_output=True, check=True, text=True
    )
    assert began.stdout.split() == [str(os.nice(0) + 7), "7" if leads else "0"]


SERVER = """
import gc, time
from backend.core import processes
processes.SETTLED_S = 0.1
processes.keep_answering()
began = gc.get_freeze_count()
made = [[number] for number in range(1000)]
while gc.get_freeze_count() < began + len(made):
    time.sleep(0.01)
print(began > 1000)
"""


def test_what_a_server_made_for_good_is_not_searched_for_garbage_again() -> None:
    ran = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, check=True, text=True, timeout=120)
    assert ran.stdout.split() == ["True"]
