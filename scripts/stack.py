"""What the local stack consists of: its ports, its environment, and the note of its running."""

from __future__ import annotations

import base64
import errno
import fcntl
import json
import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.embedded import EmbeddedPostgres, EmbeddedRedis
from scripts.embedded_places import ROOT, is_alive, locked
from scripts.supervise import Child

PYTHON = sys.executable
MANAGE = (PYTHON, str(ROOT / "manage.py"))


class StackError(RuntimeError):
    """The stack cannot start; the message says what to change."""


@dataclass(frozen=True)
class Stack:
    """Ports and place of one stack. The process id is that of the supervisor."""

    pid: int
    host: str
    port: int
    live_port: int
    sandbox_port: int

    @property
    def url(self) -> str:
        """Where people reach it on this machine."""
        return f"http://{_reachable(self.host)}:{self.port}"


def stack_from_environment() -> Stack:
    """Read HOST, PORT, LIVE_PORT and SANDBOX_PORT; what is unset gives way to what is taken."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = _port("PORT", 8000)
    given = {name: _port(name, 0) for name in ("LIVE_PORT", "SANDBOX_PORT")}
    used = {port, *given.values()}
    live_port = given["LIVE_PORT"] or _free_port(host, port + 1, used)
    sandbox_port = given["SANDBOX_PORT"] or _free_port("127.0.0.1", port + 20, used | {live_port})
    return Stack(os.getpid(), host, port, live_port, sandbox_port)


def check_ports(stack: Stack) -> None:
    """Say which port is taken, and by which setting to change it."""
    wanted = {
        "PORT": (stack.host, stack.port),
        "LIVE_PORT": (stack.host, stack.live_port),
        "SANDBOX_PORT": ("127.0.0.1", stack.sandbox_port),
    }
    if len({port for _, port in wanted.values()}) < len(wanted):
        ports = ", ".join(f"{name}={port}" for name, (_, port) in wanted.items())
        raise StackError(f"Each process needs a port of its own, not {ports}.")
    for name, (host, port) in wanted.items():
        try:
            _try_port(host, port)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is taken by another program" if taken else f"cannot be used: {error}"
            raise StackError(
                f"Port {port} on {host} {reason}. Choose another: make run {name}=…"
            ) from error


def _try_port(host: str, port: int) -> int:
    """Bind for a moment; 0 finds a free one. Raises OSError."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def _free_port(host: str, wanted: int, used: Collection[int]) -> int:
    """`wanted` if it can be had, otherwise any."""
    if wanted not in used and wanted < 65536:
        with suppress(OSError):
            return _try_port(host, wanted)
    with suppress(OSError):  # a bad host is reported by check_ports
        return _try_port(host, 0)
    return wanted


def stack_environment(stack: Stack, directory: Path) -> dict[str, str]:
    """The environment of all children: ours, and what it leaves unset."""
    values = {
        "ENVIRONMENT": "development",
        "VAR_DIR": str(directory),
        "HOST": stack.host,
        "PORT": str(stack.port),
        "LIVE_PORT": str(stack.live_port),
        "SANDBOX_PORT": str(stack.sandbox_port),
        "SANDBOX_APP_URL": f"http://127.0.0.1:{stack.port}",
        "SANDBOX_URL": f"http://127.0.0.1:{stack.sandbox_port}",
        "LIVE_URL": f"ws://{_reachable(stack.host)}:{stack.live_port}",
        "DATABASE_URL": EmbeddedPostgres(directory).url,
        "REDIS_URL": EmbeddedRedis(directory).url,
        "PYTHONUNBUFFERED": "1",
    }
    values = development_values(directory, values)
    # Vendor ids must not repeat in a database that outlives the simulators.
    values["SANDBOX_RUN_ID"] = f"{int(time.time()):x}"
    unset = {name: value for name, value in values.items() if not is_set(name)}
    return {**os.environ, **unset}


def is_set(name: str) -> bool:
    """Whether the caller's environment gives a value, or a file that holds it."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def development_values(directory: Path, current: Mapping[str, str]) -> dict[str, str]:
    """Bring `dev.env` up to date and return it: secrets made once, the rest as it is now.

    Settings read the file too, so `manage.py` works in another terminal without `make`.
    """
    path = directory / "dev.env"
    with locked(directory / "dev.env.lock"):
        lines = path.read_text().splitlines() if path.exists() else []
        kept = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "WHATSAPP_WEBHOOK_SECRET": secrets.token_urlsafe(32),
            "VAPI_WEBHOOK_SECRET": secrets.token_urlsafe(32),
        }
        values = {**made, **kept, **current}
        text = "# Written by scripts/stack.py for development; secrets in here are local.\n"
        text += "".join(f"{name}={value}\n" for name, value in values.items())
        side = path.with_suffix(".new")
        side.unlink(missing_ok=True)
        descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(text)
        side.replace(path)
    return values


def serving_children(env: Mapping[str, str]) -> list[Child]:
    """The processes of the stack, in the order of starting."""
    gunicorn = (PYTHON, "-m", "gunicorn", "-c")
    celery = (PYTHON, "-m", "celery", "-A", "hampstead", "--quiet")
    worker = (*celery, "worker", "--loglevel=WARNING", "--concurrency=2")
    commands = {
        "sandbox": (PYTHON, "-m", "hampstead.sandbox"),
        "web": (*gunicorn, str(ROOT / "scripts/gunicorn_web.py"), "hampstead.wsgi:application"),
        "live": (*gunicorn, str(ROOT / "scripts/gunicorn_live.py"), "hampstead.asgi:application"),
        "pump": (*MANAGE, "pump"),
        "worker": (*worker, "--without-gossip", "--without-mingle"),
        "beat": (*celery, "beat", "--loglevel=WARNING", "--pidfile="),
    }
    # As root, which embedded servers allow for CI, Celery would print ten lines about it.
    quiet = "ignore:You're running the worker with superuser privileges"
    extra = {
        "worker": {"PYTHONWARNINGS": ",".join(filter(None, [env.get("PYTHONWARNINGS"), quiet]))}
    }
    return [
        Child(name, argv, {**env, "PROCESS_NAME": name, **extra.get(name, {})})
        for name, argv in commands.items()
    ]


@contextmanager
def the_only_stack(directory: Path, stack: Stack) -> Iterator[None]:
    """Hold the right to be this directory's stack, and leave a note of its ports."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "stack.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = running_stack(directory)
            where = f" at {other.url} (process {other.pid})" if other else ""
            raise StackError(f"A stack for {directory} is already running{where}.") from error
        note = _note(directory)
        note.parent.mkdir(mode=0o700, exist_ok=True)
        note.write_text(json.dumps(asdict(stack)))
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def running_stack(directory: Path) -> Stack | None:
    """The stack whose note is in this directory, if its supervisor lives."""
    try:
        found = Stack(**json.loads(_note(directory).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None  # none, or a note cut short by a crash
    return found if is_alive(found.pid) else None


def is_ready(stack: Stack) -> bool:
    """Whether the web process says that it can serve."""
    try:
        # No proxy: a proxy in the environment must not get a request to ourselves.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{stack.url}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _note(directory: Path) -> Path:
    return directory / "run" / "stack.json"


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (compared, not bound)


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or ""
    if not text:
        return default
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StackError(f"{name} must be a port number, not {text!r}")
    return int(text)
