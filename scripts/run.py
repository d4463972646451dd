"""The local stack: servers, tables, defaults, all processes, and the demo story.

python -m scripts.run            serve until Ctrl-C (make run)
python -m scripts.run demo       play the story, against a running stack if there is one
python -m scripts.run sandbox    only the simulators of the vendors
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from scripts.console import Console
from scripts.embedded import EmbeddedPostgres, EmbeddedRedis, default_directory
from scripts.embedded_places import ROOT, EmbeddedError
from scripts.stack import (
    MANAGE,
    PYTHON,
    Stack,
    StackError,
    check_ports,
    is_ready,
    is_set,
    running_stack,
    serving_children,
    stack_environment,
    stack_from_environment,
    the_only_stack,
)
from scripts.supervise import Child, Supervisor

READY_SECONDS = 90.0
PREPARATIONS = {
    "Bringing the tables up to date": ("migrate", "--verbosity", "0"),
    "Loading the defaults": ("load_defaults",),
    "Making sure that staff can sign in": ("ensure_staff_login",),
}


class EmbeddedServers:
    """The embedded servers that this stack needs; it stops the ones it started."""

    def __init__(self, directory: Path) -> None:
        self._mark = directory / "run" / "started-by-the-stack"
        self._needed: list[EmbeddedPostgres | EmbeddedRedis] = []
        if not is_set("DATABASE_URL"):
            self._needed.append(EmbeddedPostgres(directory))
        if not is_set("REDIS_URL"):
            self._needed.append(EmbeddedRedis(directory))

    def up(self) -> None:
        """Start what is down."""
        started = [server.up() for server in self._needed]
        if any(started):
            # On disk, so that they are still ours when a killed stack is started again.
            self._mark.touch()

    def down(self) -> None:
        """Stop what a stack started; leave alone what somebody else had up before."""
        if self._mark.exists():
            for server in reversed(self._needed):
                server.down()
            self._mark.unlink()


class Readiness:
    """Asks in the background, so that the children's output keeps flowing meanwhile."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._given_up = threading.Event()
        self.ready: bool | None = None
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Have no thread left: processes are only forked while there is none."""
        self._given_up.set()
        self._thread.join()

    def _ask(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not (found := is_ready(self._stack)) and time.monotonic() < deadline:
            if self._given_up.wait(0.2):
                return
        self.ready = found


class Opening:
    """What happens once, when the stack is ready: the story, then the closing words."""

    def __init__(self, supervisor: Supervisor, stack: Stack, story: Child | None) -> None:
        self._supervisor = supervisor
        self._stack = stack
        self._story = story
        self._step: Callable[[], None] | None = self._wait
        self._readiness = Readiness(stack)

    def __call__(self) -> None:
        """Do the next step if it is due; called often by the supervisor."""
        if self._step:
            self._step()

    def end(self) -> None:
        """Leave nothing behind."""
        self._readiness.end()

    def _wait(self) -> None:
        if self._readiness.ready is None:
            return
        self._readiness.end()
        if not self._readiness.ready:
            self._supervisor.console.line(
                f"{self._stack.url}/health/ready still says no after {READY_SECONDS:.0f} s; "
                "see the lines above. The stack keeps running."
            )
            self._step = None
        elif self._story:
            self._supervisor.console.progress("Ready. Playing the demo story")
            self._supervisor.start(self._story)
            self._step = self._watch_story
        else:
            self._say_where()

    def _watch_story(self) -> None:
        status = self._supervisor.finished("demo")
        if status is None:
            return
        if status:
            self._supervisor.console.line(f"The demo story failed (status {status}); see above.")
        self._say_where()

    def _say_where(self) -> None:
        self._step = None
        for line in (
            "",
            f"  Serving   {self._stack.url}",
            f"  Admin     {self._stack.url}/admin/",
            "  Ctrl-C stops everything.",
            "",
        ):
            self._supervisor.console.line(line)


def prepare(supervisor: Supervisor, env: dict[str, str]) -> bool:
    """Run the one-off steps; False if one failed or a signal came."""
    for title, command in PREPARATIONS.items():
        supervisor.console.progress(title)
        status = supervisor.run(Child(title, (*MANAGE, *command), env, passing=True, plain=True))
        if status is None:
            return False
        if status:
            supervisor.console.line(f"manage.py {command[0]} failed with status {status}")
            return False
    return True


def run(console: Console, *, only_story: bool) -> int:
    """Bring the stack up, serve (or play the story) and take it down again."""
    directory = default_directory()
    stack = stack_from_environment()
    with the_only_stack(directory, stack), Supervisor(console) as supervisor:
        check_ports(stack)
        servers = EmbeddedServers(directory)
        try:
            console.progress("Starting the database and Redis")
            servers.up()
            env = stack_environment(stack, directory)
            if not prepare(supervisor, env):
                return 0 if supervisor.stop_signal else 1
            console.progress("Starting the processes")
            for child in serving_children(env):
                supervisor.start(child)
            if only_story:
                return _play_and_stop(supervisor, stack, env)
            return _serve(supervisor, stack, env)
        finally:
            supervisor.stop()
            servers.down()
            console.progress("Stopped")


def _serve(supervisor: Supervisor, stack: Stack, env: dict[str, str]) -> int:
    wanted = os.environ.get("DEMO", "1") not in {"0", "no", "false", "off"}
    story = Child("demo", (*MANAGE, "demo", "--once"), env, passing=True, plain=True)
    opening = Opening(supervisor, stack, story if wanted else None)
    try:
        return supervisor.serve(opening)
    finally:
        opening.end()


def _play_and_stop(supervisor: Supervisor, stack: Stack, env: dict[str, str]) -> int:
    readiness = Readiness(stack)
    while readiness.ready is None and not supervisor.stopping:
        supervisor.turn()
    readiness.end()
    if supervisor.stopping or not readiness.ready:
        if not supervisor.stopping:
            supervisor.console.line("The stack did not get ready; see the lines above.")
        return supervisor.status or 1
    supervisor.console.progress("Playing the demo story")
    status = supervisor.run(Child("demo", (*MANAGE, "demo"), env, passing=True, plain=True))
    return 1 if status is None else status


def play(console: Console) -> int:
    """Play the story against the running stack, or against one that runs only for it."""
    directory = default_directory()
    stack = running_stack(directory)
    if stack is None or not is_ready(stack):
        return run(console, only_story=True)
    console.progress(f"Playing the demo story against {stack.url}")
    env = stack_environment(stack, directory)
    return subprocess.run([*MANAGE, "demo"], env=env, check=False).returncode


def only_sandbox() -> int:
    """Become the sandbox."""
    directory = default_directory()
    directory.mkdir(parents=True, exist_ok=True)
    env = stack_environment(stack_from_environment(), directory)
    os.execve(PYTHON, [PYTHON, "-m", "hampstead.sandbox"], env)  # noqa: S606 (no shell wanted)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.run")
    parser.add_argument("what", nargs="?", default="serve", choices=["serve", "demo", "sandbox"])
    what = parser.parse_args().what
    os.chdir(ROOT)  # celery and `python -m hampstead.sandbox` import from here
    try:
        if what == "sandbox":
            return only_sandbox()
        console = Console()
        return play(console) if what == "demo" else run(console, only_story=False)
    except (StackError, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
