"""`python -m backend.cli` is `focusscope`."""

from backend.cli import app

if __name__ == "__main__":  # processes that are spawned import this, too
    app()
