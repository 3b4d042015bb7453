"""The process itself: a task as JSON on stdin, what became of it as one line of JSON on stdout."""

import json
import sys
import traceback
from pathlib import Path
from typing import Any

from backend.core.disk import is_full
from backend.core.errors import FocusScopeError
from backend.core.processes import die_with_parent
from backend.wsi.arrival.limits import Limits


def main() -> None:
    """Do the task; whatever is raised becomes a sentence, or a place in the code."""
    die_with_parent()
    task = json.load(sys.stdin)
    Limits(**task["limits"]).apply()
    try:
        said = _work(task)
    except FocusScopeError as error:
        said = {"refused": error.sentence}
    except MemoryError:
        said = {"refused": _too_much_memory()}
    except OSError as error:
        said = {"no_room": True} if is_full(error) else {"fault": _place_of(error)}
    except Exception as error:
        said = {"fault": _place_of(error)}
    sys.stdout.write("\n" + json.dumps(said) + "\n")


def _work(task: dict[str, Any]) -> dict[str, Any]:
    # Imported under the limits, as are the libraries that it loads.
    from backend.wsi.arrival import archive
    from backend.wsi.arrival.accept import accept

    if "archive" in task:
        return archive.work(task)
    accept(Path(task["folder"]), task["entry"])
    return {}


def _too_much_memory() -> str:
    from backend.wsi.arrival.receive import TOO_MUCH_MEMORY

    return TOO_MUCH_MEMORY


def _place_of(error: Exception) -> str:
    """Name the kind of a fault and where it was raised; its message may quote the file, and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join([type(error).__name__, *(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))])


if __name__ == "__main__":
    main()
