"""The files of the production shape, read as data."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SETTINGS = ROOT / "tutoring_admin" / "settings"
COMPOSE = ROOT / "docker-compose.yml"
FILLED_IN = {
    "SECRET_KEY": "s3cret-Zk3vQ9xT7mB1nR5wY8pL2cD6fH4jG0sA-and-some-more",
    "POSTGRES_PASSWORD": "letters1and2digits",
    "ALLOWED_HOSTS": "tutoring.example.org",
    "SITE_URL": "https://tutoring.example.org",
    "EMAIL_URL": "submission://user:password@mail.example.org",
    "DEFAULT_FROM_EMAIL": "Tutoring <tutoring@example.org>",
}


@pytest.fixture(scope="session")
def compose():
    return yaml.safe_load(COMPOSE.read_text())


@pytest.fixture(scope="session")
def read_by_settings():
    """The names of all variables that the settings read from the environment."""
    return names_read(SETTINGS)


@pytest.fixture(scope="session")
def in_example():
    """The names that .env.example lists, filled in or commented out."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {found[1] for line in lines if (found := re.match(r"#?([A-Z][A-Z_]+)=", line))}


def names_read(folder):
    names = set()
    for file in folder.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if isinstance(call.func.value, ast.Name) and call.func.value.id == "env":
                names.add(call.args[0].value)
    return names


def clean_environment(**more):
    """This process's environment without anything that configures the product."""
    ours = names_read(SETTINGS) | {"DJANGO_SETTINGS_MODULE", "POSTGRES_PASSWORD"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, **more}


def run(command, **environment):
    return subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )
