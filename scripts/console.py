"""Lines for people, written so that a closed or stalled terminal cannot hurt us."""

from __future__ import annotations

import os
import select
import time

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
CHUNK = 4096  # a pipe that select calls writable takes this much without blocking
PATIENCE_SECONDS = 1.0


class Console:
    """Writes to a file descriptor; never raises and never blocks for long."""

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor
        self._open = True
        self._stalled = False
        self._started = time.monotonic()
        self._coloured = os.isatty(descriptor) and "NO_COLOR" not in os.environ
        self._names: list[str] = []

    def name(self, name: str) -> None:
        """Announce a name, so that all prefixes have the same width."""
        if name not in self._names:
            self._names.append(name)

    def line(self, text: str, name: str = "") -> None:
        """Write one line, led by the name of the child that said it."""
        if name:
            self.name(name)
            label = f"{name:<{max(map(len, self._names))}} |"
            if self._coloured:
                colour = COLOURS[self._names.index(name) % len(COLOURS)]
                label = f"\x1b[{colour}m{label}\x1b[0m"
            text = f"{label} {text}"
        self._write(f"{text}\n".encode(errors="replace"))

    def progress(self, text: str) -> None:
        """Write one line with the seconds since we began."""
        self.line(f"[{time.monotonic() - self._started:5.1f} s] {text}")

    def _write(self, data: bytes) -> None:
        while data and self._open:
            # A reader that stopped reading must not keep us from ending the children.
            patience = 0.0 if self._stalled else PATIENCE_SECONDS
            try:
                if not select.select([], [self._descriptor], [], patience)[1]:
                    self._stalled = True
                    return
                data = data[os.write(self._descriptor, data[:CHUNK]) :]
                self._stalled = False
            except BlockingIOError:
                return
            except OSError:
                self._open = False  # the terminal or the reader is gone
