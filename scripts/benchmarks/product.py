"""The product as it is served, with a durable PostgreSQL and a Redis of its own in var/bench."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
import redis

from scripts.benchmarks.process_trees import Usage, usage
from scripts.benchmarks.processes import BenchError, Processes
from scripts.embedded import EmbeddedPostgres, EmbeddedRedis
from scripts.embedded_places import is_alive, wait_until
from scripts.embedded_postgres import NAME
from scripts.stack import MANAGE, development_values, serving_children

# All that our children inherit: no vendor key and no proxy of the caller reaches them.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER")
WEB_SETTINGS = {"WEB_CONCURRENCY": "2", "DB_POOL": "1"}
# Answers come at once, and the vendors' rate limits are not what is measured.
REPLY_SETTINGS = {
    "SETTLE_SECONDS": "0",
    "ANTHROPIC_CALLS_PER_MINUTE": "100000",
    "WHATSAPP_SENDS_PER_SECOND": "10000",
}
READY_SECONDS = 30.0
EVERY_ROW = (
    "core_inboxevent, core_lane, core_outbox, core_vendorcall, core_vendorhealth, core_incident,"
    " core_stafftask, leads_person"
)


class Product:
    """Servers and processes of one run of the benchmark."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.processes = Processes(directory / "log")
        self.postgres = EmbeddedPostgres(directory)
        self.redis = EmbeddedRedis(directory)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.webhook = f"{self.url}/whatsapp/webhook"
        self.env: dict[str, str] = {}
        self._web_pid = 0

    @property
    def secret(self) -> str:
        """What the X-Hook-Token header must say."""
        return self.env["WHATSAPP_WEBHOOK_SECRET"]

    def up(self) -> None:
        """Servers with a fresh database: tables and defaults, nothing else."""
        self.wake_redis()
        self.postgres.up()
        self.redis.up()
        self.postgres.psql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", "postgres")
        self.postgres.up()  # makes it anew
        self.env = self._environment()
        for command in (("migrate", "--verbosity", "0"), ("load_defaults",)):
            self.processes.run(command[0], (*MANAGE, *command), self.env, READY_SECONDS * 2)

    def down(self) -> None:
        """End everything."""
        try:
            self.processes.stop_all()
        finally:
            self._listener.close()
            self.wake_redis()
            self.redis.down()
            self.postgres.down()

    def _environment(self) -> dict[str, str]:
        given = {
            "ENVIRONMENT": "production",
            "ALLOW_SANDBOX": "1",
            "BEHIND_TLS": "0",
            "VAR_DIR": str(self.directory),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "SANDBOX_PORT_FILE": str(self.directory / "sandbox.port"),
            "SANDBOX_PORT": "0",
            "SANDBOX_APP_URL": self.url,
            "SANDBOX_RUN_ID": f"{time.time_ns():x}",
            **WEB_SETTINGS,
            **REPLY_SETTINGS,
        }
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return {**kept, **development_values(self.directory, given)}

    def start_web(self) -> None:
        """The web server on a port that was free, answering."""
        child = self._child("web")
        descriptor = self._listener.fileno()
        argv = (*child.argv, "-b", f"fd://{descriptor}")
        self._web_pid = self.processes.start("web", argv, child.env or {}, pass_fds=[descriptor])
        if not wait_until(self._is_ready, READY_SECONDS):
            self.processes.check("web")
            raise BenchError(f"the web server was not ready after {READY_SECONDS:.0f} s")

    def start_sandbox(self) -> None:
        """The vendors' simulators; what is started later finds them."""
        place = self.directory / "sandbox.port"
        place.unlink(missing_ok=True)
        child = self._child("sandbox")
        self.processes.start("sandbox", child.argv, child.env or {})
        if not wait_until(place.exists, READY_SECONDS):
            raise BenchError("the sandbox did not start")
        self.env["SANDBOX_URL"] = f"http://127.0.0.1:{place.read_text().strip()}"

    def start(self, name: str) -> None:
        """The pump or the worker."""
        child = self._child(name)
        self.processes.start(name, child.argv, child.env or {})

    def stop(self, *names: str) -> None:
        """End some of the processes."""
        for name in names:
            self.processes.stop(name)

    def _child(self, name: str) -> Any:
        return next(child for child in serving_children(self.env) if child.name == name)

    def _is_ready(self) -> bool:
        self.processes.check("web")
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{self.url}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def reset(self) -> None:
        """Forget all posts, conversations and hints. Neither pump nor worker may be running."""
        with self.connect() as connection:
            connection.execute(f"TRUNCATE {EVERY_ROW} RESTART IDENTITY CASCADE".encode())
            connection.execute("CHECKPOINT")  # not in the middle of a measurement
        with redis.Redis.from_url(self.redis.url) as client:
            client.flushall()

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of our own; each statement commits by itself."""
        return psycopg.connect(self.postgres.url, autocommit=True)

    def freeze_redis(self) -> None:
        """Redis hangs: it holds its connections and answers nothing."""
        self._signal_redis(signal.SIGSTOP)

    def wake_redis(self) -> None:
        """Undo `freeze_redis`, ours or that of a run that was killed."""
        self._signal_redis(signal.SIGCONT)

    def _signal_redis(self, number: int) -> None:
        pid = self.redis.pid
        if pid and is_alive(pid):
            os.kill(pid, number)

    def web_usage(self) -> Usage:
        """CPU and memory of the web server's processes."""
        return usage(self._web_pid)

    def postgres_usage(self) -> Usage:
        """CPU and memory of PostgreSQL's processes."""
        return usage(self.postgres.pid or 0)

    @property
    def web_pid(self) -> int:
        """The web server's master process."""
        return self._web_pid

    def numbers_stored(self, run: str) -> set[int]:
        """Which posts of a run have a row."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT request_id FROM core_inboxevent WHERE starts_with(request_id, %s)",
                [f"{run}-"],
            ).fetchall()
        return {int(str(request).rpartition("-")[2]) for (request,) in rows}
