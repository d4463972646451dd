"""Run a command with embedded servers of its own, and stop them after it.

    python -m scripts.with_servers --var var/test -- .venv/bin/python -m pytest

The servers are throw-away ones: fast, and begun anew if they do not survive a power cut.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.embedded import EmbeddedError, EmbeddedPostgres, EmbeddedRedis
from scripts.stack import development_values

# Set for the command whatever the caller has: tests must never touch another database.
ALWAYS = {"DATABASE_URL", "REDIS_URL", "VAR_DIR"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the command's exit status is ours."""
    parser = argparse.ArgumentParser(prog="python -m scripts.with_servers")
    parser.add_argument("--var", type=Path, required=True, help="directory of the servers")
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args(arguments)
    directory: Path = chosen.var.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "in-use.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another run is using the servers below {directory}.", file=sys.stderr)
            return 1
        try:
            return _run(directory, chosen.command)
        except EmbeddedError as error:
            print(error, file=sys.stderr)
            return 1


def _run(directory: Path, command: Sequence[str]) -> int:
    postgres = EmbeddedPostgres(directory, durable=False)
    redis = EmbeddedRedis(directory, durable=False)
    given = {
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "VAR_DIR": str(directory),
        "ENVIRONMENT": "development",
    }
    values = development_values(directory, given)
    env = {**values, **os.environ, **{name: values[name] for name in ALWAYS}}
    child: subprocess.Popen[bytes] | None = None
    asked: list[int] = []  # to stop, before there was a command

    def pass_on(number: int, _frame: object) -> None:
        if child is None:
            asked.append(number)
        # Ctrl-C reaches the command from the terminal itself; the others only reach us.
        elif number != signal.SIGINT:
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    try:
        postgres.up()
        if not asked:
            redis.up()
        if asked:
            return 128 + asked[0]
        child = subprocess.Popen(command, env=env)
        for late in asked:  # it came while the command was being started
            pass_on(late, None)
        status = child.wait()
        return status if status >= 0 else 128 - status
    finally:
        redis.down()
        postgres.down()


if __name__ == "__main__":
    sys.exit(main())
