"""Both engines as servers: started, stopped, crashed, and the folders around them."""

import contextlib
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.engines.conftest import finish, gone, kill, start, tag_of, wait_until
from tutoring_admin.engines import home as homes
from tutoring_admin.engines.leash import tagged
from tutoring_admin.engines.pair import Engines
from tutoring_admin.engines.trouble import Trouble

pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and relies on Linux's leash"),
]


@contextlib.contextmanager
def running(data_dir):
    home = homes.kept(data_dir)
    try:
        with Engines(home, durable=True) as engines:
            yield engines
    finally:
        home.lock.close()


def ask(engines, query):
    connection = psycopg2.connect(engines.postgres.url())
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(query)
        answer = cursor.fetchall() if cursor.description else None
        connection.commit()
        return answer


def test_both_engines_answer_and_leave_no_process_behind(data_dir):
    with running(data_dir) as engines:
        tag = engines.home.tag
        assert ask(engines, "SELECT 1") == [(1,)]
        with redis.Redis.from_url(engines.valkey.url()) as broker:
            assert broker.ping()
        assert tagged(tag)

    assert not tagged(tag)


def test_what_production_relies_on_comes_with_the_embedded_server(data_dir):
    with running(data_dir) as engines:
        for extension in ("btree_gist", "pg_trgm", "citext"):
            ask(engines, f"CREATE EXTENSION {extension}")

        assert ask(engines, "SHOW fsync") == [("on",)]
        assert ask(engines, "SHOW listen_addresses") == [("",)]


def test_the_broker_does_not_answer_to_strangers(data_dir):
    with running(data_dir) as engines:
        with socket.create_connection(("127.0.0.1", engines.valkey.port)) as stranger:
            stranger.sendall(b"PING\r\n")
            assert stranger.recv(100).startswith(b"-NOAUTH")


def test_data_survives_a_server_that_was_killed(data_dir):
    with running(data_dir) as engines:
        ask(engines, "CREATE TABLE kept (words text)")
        ask(engines, "INSERT INTO kept VALUES ('still here')")
        kill(engines.postgres.process.pid)

    with running(data_dir) as engines:
        assert ask(engines, "SELECT words FROM kept") == [("still here",)]


def test_locks_of_a_dead_server_do_not_keep_the_next_one_from_starting(data_dir):
    with running(data_dir) as engines:
        data, door = engines.postgres.data, engines.postgres.socket
    # what a crash leaves where nobody reaps: a lock that names a live process, and a socket lock
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n{door}\n\n\nready\n")
    (door / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    with running(data_dir) as engines:
        assert ask(engines, "SELECT 1") == [(1,)]


def test_folders_above_keep_their_permissions():
    parent = Path(tempfile.mkdtemp(prefix="tutoring-private-"))
    data_dir = parent / "clone" / ".data"
    assert parent.stat().st_mode & 0o777 == 0o700

    with running(data_dir) as engines:
        assert ask(engines, "SELECT 1") == [(1,)]

    assert parent.stat().st_mode & 0o777 == 0o700
    homes.forget(data_dir)
    (parent / "clone").rmdir()
    parent.rmdir()


def test_the_data_of_a_run_are_private(data_dir):
    with running(data_dir) as engines:
        for folder in (engines.home.folder, engines.postgres.data, engines.valkey.folder):
            assert folder.stat().st_mode & 0o077 == 0


def test_a_second_run_on_the_same_data_is_told_so(data_dir):
    with running(data_dir):
        with pytest.raises(Trouble, match="Another run is using"):
            homes.kept(data_dir, patience=0.2)


def test_clean_leaves_what_somebody_else_put_there(data_dir):
    with running(data_dir) as engines:
        home = engines.home.folder
    (data_dir / "holiday.jpg").write_text("not ours")

    homes.forget(data_dir)

    assert [path.name for path in data_dir.iterdir()] == ["holiday.jpg"]
    assert not home.exists()


def test_servers_named_by_the_environment_are_used_and_nothing_is_embedded(data_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/tutoring")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    with running(data_dir) as engines:
        assert engines.running == []
        assert engines.environment == {}
        assert not engines.home.folder.exists()


def test_a_wrapped_command_gets_the_engines_and_its_exit_code_is_ours():
    code, said = finish(start("with", "--", "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exit 7'))

    assert code == 7
    assert "postgres://" in said
    assert "redis://" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_wrapper_that_is_stopped_or_killed_leaves_nothing(data_dir, number):
    wrapper = start("with", "--data-dir", data_dir, "--", "sh", "-c", "echo up; exec sleep 600")
    assert wrapper.stdout.readline() == "up\n"
    tag = tag_of(data_dir)
    assert tagged(tag)

    wrapper.send_signal(number)

    wait_until(lambda: wrapper.poll() is not None, within=5)
    assert gone(tag)
    wrapper.stdout.close()
