"""Start programs in sessions of their own, and never leave one behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from scripts.embedded_places import ROOT, open_log, tail

GRACE_SECONDS = 15.0
PR_SET_PDEATHSIG = 1


class BenchError(RuntimeError):
    """The measurement could not be made; the message says why."""


class Processes:
    """Named children, each with a log file."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._die_with_us = _death_signal_setter()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str],
        *,
        pass_fds: Sequence[int] = (),
    ) -> int:
        """Start a child; its process id."""
        open_log(self.log(name))
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                argv,
                env=env,
                cwd=ROOT,
                pass_fds=pass_fds,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we choose the order
                preexec_fn=self._die_with_us,
            )
        self._running[name] = process
        return process.pid

    def log(self, name: str) -> Path:
        """Where a child's output goes."""
        return self._logs / f"{name}.log"

    def check(self, name: str) -> None:
        """Raise if a child that should serve has ended."""
        status = self._running[name].poll()
        if status is not None:
            raise BenchError(f"{name} ended with status {status}:\n{tail(self.log(name))}")

    def wait(self, name: str, seconds: float) -> None:
        """Wait for a child that ends by itself with status 0."""
        try:
            status = self._running[name].wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise BenchError(f"{name} was not done after {seconds:.0f} s") from error
        del self._running[name]
        if status:
            raise BenchError(f"{name} ended with status {status}:\n{tail(self.log(name))}")

    def run(self, name: str, argv: Sequence[str], env: Mapping[str, str], seconds: float) -> None:
        """Run a program to its end."""
        self.start(name, argv, env)
        try:
            self.wait(name, seconds)
        finally:
            self.stop(name)

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        """End a child and all it started: politely, then by force. Unknown names do no harm."""
        process = self._running.get(name)
        if process is None:
            return
        if process.poll() is None:
            with suppress(ProcessLookupError):
                process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        del self._running[name]

    def stop_group(self, name: str, number: int) -> None:
        """As `stop`, but the first signal goes to all that the child started."""
        process = self._running.get(name)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        self.stop(name, number)

    def stop_all(self) -> None:
        """End everything, the latest first."""
        for name in reversed(list(self._running)):
            self.stop(name)


def _death_signal_setter() -> Callable[[], None] | None:
    """Have the kernel end the children should we be killed outright (Linux)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before any fork
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent
