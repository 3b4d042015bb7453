import pytest
from alembic.config import Config

from backend.core.settings import ROOT, Settings


@pytest.fixture
def alembic(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = settings.database
    return config
