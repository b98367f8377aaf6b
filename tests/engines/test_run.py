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
    pytest.mark.timeout(300),
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
        """Everything it says until it says that it is ready."""
        said = ""
        while "Ready:" not in said:
            line = self.process.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        return said


@pytest.fixture(scope="module")
def data_dir():
    """One data folder for all runs of this module: only the first has to prepare it."""
    with a_data_dir() as folder:
        yield folder


@pytest.fixture
def start_product(data_dir):
    started = []

    def starting():
        started.append(Product(data_dir))
        return started[-1]

    yield starting
    for one in started:
        one.process.kill()
        one.process.stdout.close()
        one.process.wait()
    assert gone(tag_of(data_dir), within=5)


def test_a_killed_run_takes_all_with_it_and_the_next_recovers_and_stops_in_time(
    start_product, data_dir
):
    killed = start_product()
    killed.wait_until_well()
    assert killed.health() == (
        200,
        dict.fromkeys(("status", "database", "broker", "worker", "beat"), "ok"),
    )

    kill(killed.process.pid)

    assert gone(tag_of(data_dir), within=5)
    recovered = start_product()
    said = recovered.wait_until_well()
    assert "Preparing" not in said
    assert "pm@maple-valley.example" in said
    assert f"http://127.0.0.1:{recovered.port}/" in said

    began = time.monotonic()
    recovered.process.send_signal(signal.SIGTERM)
    code, _ = finish(recovered.process, within=12)

    assert time.monotonic() - began < 10
    assert code == 0
    assert not tagged(tag_of(data_dir))


def test_a_hanging_part_is_named_and_a_dead_part_takes_the_whole_down(start_product, data_dir):
    product = start_product()
    product.wait_until_well()
    postmaster = pid_named(tag_of(data_dir), "postgres", "-D")
    kill(postmaster, signal.SIGSTOP)

    began = time.monotonic()
    status, said = product.health()
    took = time.monotonic() - began
    kill(postmaster, signal.SIGCONT)

    assert (status, said["status"], said["database"], said["broker"]) == (503, "down", "down", "ok")
    assert took < 2.5
    wait_until(lambda: product.health()[0] == 200)

    kill(pid_named(tag_of(data_dir), "celery", "worker"))

    code, said = finish(product.process, within=15)
    assert code == 1
    assert "worker ended by itself (killed by SIGKILL)." in said
    assert "make run starts it again" in said
