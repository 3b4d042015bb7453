"""The API contract as a document: `python -m backend.api.openapi > frontend/openapi.json`."""

import json
import sys
from typing import Any

from fastapi import FastAPI

from backend import __version__
from backend.api.router import probes, router

TITLE = "FocusScope"


def document() -> dict[str, Any]:
    """Describe every route and shape."""
    app = FastAPI(title=TITLE, version=__version__)
    app.include_router(router)
    app.include_router(probes)
    return app.openapi()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=2, ensure_ascii=False) + "\n")
