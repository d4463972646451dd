"""The product as real processes, for tests that kill them: web, pump, worker and sandbox on free
loopback ports, with a database, a Redis and a var directory of their own.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from scripts.embedded import EmbeddedRedis
from scripts.supervise import death_signal_setter
from tests.vendors import ROOT, Sandbox, eventually, running_sandbox

SECRET = "test-webhook-secret"
FAST = {  # waits that a person would not notice, so that a test does not either
    "SETTLE_SECONDS": "0.2",
    "RECONCILE_SECONDS": "3",
    "SILENT_RETRY_SECONDS": "4",
    "BREAKER_COOL_SECONDS": "2",
    "WEB_CONCURRENCY": "1",
}
COMMANDS = {
    "web": ("gunicorn", "-c", "scripts/gunicorn_web.py", "hampstead.wsgi:application"),
    "worker": (
        *("celery", "-A", "hampstead", "--quiet", "worker", "--loglevel=WARNING"),
        *("--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ),
}


class RunningStack:
    """Starts, kills and looks at the processes of one stack."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self.directory = directory
        self.redis = EmbeddedRedis(directory, durable=False)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        # Each started process counts its own failpoints.
        self.failpoints = directory / "failpoints" / "0"
        self.failpoints.mkdir(parents=True)
        self.database_url = database_url
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.sandbox: Sandbox

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **FAST,
            "ENVIRONMENT": "development",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "REDIS_PREFIX": "stack:",
            "VAR_DIR": str(self.directory),
            "WHATSAPP_WEBHOOK_SECRET": SECRET,
            "SANDBOX_URL": self.sandbox.url,
            "FAILPOINT_DIR": str(self.failpoints),
            "PYTHONWARNINGS": "ignore",
        }

    def start(self, name: str, failpoints: str = "") -> None:
        """`failpoints` such as "turn.before_model=kill"; each fires once in a test."""
        number = len(list(self.failpoints.parent.iterdir()))
        self.failpoints = self.failpoints.parent / str(number)
        self.failpoints.mkdir()
        command = COMMANDS.get(name) or (str(ROOT / "manage.py"), name)
        prefix = [sys.executable, "-m"] if name in COMMANDS else [sys.executable]
        extra = ["-b", f"fd://{self._listener.fileno()}"] if name == "web" else []
        env = {**self.environment(), "PROCESS_NAME": name, "FAILPOINTS": failpoints}
        with (self.directory / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [*prefix, *command, *extra],
                env=env,
                cwd=ROOT,
                start_new_session=True,
                pass_fds=[self._listener.fileno()] if name == "web" else [],
                stdout=log,
                stderr=subprocess.STDOUT,
                # Killed outright, pytest could not stop them any more.
                preexec_fn=death_signal_setter(),
            )

    def kill(self, name: str) -> None:
        """kill -9 of the process and everything it started."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart(self, name: str, failpoints: str = "") -> None:
        self.kill(name)
        self.start(name, failpoints)

    def stop(self) -> None:
        for name in list(self._processes):
            self.kill(name)
        self._listener.close()
        self.redis.down()

    def write_until_acknowledged(self, text: str, **message: str) -> None:
        """As a vendor does: the same message again until it is acknowledged."""
        message.setdefault("id", f"wamid.{message['number']}.{time.time_ns()}")
        message.setdefault("timestamp", str(int(time.time())))
        eventually(
            lambda: self.sandbox.write(text, **message).status_code == 200,
            within=40,
            what="acknowledged",
        )

    def is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.url}/health/ready", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql.encode(), values or None).fetchall()

    def lane_of(self, number: str) -> str:
        """The lane of that customer's conversation; empty while there is none."""
        found = self.rows(
            "SELECT 'conversation:' || c.id FROM conversations_conversation c"
            " JOIN leads_person p ON p.id = c.person_id WHERE p.phone = %s",
            f"+{number}",
        )
        return str(found[0][0]) if found else ""

    def fired(self, failpoint: str) -> bool:
        return (self.failpoints / f"{failpoint}.0").exists()

    def wait_for_texts(self, count: int, *, number: str, within: float = 30.0) -> list[str]:
        """What the customer's phone has received, once it is `count` messages."""
        eventually(
            lambda: len(self.sandbox.phone(number)) >= count,
            within=within,
            what=f"{number} has {count} messages",
        )
        return self.sandbox.phone(number)

    def wait_until_idle(self, within: float = 30.0) -> None:
        """Nothing is received, due or on its way any more; messages are followed to the phone."""
        waiting = """
            SELECT (SELECT count(*) FROM core_inboxevent WHERE status = 'received')
                 + (SELECT count(*) FROM core_lane WHERE due_at IS NOT NULL)
                 + (SELECT count(*) FROM core_outbox
                     WHERE status IN ('pending', 'sending', 'reconciling', 'held')
                        OR (status = 'sent' AND kind = 'whatsapp'))
        """
        eventually(lambda: self.rows(waiting) == [(0,)], within=within, what="idle")


def template_database(name: str, server: str | None = None) -> None:
    """A migrated database with the default business data, to be cloned.

    `server` is the URL of any database on the server to use; by default the tests' own.
    """
    _administer(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    env = {**os.environ, "DATABASE_URL": _database_url(name, server)}
    for command in (["migrate", "-v0"], ["load_defaults", "-v0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=env,
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def running_stack(
    directory: Path, template: str, server: str | None = None
) -> Iterator[RunningStack]:
    """web, pump and worker running on a fresh clone of the template."""
    name = f"{template}_clone"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _administer(server, drop, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    stack = RunningStack(directory, _database_url(name, server))
    with ExitStack() as stack_of_things:
        stack_of_things.callback(_administer, server, drop)
        stack_of_things.callback(stack.stop)
        stack.redis.up()
        stack.sandbox = stack_of_things.enter_context(
            running_sandbox(directory, app_url=stack.url, secret=SECRET)
        )
        for process in ("web", "pump", "worker"):
            stack.start(process)
        eventually(stack.is_ready, within=60, what="the web is ready")
        yield stack


def _database_url(name: str, server: str | None) -> str:
    parts = urlsplit(server or os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


def _administer(server: str | None, *statements: str) -> None:
    url = server or os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
