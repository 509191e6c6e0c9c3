"""docs/servers/compose.yaml, as far as it can be held to anything without Docker: what it names is there."""

import re
from pathlib import Path
from typing import Any

import yaml
from mlflow.cli import server
from sqlalchemy import make_url

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "servers"
TEXT = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
# ${NAME}, ${NAME:-default} or ${NAME:?message}
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def test_what_services_name_is_declared() -> None:
    for service in SERVICES.values():
        assert ("image" in service) != ("build" in service)
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in COMPOSE["volumes"]
        assert {each["source"] for each in service.get("configs", [])} <= COMPOSE["configs"].keys()
        assert service.get("depends_on", {}).keys() <= SERVICES.keys()
        assert service["healthcheck"]["test"][0] == "CMD"


def test_no_secret_is_shipped_and_none_may_be_missing() -> None:
    settings = dict(re.findall(r"^(\w+)=(.*)$", (FOLDER / "example.env").read_text(encoding="utf-8"), re.MULTILINE))
    used = {name: (kind, text) for name, kind, text in VARIABLE.findall(TEXT)}
    assert used.keys() == settings.keys()
    secrets = {name for name in used if name.endswith(("PASSWORD", "KEY"))}
    assert secrets == {"POSTGRES_PASSWORD", "MLFLOW_ADMIN_PASSWORD", "MLFLOW_SECRET_KEY"}
    assert all(used[name][0] == "?" and settings[name] == "" for name in secrets)
    assert all(used[name] == ("-", settings[name]) for name in used.keys() - secrets)
    for service in SERVICES.values():
        secret = [value for name, value in service["environment"].items() if re.search("PASSWORD|KEY|URI", name)]
        assert secret
        assert all("${" in value for value in secret)


def test_only_this_host_reaches_them_unless_somebody_says_otherwise() -> None:
    ports = {name: [VARIABLE.sub(r"\3", port) for port in service["ports"]] for name, service in SERVICES.items()}
    assert ports == {"postgresql": ["127.0.0.1:5432:5432"], "mlflow": ["127.0.0.1:5000:5000"]}


def test_mlflow_s_server_has_these_options_and_that_database() -> None:
    service = SERVICES["mlflow"]
    assert service["command"][:2] == ["mlflow", "server"]
    known = {option for parameter in server.params for option in parameter.opts}
    assert {word.partition("=")[0] for word in service["command"][2:]} <= known
    assert "--app-name=basic-auth" in service["command"]
    url = make_url(VARIABLE.sub("secret", service["environment"]["MLFLOW_BACKEND_STORE_URI"]))
    assert (url.drivername, url.username, url.host) == ("postgresql+psycopg", "ganbench", "postgresql")
    assert COMPOSE["configs"]["databases"]["content"] == f"CREATE DATABASE {url.database};"
    assert SERVICES["postgresql"]["environment"]["POSTGRES_USER"] == url.username
    volumes = [volume.partition(":")[2] for volume in service["volumes"]]
    assert service["working_dir"] in volumes
    assert any(word.startswith("--artifacts-destination=/mlflow/") for word in service["command"])


def test_the_server_is_of_the_release_that_the_lock_has() -> None:
    (locked,) = re.findall(
        r"^mlflow==(\S+)", (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert f"'mlflow[auth]=={locked}'" in SERVICES["mlflow"]["build"]["dockerfile_inline"]
