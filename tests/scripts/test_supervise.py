"""The supervisor with real children, seen from outside: what is left when it is gone."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.embedded_places import ROOT, is_alive, wait_until

pytestmark = pytest.mark.kills

DRIVER = """
import json, sys
from scripts.console import Console
from scripts.supervise import Child, Supervisor
with Supervisor(Console(), grace_seconds=float(sys.argv[2])) as supervisor:
    for name, code in json.loads(sys.argv[1]).items():
        supervisor.start(Child(name, [sys.executable, "-c", code], passing=name == "passing"))
    sys.exit(supervisor.serve())
"""
NOTE = "import os, pathlib, signal, subprocess, sys, time\n"
PAUSE = "while True: signal.pause()\n"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
CHATTY = "while True:\n    print('still here', flush=True)\n    time.sleep(0.02)\n"


class Scene:
    """One supervisor, its children, and the notes they leave of their process ids."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None

    def note(self, name: str) -> str:
        """Code that writes the process id once it is ready for signals."""
        path = str(self.place / name)
        return (
            f"pathlib.Path({path + '.new'!r}).write_text(str(os.getpid()))\n"
            f"os.replace({path + '.new'!r}, {path!r})\n"
        )

    def child(self, name: str, before: str = "", after: str = PAUSE) -> str:
        return NOTE + before + self.note(name) + after

    def start(
        self,
        children: dict[str, str],
        grace: float = 5.0,
        terminal: int | None = None,
        stdout: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        def own_terminal() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        prepare: Callable[[], None] | None = None if terminal is None else own_terminal
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, json.dumps(children), str(grace)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=stdout if terminal is None else terminal,
            stderr=subprocess.STDOUT,
            preexec_fn=prepare,
        )
        return self.process

    def pid(self, name: str) -> int:
        path = self.place / name
        assert wait_until(path.exists, 20), f"{name} did not start"
        return int(path.read_text())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    if scene.process:
        scene.process.kill()
        scene.process.communicate()
    for note in tmp_path.iterdir():
        # Only what a failed test left: these processes are all ours.
        if note.read_text().isdigit() and is_alive(int(note.read_text())):
            os.kill(int(note.read_text()), signal.SIGKILL)


def gone(*pids: int) -> bool:
    return wait_until(lambda: not any(map(is_alive, pids)), 10)


def test_ctrl_c_ends_everything_cleanly(scene: Scene) -> None:
    ours, theirs = os.openpty()
    process = scene.start({"a": scene.child("a"), "b": scene.child("b")}, terminal=theirs)
    os.close(theirs)
    pids = scene.pid("a"), scene.pid("b")
    os.write(ours, b"\x03")
    assert process.wait(10) == 0
    os.close(ours)
    assert gone(*pids)


def test_sigterm_ends_everything_cleanly(scene: Scene) -> None:
    process = scene.start({"a": scene.child("a"), "b": scene.child("b")})
    pids = scene.pid("a"), scene.pid("b")
    process.terminate()
    assert process.wait(10) == 0
    assert gone(*pids)


def test_a_closed_terminal_ends_everything(scene: Scene) -> None:
    ours, theirs = os.openpty()
    process = scene.start({"a": scene.child("a", after=CHATTY)}, terminal=theirs)
    os.close(theirs)
    pid = scene.pid("a")
    os.close(ours)
    assert process.wait(10) == 0
    assert gone(pid)


def test_killed_outright_its_children_end(scene: Scene) -> None:
    process = scene.start({"a": scene.child("a"), "b": scene.child("b")})
    pids = scene.pid("a"), scene.pid("b")
    process.kill()
    assert gone(*pids)


def test_a_reader_that_has_gone_does_not_end_it(scene: Scene) -> None:
    read, write = os.pipe()
    chatty = "for _ in range(20): print('still here', flush=True)\n" + scene.note("later") + CHATTY
    go = scene.place / "go"
    wait = f"print('ready', flush=True)\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
    process = scene.start({"a": NOTE + wait + chatty}, stdout=write)
    os.close(write)
    os.read(read, 1)
    os.close(read)
    go.write_text("")
    pid = scene.pid("later")
    process.terminate()
    assert process.wait(10) == 0
    assert gone(pid)


def test_a_reader_that_stalls_does_not_hinder_the_stop(scene: Scene) -> None:
    flood = "while True: print('x' * 4000, flush=True)\n"
    process = scene.start({"a": scene.child("a", after=flood)})
    pid = scene.pid("a")
    process.terminate()
    assert process.wait(10) == 0
    assert gone(pid)


def test_a_child_that_ignores_sigterm_is_killed_with_its_group(scene: Scene) -> None:
    grandchild = NOTE + STUBBORN + scene.note("grandchild") + PAUSE
    spawn = STUBBORN + f"subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n"
    process = scene.start({"a": scene.child("a", before=spawn)}, grace=0.3)
    pids = scene.pid("a"), scene.pid("grandchild")
    process.terminate()
    assert b"did not end in time" in process.communicate(timeout=10)[0]
    assert process.returncode == 0
    assert gone(*pids)


def test_only_the_main_process_is_told_to_end(scene: Scene) -> None:
    told = scene.place / "told"
    react = f"signal.signal(signal.SIGTERM, lambda *_: pathlib.Path({str(told)!r}).touch())\n"
    grandchild = NOTE + react + scene.note("grandchild") + PAUSE
    spawn = f"subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n"
    process = scene.start({"a": scene.child("a", before=spawn)})
    pids = scene.pid("a"), scene.pid("grandchild")
    process.terminate()
    assert process.wait(10) == 0
    assert gone(*pids)
    assert not told.exists()


def test_the_death_of_one_child_stops_all(scene: Scene) -> None:
    dying = NOTE + "print('no such table', flush=True); sys.exit(3)\n"
    process = scene.start({"steady": scene.child("steady"), "pump": dying})
    said = process.communicate(timeout=10)[0].decode()
    assert process.returncode == 1
    assert "pump ended by itself with status 3" in said
    assert "\n    no such table\n" in said


def test_a_clean_end_of_a_lasting_child_is_a_failure_too(scene: Scene) -> None:
    process = scene.start({"pump": NOTE})
    process.communicate(timeout=10)
    assert process.returncode == 1


def test_a_child_killed_by_a_signal_is_named(scene: Scene) -> None:
    process = scene.start({"worker": scene.child("worker")})
    os.kill(scene.pid("worker"), signal.SIGKILL)
    said = process.communicate(timeout=10)[0].decode()
    assert process.returncode == 1
    assert "worker was ended by signal 9 (Killed)" in said


def test_a_passing_child_may_end(scene: Scene) -> None:
    wait = f"while not os.path.exists({str(scene.place / 'go')!r}): time.sleep(0.01)\n"
    passing = NOTE + "print('story told', flush=True)\n"
    process = scene.start({"passing": passing, "steady": scene.child("steady", before=wait)})
    stdout = process.stdout
    assert stdout is not None
    assert b"story told" in stdout.readline()
    (scene.place / "go").write_text("")
    scene.pid("steady")
    process.terminate()
    assert process.wait(10) == 0


def test_a_program_that_cannot_start_is_a_failure(tmp_path: Path) -> None:
    code = DRIVER.replace('[sys.executable, "-c", code]', "[code]")
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps({"ghost": str(tmp_path / "none")}), "5"],
        cwd=ROOT, capture_output=True, text=True, timeout=10, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ghost cannot start" in done.stdout
