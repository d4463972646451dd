"""Where embedded servers keep their files, and whether a process id is really theirs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The kernel allows 107 bytes for a socket's path; the rest is room for a temporary suffix.
LONGEST_SOCKET_PATH = 100
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
LOG_LIMIT_BYTES = 10_000_000


class EmbeddedError(RuntimeError):
    """An embedded server could not be started, stopped or trusted."""


def default_directory() -> Path:
    """The directory from VAR_DIR, or `var` in the clone."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def run_directory(directory: Path) -> Path:
    """Return the private directory for sockets, short enough for a socket address."""
    wanted = directory / "run"
    if len(os.fsencode(wanted / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        return wanted
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    # Not TMPDIR: it differs between shells, and all of them must find the same server.
    short = Path("/tmp") / f"hampstead-{os.getuid()}-{digest}"  # noqa: S108 (checked below)
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if not private or found.st_uid != os.getuid():
        raise EmbeddedError(f"{short} is not a private directory of ours; remove it")
    return short


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; the kernel frees it if we are killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def open_log(path: Path) -> None:
    """Make the log's directory; put a log that grew too long aside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    path.touch(mode=0o600)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for messages about a failed start."""
    if not path.exists():
        return f"(no log at {path})"
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - 20_000))
        text = handle.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def read_pid(path: Path) -> int | None:
    """The process id in a pid file's first line, if there is one."""
    try:
        first = path.read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        # Gone since the line above, or a system without /proc.
        return sys.platform != "linux"
    return state not in {"Z", "X"}


def is_ours(pid: int, program: str, directory: Path) -> bool:
    """Whether a live process is this program working in this directory.

    Process ids are used again after a crash, so a pid file alone proves nothing. Both
    servers change into their data directory, which tells them from every other one.
    """
    if not is_alive(pid):
        return False
    if sys.platform != "linux":
        shown = subprocess.run(
            ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return program in shown.stdout
    try:
        if Path(f"/proc/{pid}/comm").read_text().strip() != program:
            return False
        return Path(f"/proc/{pid}/cwd").readlink() == directory
    except PermissionError:
        # A hardened kernel hides the directory; the program's name must do.
        return True
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it holds or the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def end_process(pid: int, steps: Sequence[tuple[int, float]]) -> None:
    """Send each signal in turn, waiting its seconds, until the process is gone."""
    for number, seconds in steps:
        try:
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)  # a frozen one would not hear it
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), seconds):
            return
    raise EmbeddedError(f"process {pid} does not end")
