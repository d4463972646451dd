"""Embedded PostgreSQL and Redis for development, tests and CI.

    python -m scripts.embedded up|down|status|env [--var DIR] [--throw-away]

Both servers outlive the command that started them, and are reached by Unix sockets only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.embedded_places import EmbeddedError, default_directory
from scripts.embedded_postgres import EmbeddedPostgres
from scripts.embedded_redis import EmbeddedRedis

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedRedis", "default_directory", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when done, 1 on failure, 3 when `status` finds one down."""
    parser = argparse.ArgumentParser(prog="python -m scripts.embedded")
    parser.add_argument("command", choices=["up", "down", "status", "env"])
    parser.add_argument("--var", type=Path, help="directory of the servers (default: VAR_DIR)")
    parser.add_argument("--throw-away", action="store_true", help="fast, not crash-safe")
    chosen = parser.parse_args(arguments)
    directory = chosen.var or default_directory()
    postgres = EmbeddedPostgres(directory, durable=not chosen.throw_away)
    redis = EmbeddedRedis(directory, durable=not chosen.throw_away)
    try:
        return _perform(chosen.command, postgres, redis)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


def _perform(command: str, postgres: EmbeddedPostgres, redis: EmbeddedRedis) -> int:
    servers: dict[str, EmbeddedPostgres | EmbeddedRedis] = {"PostgreSQL": postgres, "Redis": redis}
    if command == "env":
        print(f"DATABASE_URL={postgres.url}")
        print(f"REDIS_URL={redis.url}")
        return 0
    if not postgres.directory.exists():
        if command != "up":
            print(f"nothing below {postgres.directory}")
            return 3 if command == "status" else 0
        postgres.directory.mkdir(parents=True)
    for name, server in servers.items():
        if command == "up":
            print(f"{name}: {'started' if server.up() else 'already up'}")
        elif command == "down":
            print(f"{name}: {'stopped' if server.down() else 'not running'}")
        else:
            print(f"{name}: {f'up, process {server.pid}' if server.is_up() else 'down'}")
    if command == "status":
        return 0 if all(server.is_up() for server in servers.values()) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
