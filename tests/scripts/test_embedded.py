"""The embedded servers: real ones, started below directories of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import dj_database_url
import psycopg
import pytest
import redis as redis_client

from scripts import embedded_postgres
from scripts.embedded import EmbeddedError, EmbeddedPostgres, EmbeddedRedis
from scripts.embedded_places import ROOT, is_alive, run_directory, wait_until

pytestmark = pytest.mark.kills


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A short path with a space and a capital; the servers in it live for the module."""
    directory = Path(tempfile.mkdtemp(prefix="Var dir "))
    yield directory
    EmbeddedPostgres(directory).down(immediate=True)
    EmbeddedRedis(directory).down(immediate=True)
    shutil.rmtree(directory)


@pytest.fixture
def postgres(place: Path) -> EmbeddedPostgres:
    server = EmbeddedPostgres(place, durable=False)
    server.up()
    return server


@pytest.fixture
def redis(place: Path) -> EmbeddedRedis:
    server = EmbeddedRedis(place)
    server.up()
    return server


def pid_of(server: EmbeddedPostgres | EmbeddedRedis) -> int:
    pid = server.pid
    assert pid is not None
    return pid


def kill_outright(server: EmbeddedPostgres | EmbeddedRedis) -> None:
    pid = pid_of(server)
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(pid), 5)


def ask(server: EmbeddedPostgres, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


def test_the_url_leads_to_the_database(postgres: EmbeddedPostgres) -> None:
    found = ask(postgres, "select current_database()::text, current_user::text")
    assert found == [("hampstead", "hampstead")]


def test_the_url_survives_readers_that_lower_the_host(postgres: EmbeddedPostgres) -> None:
    parsed = dj_database_url.parse(postgres.url)
    assert parsed["HOST"] == str(postgres.socket_directory)


def test_letters_with_accents_are_letters(postgres: EmbeddedPostgres) -> None:
    assert ask(postgres, "select 'É' ilike 'é', to_tsvector('simple', 'Élise')::text") == [
        (True, "'élise':1")
    ]


def test_the_server_keeps_utc(postgres: EmbeddedPostgres) -> None:
    assert ask(postgres, "show timezone") == [("UTC",)]


def test_a_second_up_attaches(postgres: EmbeddedPostgres) -> None:
    before = postgres.pid
    assert EmbeddedPostgres(postgres.directory, durable=False).up() is False
    assert postgres.pid == before


def test_the_server_is_outside_our_session(postgres: EmbeddedPostgres) -> None:
    assert os.getsid(pid_of(postgres)) != os.getsid(0)


def test_nobody_else_may_enter_the_socket_directory(postgres: EmbeddedPostgres) -> None:
    assert postgres.socket_directory.stat().st_mode & 0o777 == 0o700


def test_after_kill_9_it_starts_with_its_rows(postgres: EmbeddedPostgres) -> None:
    ask(postgres, "create table if not exists kept (); insert into kept default values")
    kill_outright(postgres)
    assert not postgres.is_up()
    assert postgres.up() is True
    assert ask(postgres, "select count(*) > 0 from kept") == [(True,)]


def test_a_stale_pid_of_a_stranger_does_not_hinder(postgres: EmbeddedPostgres) -> None:
    kill_outright(postgres)
    stale = postgres.data / "postmaster.pid"
    lock = postgres.socket_directory / ".s.PGSQL.5432.lock"
    for file in (stale, lock):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert postgres.pid is None
    assert postgres.up() is True


def test_down_is_down(postgres: EmbeddedPostgres) -> None:
    assert postgres.down() is True
    assert not postgres.is_up()
    assert postgres.down() is False


def test_down_ends_a_frozen_server(postgres: EmbeddedPostgres) -> None:
    pid = pid_of(postgres)
    os.kill(pid, signal.SIGSTOP)
    assert not postgres.is_up()
    assert postgres.down(immediate=True) is True
    assert not is_alive(pid)


def test_two_ups_at_once_make_one_cluster() -> None:
    with tempfile.TemporaryDirectory(prefix="twice ") as name:
        command = [sys.executable, "-m", "scripts.embedded", "up", "--throw-away", "--var", name]
        both = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in "ab"
        ]
        said = [process.communicate(timeout=60)[0] for process in both]
        EmbeddedPostgres(Path(name)).down(immediate=True)
        EmbeddedRedis(Path(name)).down(immediate=True)
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(text.count("PostgreSQL: started") for text in said) == [0, 1]


def test_a_half_made_cluster_is_made_anew() -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "postgres.new").mkdir()
        (Path(name) / "postgres.new" / "PG_VERSION").write_text("18\n")
        server = EmbeddedPostgres(Path(name), durable=False)
        try:
            assert server.up() is True
        finally:
            server.down(immediate=True)


def test_as_root_without_user_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = embedded_postgres.DROPPED_PASSING
    if os.geteuid() or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("needs root and setpriv")
    monkeypatch.setattr(embedded_postgres, "user_prefix", lambda: prefix)
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name), durable=False)
        try:
            assert server.up() is True
            assert Path(f"/proc/{server.pid}").stat().st_uid == embedded_postgres.OTHER_ID
        finally:
            server.down(immediate=True)


def test_a_path_that_pg_ctl_cannot_quote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="cannot work"):
        EmbeddedPostgres(tmp_path / "a$b").up()


def test_a_long_path_has_its_sockets_in_a_short_private_directory(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / ("long" * 30))
    server.directory.mkdir()
    try:
        assert server.up() is True
        short = server.socket_path.parent
        assert (len(str(short)) < 60, short.stat().st_mode & 0o777) == (True, 0o700)
    finally:
        server.down(immediate=True)
        run_directory(server.directory).rmdir()


def test_a_short_directory_open_to_others_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("open" * 30)
    short = run_directory(long)
    try:
        short.chmod(0o755)
        with pytest.raises(EmbeddedError, match="not a private directory"):
            run_directory(long)
    finally:
        short.rmdir()


def test_redis_answers_at_its_url(redis: EmbeddedRedis) -> None:
    with redis_client.Redis.from_url(redis.url) as client:
        assert client.ping()


def test_redis_keeps_what_was_written_before_kill_9(redis: EmbeddedRedis) -> None:
    with redis_client.Redis.from_url(redis.url) as client:
        client.set("kept-key", "yes")
    journal = redis.data / "appendonly.aof"
    assert wait_until(lambda: b"kept-key" in journal.read_bytes(), 5)
    kill_outright(redis)
    assert redis.up() is True
    with redis_client.Redis.from_url(redis.url) as client:
        assert client.get("kept-key") == b"yes"


def test_a_second_up_attaches_to_redis(redis: EmbeddedRedis) -> None:
    before = redis.pid
    assert EmbeddedRedis(redis.directory).up() is False
    assert redis.pid == before


def test_down_ends_a_frozen_redis(redis: EmbeddedRedis) -> None:
    pid = pid_of(redis)
    os.kill(pid, signal.SIGSTOP)
    assert not redis.is_up()
    assert redis.down(immediate=True) is True
    assert not is_alive(pid)


def test_the_command_prints_what_a_shell_can_export(place: Path) -> None:
    command = [sys.executable, "-m", "scripts.embedded", "env", "--var", str(place)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    values = dict(line.split("=", 1) for line in said.splitlines())
    assert set(values) == {"DATABASE_URL", "REDIS_URL"}
    assert " " not in said
    assert unquote(values["REDIS_URL"]) == f"unix://{place}/run/redis.sock?db=0"
