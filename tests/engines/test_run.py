"""The whole product as `make run` starts it: well, ill, killed and stopped."""

import json
import signal
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.engines.conftest import (
    a_data_dir,
    finish,
    free_port,
    gone,
    kill,
    pid_named,
    start,
    tag_of,
    wait_until,
)
from tutoring_admin.engines.leash import tagged

pytestmark = [
    pytest.mark.engines,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("product"),  # they share one data folder
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and relies on Linux's leash"),
]


class Product:
    """One run of the product, with its port and what it says of itself."""

    def __init__(self, data_dir):
        self.port = free_port()
        self.process = start("run", "--port", self.port, "--data-dir", data_dir)
        self.data_dir = data_dir

    def health(self):
        """(status, JSON) of /healthz, or (0, {}) while nobody answers."""
        url = f"http://127.0.0.1:{self.port}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)
        except OSError:
            return 0, {}

    def wait_until_well(self):
        def well():
            assert self.process.poll() is None, self.process.stdout.read()
            return self.health()[0] == 200

        wait_until(well, within=90)


@pytest.fixture(scope="module")
def data_dir():
    """One data folder for all runs of this module: only the first has to prepare it."""
    with a_data_dir() as folder:
        yield folder


@pytest.fixture
def product(data_dir):
    """A run of the product in which every part is well."""
    one = Product(data_dir)
    one.wait_until_well()
    yield one
    one.process.kill()
    one.process.stdout.close()
    one.process.wait()
    assert gone(tag_of(data_dir), within=5)


def test_a_run_that_is_killed_takes_all_with_it_and_the_next_recovers(product, data_dir):
    assert product.health()[1] == dict.fromkeys(
        ("status", "database", "broker", "worker", "beat"), "ok"
    )

    kill(product.process.pid)

    assert gone(tag_of(data_dir), within=5)
    again = Product(data_dir)
    again.wait_until_well()
    again.process.send_signal(signal.SIGTERM)
    code, said = finish(again.process, within=12)
    assert code == 0
    assert "Preparing" not in said


def test_a_run_that_is_asked_to_stop_is_gone_within_ten_seconds(product, data_dir):
    began = time.monotonic()
    product.process.send_signal(signal.SIGTERM)
    code, said = finish(product.process, within=12)

    assert time.monotonic() - began < 10
    assert code == 0
    assert not tagged(tag_of(data_dir))
    assert "pm@maple-valley.example" in said
    assert f"http://127.0.0.1:{product.port}/" in said


def test_a_worker_that_dies_takes_the_whole_down_with_a_clear_word(product, data_dir):
    kill(pid_named(tag_of(data_dir), "celery", "worker"))

    code, said = finish(product.process, within=15)

    assert code == 1
    assert "worker ended by itself (killed by SIGKILL)." in said
    assert "make run starts it again" in said


def test_a_database_that_hangs_is_named_without_waiting_for_it(product, data_dir):
    postmaster = pid_named(tag_of(data_dir), "postgres", "-D")
    kill(postmaster, signal.SIGSTOP)

    began = time.monotonic()
    status, said = product.health()
    took = time.monotonic() - began
    kill(postmaster, signal.SIGCONT)

    assert (status, said["status"], said["database"], said["broker"]) == (503, "down", "down", "ok")
    assert took < 2.5
    wait_until(lambda: product.health()[0] == 200)
