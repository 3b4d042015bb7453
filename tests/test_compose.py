"""What docker-compose.yml promises, read from the file: containers themselves are not started here."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from click.testing import CliRunner

from backend.cli import app
from backend.core.settings import ROOT, Settings
from backend.db.session import MOST_CONNECTIONS

COMPOSE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("image") == "focusscope"}
SECRET = re.compile("PASSWORD|SECRET|TOKEN|KEY")


def test_all_parts_are_there() -> None:
    parts = {"proxy", "postgres", "redis", "store", "migrate", "api", "worker-cpu", "worker-gpu", "backups"}
    assert set(SERVICES) == parts


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_one_of_the_program_with_options_that_it_knows(name: str) -> None:
    command, *arguments = OURS[name]["command"]
    known = typer.main.get_command(app)
    answer = CliRunner().invoke(known, [command, *arguments, "--help"])  # type: ignore[arg-type]  # Typer's click
    assert answer.exit_code == 0, answer.output
    said = known.commands[command]  # type: ignore[attr-defined]  # a group
    options = {option for parameter in said.params for option in parameter.opts}
    assert {one for one in arguments if one.startswith("--")} <= options


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_hardened(name: str) -> None:
    one = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", one["user"]), "a user of its own, by number, and not root"
    assert one["read_only"] is True and one["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in one["security_opt"] and not one.get("privileged")
    assert "healthcheck" in one and (name == "migrate" or "disable" not in one["healthcheck"])
    assert "docker.sock" not in str(one)


def test_no_secret_has_a_default() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    for name, default in re.findall(r"\$\{(\w+)(:?[-?][^}]*)?\}", text):
        if SECRET.search(name):
            assert default.startswith(":?") or default == ":-", f"{name} must be set, or be without a value"
    for name, one in SERVICES.items():
        for variable, value in (one.get("environment") or {}).items():
            if SECRET.search(variable):
                assert "${" in str(value), f"{variable} of {name} is written in the file"
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    required = set(re.findall(r"\$\{(\w+):\?", text))
    assert required <= set(given) and not any(given[one] for one in required if SECRET.search(one))


def test_each_variable_of_ours_is_a_setting() -> None:
    known = {f"FOCUSSCOPE_{name.upper()}" for name in Settings.model_fields}
    for one in OURS.values():
        assert {name for name in one["environment"] if name.startswith("FOCUSSCOPE_")} <= known


def test_only_the_proxy_is_published_and_its_measurements_are_not() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    caddy = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert re.search(r"@inside path /metrics /ready\n\s+respond @inside 404", caddy)
    assert "tls {$FOCUSSCOPE_TLS}" in caddy


def test_the_database_has_a_connection_for_whoever_asks_where_the_api_is_scaled() -> None:
    allowed = int(re.findall(r"max_connections=(\d+)", str(SERVICES["postgres"]["command"]))[0])
    said = [one["command"] for one in (*[OURS["api"]] * 4, OURS["worker-cpu"], OURS["worker-gpu"])]
    serving = sum(int(command[command.index("--processes") + 1]) for command in said)
    assert allowed >= (serving + 4) * MOST_CONNECTIONS, "each worker's watch, a backup, and whoever looks"


def test_no_log_fills_the_disk() -> None:
    assert all(one["logging"]["options"].keys() == {"max-size", "max-file"} for one in SERVICES.values())


def test_what_one_container_asks_another_goes_to_no_proxy() -> None:
    for name in {*OURS, "proxy", "store"}:
        told = SERVICES[name]["environment"]
        assert told["NO_PROXY"] == told["no_proxy"] and {"store", "127.0.0.1"} <= set(told["NO_PROXY"].split(","))


def test_only_what_asks_for_keys_is_reached_in_the_object_store() -> None:
    said = (ROOT / "deploy" / "store.sh").read_text(encoding="utf-8").split()
    assert [one for one in said if "0.0.0.0" in one] == ["-s3.ip.bind=0.0.0.0"] and "-ip.bind=127.0.0.1" in said


def test_the_object_store_may_fill_its_disk() -> None:
    said = (ROOT / "deploy" / "store.sh").read_text(encoding="utf-8")
    assert "-volume.max=0 " in said, "unless told, SeaweedFS makes 8 volumes, and 7 of them are not the bucket's"
    assert int(re.findall(r"volumeSizeLimitMB=(\d+)", said)[0]) <= 1024, "a small disk has room for several"


def test_the_gpu_is_given_to_its_worker_alone() -> None:
    reserved = {name for name, one in SERVICES.items() if "nvidia" in str(one.get("deploy"))}
    assert reserved == {"worker-gpu"}


def test_workers_let_whoever_looks_at_a_slide_go_first() -> None:
    workers = {"worker-cpu", "worker-gpu"}
    assert {name for name, one in SERVICES.items() if one.get("cpu_shares", 1024) < 1024} == workers
    assert {name for name, one in SERVICES.items() if one.get("oom_score_adj", 0) > 0} == workers


def test_the_user_of_the_image_is_the_one_of_the_services() -> None:
    uid = {one["user"].split(":")[0] for one in OURS.values()}
    assert len(uid) == 1 and f"--uid {uid.pop()}" in Path(ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_proxy_alone_says_where_a_request_comes_from() -> None:
    trusted = SERVICES["api"]["environment"]["FORWARDED_ALLOW_IPS"]
    assert trusted == "*" and "ports" not in SERVICES["api"], "the first address of the header is taken, so"
    assert "header_up X-Forwarded-For {remote_host}" in (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")


def test_who_serves_does_not_own_the_tables() -> None:
    owners = {name for name, one in SERVICES.items() if "//focusscope:" in str((one.get("environment") or {}).values())}
    assert owners == {"migrate", "backups"}
