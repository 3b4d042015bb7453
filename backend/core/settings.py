"""Where things are and how this process may behave: read once from the environment (`FOCUSSCOPE_*`).

Nothing here changes a result: thresholds are options of the pipeline and are stored with every analysis.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
SHORTEST_SECRET = 32


class Settings(BaseSettings):
    """Environment settings, with defaults that suit one machine.

    `blind_first` asks every reader for a read of their own before the proposals of an analysis are shown to them.
    `user_quota_bytes` bounds what the slides of one user may take, where it is not 0. `tile_cache_bytes` bounds what is
    kept of tiles that had to be drawn. `keep_file_names` lists slides under the names of their files, which may name
    patients, instead of neutral ones. `metrics_token` opens `/metrics`; without one this machine alone may ask.
    `device` is where analyses run, one at a time on each: on every GPU, or else on the processor; or what is named, as
    "cuda:0,cuda:1" or, for two at a time on the processor, "cpu,cpu".
    `store` is where slides are kept, as `s3://bucket/prefix`; the data folder unless it is set. Then
    `store_cache_bytes` bounds the slides that this machine holds, and `store_patience_s` how long the object store is
    asked again when it fails.
    `requests_per_minute` is how often one caller may ask each server process, tiles and uploads not counted; 0 is no
    limit. `second_factor` says who must have one: nobody, admins and leads, or everyone.
    `secret_key` seals what the database must not tell; unless it is set, a file `secret.key` in the data folder does.
    `oidc_issuer` is the OpenID provider with which people may sign in, `oidc_name` what the page calls it. Accounts are
    found by the e-mail address that an admin entered, which the provider tells in `oidc_email_claim`; `oidc_unknown`
    says what becomes of anybody else: refused, or the role that they get at `oidc_site`. `oidc_second_factor` says
    whether all who come from there count as having given a second factor, or those of whom the provider states it.
    """

    model_config = SettingsConfigDict(env_prefix="FOCUSSCOPE_", env_file=".env", extra="ignore")

    data_dir: Path = ROOT / "var"
    database_url: str = ""
    redis_url: str = ""
    frontend_dir: Path = ROOT / "frontend" / "dist"
    weights_dir: Path = ROOT / "models" / "weights"
    device: str = "auto"
    host: str = "127.0.0.1"
    port: int = 8000
    store: str = ""
    store_endpoint: str = ""
    store_region: str = ""
    store_key_id: str = ""
    store_secret: str = ""
    store_patience_s: float = 60
    store_cache_bytes: int = 200 * 2**30
    metrics_token: str = ""
    secure_cookies: bool = False
    requests_per_minute: int = Field(default=1200, ge=0)
    session_hours: int = 12
    secret_key: SecretStr = SecretStr("")
    second_factor: Literal["optional", "leads", "everyone"] = "optional"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "single sign-on"
    oidc_email_claim: str = "email"
    oidc_unknown: Literal["refused", "viewer", "reader"] = "refused"
    oidc_site: str = "main"
    oidc_second_factor: Literal["trusted", "stated"] = "trusted"
    max_upload_bytes: int = 20 * 2**30
    user_quota_bytes: int = 0
    keep_file_names: bool = False
    tile_cache_bytes: int = 4 * 2**30
    blind_first: bool = False
    analysis_hard_limit_s: int = 4 * 3600

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} random characters")
        return value

    @model_validator(mode="after")
    def _asks_a_provider_safely(self) -> Self:
        if self.oidc_issuer and not (is_private_address(self.oidc_issuer) and self.oidc_client_id):
            raise ValueError("an OpenID provider has an https address and has given this installation a client id")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; a SQLite file in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'focusscope.db'}"

    @property
    def broker(self) -> str:
        """The Celery broker URL; a Redis socket in the data folder unless one is set."""
        return self.redis_url or f"redis+socket://{self.data_dir / 'redis.sock'}"


def is_private_address(address: str) -> bool:
    """Say whether nobody on the way reads or changes what is asked there: over TLS, or on this machine."""
    parts = urlsplit(address)
    at_home = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or at_home)


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
