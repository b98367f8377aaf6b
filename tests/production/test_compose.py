"""docker-compose.yml, held against the real Compose and against the product itself."""

import re
import sys
import tomllib

import pytest
import yaml

from tests.production.conftest import BIN, COMPOSE, FILLED_IN, ROOT, clean_environment, run
from tutoring_admin.engines.postgres import binaries, major
from tutoring_admin.engines.valkey import binary

OF_COMPOSE_ALONE = {"POSTGRES_PASSWORD", "WEB_PORTS"}
OF_GUNICORN = {"WEB_CONCURRENCY"}
OF_DJANGO = {"DJANGO_SETTINGS_MODULE"}
OURS = ("migrate", "web", "worker", "beat")
VARIABLE = re.compile(r"\$\{([A-Z_]+)")


def config(**environment):
    return run([BIN / "docker-compose", "-f", COMPOSE, "config"], **environment)


def test_the_real_compose_accepts_the_file():
    accepted = config(**FILLED_IN)

    assert accepted.returncode == 0, accepted.stderr
    services = yaml.safe_load(accepted.stdout)["services"]
    assert set(services) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", sorted(FILLED_IN))
def test_a_missing_value_stops_compose_and_is_named(name):
    refused = config(**{**FILLED_IN, name: ""})

    assert refused.returncode != 0
    assert name in refused.stderr


def test_each_variable_is_known_to_the_settings(compose, read_by_settings):
    used = set(VARIABLE.findall(COMPOSE.read_text()))
    given = {name for one in OURS for name in compose["services"][one]["environment"]}

    assert used - OF_COMPOSE_ALONE - OF_GUNICORN <= read_by_settings
    assert given - OF_GUNICORN - OF_DJANGO <= read_by_settings


def test_the_addresses_are_ones_that_the_settings_understand():
    services = yaml.safe_load(config(**FILLED_IN).stdout)["services"]
    asked = """
from django.conf import settings as s
d = s.DATABASES["default"]
print(d["HOST"], d["NAME"], d["USER"], d["PASSWORD"], s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS)
"""

    said = run([sys.executable, "-c", asked], **services["web"]["environment"])

    assert said.stdout.split() == [
        *("postgres", "tutoring", "tutoring", "letters1and2digits"),
        *("mail.example.org", "587", "True"),
    ]


@pytest.mark.parametrize("name", OURS)
def test_each_command_exists_with_all_its_options(compose, name):
    program, *arguments = compose["services"][name]["command"]

    shown = run(
        [BIN / program, *arguments, "--help"],
        **FILLED_IN,
        DATABASE_URL="postgres://nobody@localhost/none",
        REDIS_URL="redis://localhost",
        DJANGO_SETTINGS_MODULE="tutoring_admin.settings.production",
    )

    assert shown.returncode == 0, shown.stderr
    assert "usage" in shown.stdout.lower()


def test_the_servers_have_the_major_versions_that_the_tests_run_on(compose):
    services = compose["services"]
    valkey = run([binary(), "--version"]).stdout  # … v=9.1.2 …

    assert services["postgres"]["image"] == f"postgres:{major(binaries())}"
    assert services["redis"]["image"] == f"valkey/valkey:{valkey.split('v=')[1].split('.')[0]}"


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "beat"])
def test_each_lasting_service_has_a_health_check_and_comes_back(compose, name):
    service = compose["services"][name]

    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_our_services_can_do_no_more_than_they_must(compose, name):
    service = compose["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_web_and_worker_can_be_scaled(compose):
    for service in compose["services"].values():
        assert "container_name" not in service
    (port,) = compose["services"]["web"]["ports"]
    assert "-" in port.split(":-")[1].split("}")[0], "one host port cannot serve three replicas"
    assert "ports" not in compose["services"]["worker"]


def test_every_volume_is_named_and_data_live_in_one(compose):
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }

    assert used == set(compose["volumes"]) == {"postgres", "redis", "files"}


def test_the_image_is_named_after_the_version_of_the_product(compose):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert {compose["services"][name]["image"] for name in OURS} == {f"tutoring-admin:{version}"}


def test_web_and_worker_share_the_rendered_files(compose):
    services = compose["services"]

    assert services["web"]["volumes"] == services["worker"]["volumes"] == ["files:/files"]
    assert services["web"]["environment"]["FILES_DIR"] == "/files"


def test_servers_cannot_be_reached_from_outside(compose):
    for name in ("postgres", "redis"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert "ports" not in compose["services"][name]
    assert compose["networks"]["inside"] == {"internal": True}


def test_the_health_check_of_a_container_fails_where_nothing_is_at_work():
    for part in ("web", "worker", "beat"):
        said = run(
            [sys.executable, "-m", "tutoring_admin.heartbeats", part],
            REDIS_URL="redis://127.0.0.1:1/0",
        )
        assert said.returncode != 0, part


def test_the_dockerfile_has_no_fault_that_hadolint_knows():
    said = run([BIN / "hadolint", ROOT / "Dockerfile"])

    assert said.returncode == 0, said.stdout


def test_the_image_runs_as_nobody_in_particular_and_knows_the_same_command(compose):
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    (command,) = [line for line in lines if line.startswith("CMD ")]

    assert users == ["10001"]
    assert yaml.safe_load(command.removeprefix("CMD ")) == compose["services"]["web"]["command"]


def test_secrets_do_not_get_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".env", ".git", ".data"} <= set(ignored)
    assert clean_environment().get("SECRET_KEY") is None
