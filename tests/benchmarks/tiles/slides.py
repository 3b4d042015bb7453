"""The slides to be measured, stored as an installation would."""

import os
import shutil
from pathlib import Path

from backend.core.settings import Settings
from backend.core.vault import Vault
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.services import accounts
from backend.storage import Storage
from backend.wsi.deepzoom import REVISION
from backend.wsi.levels import FILE, build_levels
from backend.wsi.slide import Slide
from tests.benchmarks.tiles.servers import Server
from tests.benchmarks.tiles.texture import deflated, jpeg2000, thin, write_textured
from tests.factories import PASSWORD, a_slide, a_user

UNBUILT = ("drawn", "drawn jpeg2000")
RECODED = ("lossless", "jpeg2000", *UNBUILT)


def side_of(part: str, side: int) -> int:
    """Return the side of a part's slide: those that are not JPEG are written from memory, so they are smaller."""
    return min(side, 8192) if part in RECODED else side


def prepared(data_dir: Path, side: int) -> dict[str, Server]:
    """Store slides as an installation would; return ours for each."""
    settings = Settings(data_dir=data_dir, redis_url="memory://", _env_file=None)
    storage = Storage(data_dir)
    storage.prepare()
    migrate(settings.database)
    small = side_of("drawn", side)
    sides = {"stored": side, "missing": side, **dict.fromkeys(RECODED, small), "a quarter": side // 2}
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        user = a_user(session)
        _, token = accounts.sign_in(session, username=user.username, password=PASSWORD, hours=12, vault=Vault(settings))
        slides = {kind: a_slide(session, user, width=length, height=length) for kind, length in sides.items()}
    paths = {kind: storage.slide_file(slide.id, slide.entry) for kind, slide in slides.items()}
    for path in paths.values():
        path.parent.mkdir(parents=True)
    write_textured(paths["stored"], side)
    write_textured(paths["a quarter"], sides["a quarter"])
    thin(paths["stored"], paths["missing"])
    deflated(paths["stored"], paths["lossless"], small)
    shutil.copy(paths["lossless"], paths["drawn"])
    jpeg2000(paths["stored"], paths["jpeg2000"], small)
    shutil.copy(paths["jpeg2000"], paths["drawn jpeg2000"])
    for kind in paths.keys() - set(UNBUILT):
        with Slide(paths[kind]) as opened:
            build_levels(opened, storage.levels(slides[kind].id) / FILE)
    os.sync()
    cookie = f"focusscope_session={token}"
    return {
        kind: Server("ours", data_dir, paths[kind], f"/api/slides/{slide.id}/deepzoom-{REVISION}_files", cookie)
        for kind, slide in slides.items()
    }
