import numpy as np
import pytest
import tifffile

from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.storage import Storage
from tests.factories import a_slide


@pytest.fixture
def slide(sessions: Sessions, storage: Storage, user: User) -> Slide:
    """A slide of 1500 × 1000 pixels in JPEG tiles of 240, with one level."""
    rgb = np.random.default_rng(1).integers(0, 255, (1000, 1500, 3), np.uint8)
    with sessions.begin() as session:
        slide = a_slide(session, user)
    path = storage.slide_file(slide.id, slide.entry)
    path.parent.mkdir(parents=True)
    tifffile.imwrite(path, rgb, tile=(240, 240), photometric="rgb", compression="jpeg")
    return slide
