"""How far the whole pipeline is from the truth on phantoms of unseen seeds: `models.training.evaluate`, kept nowhere.

make bench ARGS="--slides 10"
"""

import subprocess
import sys
import tempfile


def main() -> None:
    """Run from the command line."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "models.training.evaluate", "--out", folder, *sys.argv[1:]]
        sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
