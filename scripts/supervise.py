"""Run several programs as one: all serve, or all stop.

Every child has its own session, so Ctrl-C reaches only us and we choose the order. Only a
child's main process is signalled, because a Celery worker finishes its task only if its
pool is left alone. If we are killed outright, the kernel tells the children (Linux).
"""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType, TracebackType

from scripts.console import Console

GRACE_SECONDS = 8.0
TICK_SECONDS = 0.2
LAST_LINES = 20
LONGEST_LINE = 16_384
MOST_READS = 64
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """A program to run. A passing one may end; the end of any other one stops everything."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    passing: bool = False
    plain: bool = False  # its lines are shown without its name


class _Running:
    """A started child, its unfinished output line and its last lines."""

    def __init__(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        self.child = child
        self.process = process
        self.last: deque[str] = deque(maxlen=LAST_LINES)
        self.rest = b""

    def has_ended(self) -> bool:
        # Looks without reaping: while the dead main process keeps its id, its group can
        # still be signalled without hitting a stranger.
        if sys.platform == "linux" and self.process.returncode is None:
            flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self.process.pid, flags) is not None
        return self.process.poll() is not None

    def tell(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def end_group(self) -> None:
        # PermissionError: macOS's word for a group of which only the dead leader is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Supervisor:
    """Starts children from the main thread, shows their output, and ends them together."""

    def __init__(self, console: Console, *, grace_seconds: float = GRACE_SECONDS) -> None:
        if threading.current_thread() is not threading.main_thread():
            # The parent-death signal belongs to the thread that forks, not to the process.
            raise RuntimeError("the supervisor works in the main thread only")
        self.console = console
        self.stop_signal: int | None = None
        self.failed: str | None = None
        self._grace = grace_seconds
        self._hurry = False
        self._running: dict[str, _Running] = {}
        self._finished: dict[str, int] = {}
        self._selector = selectors.DefaultSelector()
        self._die_with_us = death_signal_setter()

    def __enter__(self) -> Supervisor:
        self._wake_read, self._wake_write = os.pipe()
        for descriptor in (self._wake_read, self._wake_write):
            os.set_blocking(descriptor, False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._old_wakeup = signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        # nohup has SIGHUP ignored, and means it.
        deaf = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        stops = [number for number in STOP_SIGNALS if not (deaf and number == signal.SIGHUP)]
        numbers = (*stops, signal.SIGCHLD)
        self._old_handlers = {number: signal.signal(number, self._note) for number in numbers}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_wakeup)
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    @property
    def stopping(self) -> bool:
        """Whether a signal or a child's death asks us to end."""
        return self.stop_signal is not None or self.failed is not None

    @property
    def status(self) -> int:
        """Our exit status: stopped by a signal is clean, a dead child is not."""
        return 1 if self.failed else 0

    def start(self, child: Child) -> None:
        """Start a child; one that cannot start counts as one that died."""
        if self.stopping:
            return
        if not child.plain:
            self.console.name(child.name)
        try:
            process = subprocess.Popen(
                child.argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=child.env,
                start_new_session=True,
                preexec_fn=self._die_with_us,
            )
        except OSError as error:
            self._fail(child.name, f"cannot start: {error}", [])
            return
        running = self._running[child.name] = _Running(child, process)
        if process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, running)

    def run(self, child: Child) -> int | None:
        """Run a passing child to its end; its exit status, or None if we must stop first."""
        self._finished.pop(child.name, None)
        self.start(child)
        while not self.stopping and child.name not in self._finished:
            self._turn(TICK_SECONDS)
        return self._finished.get(child.name)

    def turn(self) -> None:
        """Show what the children say for a moment, and notice if one dies."""
        self._turn(TICK_SECONDS)

    def serve(self, tick: Callable[[], None] = lambda: None) -> int:
        """Serve until a signal comes or a child dies; then end all. Our exit status."""
        while not self.stopping:
            self._turn(TICK_SECONDS)
            if not self.stopping:
                tick()
        self.stop()
        return self.status

    def finished(self, name: str) -> int | None:
        """The exit status of a passing child that has ended."""
        return self._finished.get(name)

    def stop(self) -> None:
        """End all children: politely, then by force when the grace time is over."""
        for running in self._running.values():
            running.tell(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while self._running and time.monotonic() < deadline and not self._hurry:
            self._turn(min(TICK_SECONDS, max(0.0, deadline - time.monotonic())), ending=True)
        for running in list(self._running.values()):
            self.console.line(f"{running.child.name} did not end in time; killed")
            self._reap(running)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGCHLD:
            return  # only wakes the selector
        # A second Ctrl-C means now. Closing a terminal may send SIGHUP twice: no hurry.
        self._hurry = self._hurry or (self.stop_signal is not None and number == signal.SIGINT)
        self.stop_signal = self.stop_signal or number

    def _turn(self, seconds: float, *, ending: bool = False) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                with suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
            else:
                self._read(key.data)
        for running in list(self._running.values()):
            if not running.has_ended():
                continue
            self._reap(running)
            status = running.process.returncode
            if running.child.passing:
                self._finished[running.child.name] = status
            elif not ending and not self.stopping:
                self._fail(running.child.name, _ending(status), running.last)

    def _read(self, running: _Running) -> bool:
        """Show what a child wrote; False when there is nothing (more) to read."""
        stream = running.process.stdout
        if stream is None or stream.closed:
            return False
        try:
            data = os.read(stream.fileno(), 65_536)
        except BlockingIOError:
            return False
        if not data:
            self._selector.unregister(stream)
            stream.close()
        *lines, running.rest = (running.rest + data).split(b"\n")
        if running.rest and (not data or len(running.rest) > LONGEST_LINE):
            lines, running.rest = [*lines, running.rest], b""
        for line in lines:
            self._show(running, line)
        return bool(data)

    def _show(self, running: _Running, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        running.last.append(text)
        self.console.line(text, "" if running.child.plain else running.child.name)

    def _reap(self, running: _Running) -> None:
        running.end_group()
        # Only what is there already: a grandchild elsewhere may hold the pipe for ever.
        for _ in range(MOST_READS):
            if not self._read(running):
                break
        if running.rest:
            self._show(running, running.rest)
        stream = running.process.stdout
        if stream and not stream.closed:
            self._selector.unregister(stream)
            stream.close()
        del self._running[running.child.name]

    def _fail(self, name: str, reason: str, last: Sequence[str] | deque[str]) -> None:
        self.failed = name
        self.console.line("")
        self.console.line(f"{name} {reason}. Stopping everything. Its last lines:")
        for text in last or ["(it said nothing)"]:
            self.console.line(f"    {text}")


def _ending(status: int) -> str:
    if status >= 0:
        return f"ended by itself with status {status}"
    return f"was ended by signal {-status} ({signal.strsignal(-status)})"


def death_signal_setter() -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask to be told when we die."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before any fork
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:  # we died between the fork and the line above
            os._exit(1)

    return die_with_parent
