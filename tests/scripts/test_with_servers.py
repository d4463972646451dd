"""The runner that gives a command servers of its own."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.embedded import EmbeddedPostgres, EmbeddedRedis
from scripts.embedded_places import ROOT, wait_until

pytestmark = pytest.mark.kills


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="with ") as name:
        yield Path(name)
        EmbeddedPostgres(Path(name)).down(immediate=True)
        EmbeddedRedis(Path(name)).down(immediate=True)


def start(place: Path, code: str, **environment: str) -> subprocess.Popen[str]:
    runner = [sys.executable, "-m", "scripts.with_servers", "--var", str(place), "--"]
    return subprocess.Popen(
        [*runner, sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_command_has_its_own_servers_and_its_status_is_passed_on(place: Path) -> None:
    code = (
        "import os, sys, psycopg\n"
        "print(psycopg.connect(os.environ['DATABASE_URL']).execute('select 1').fetchone())\n"
        "sys.exit(7)"
    )
    process = start(place, code, DATABASE_URL="postgresql://elsewhere/precious")
    said = process.communicate(timeout=60)[0]
    assert (said.strip(), process.returncode) == ("(1,)", 7)
    assert not EmbeddedPostgres(place).is_up()
    assert not EmbeddedRedis(place).is_up()


def test_sigterm_ends_the_command_and_the_servers(place: Path) -> None:
    ready = place / "ready"
    code = f"import pathlib, signal; pathlib.Path({str(ready)!r}).touch(); signal.pause()"
    process = start(place, code)
    assert wait_until(ready.exists, 30)
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 128 + 15
    assert not EmbeddedPostgres(place).is_up()


def test_sigterm_while_the_servers_start_ends_the_run(place: Path) -> None:
    begun = place / "begun"
    process = start(place, f"import pathlib; pathlib.Path({str(begun)!r}).touch()")
    assert wait_until((place / "dev.env").exists, 30)
    time.sleep(0.2)  # the handlers stand, the database is being made
    process.terminate()
    process.communicate(timeout=60)
    assert (process.returncode, begun.exists()) == (128 + 15, False)
    assert not EmbeddedPostgres(place).is_up()


def test_a_second_run_in_the_same_place_is_refused(place: Path) -> None:
    ready = place / "ready"
    code = f"import pathlib, signal; pathlib.Path({str(ready)!r}).touch(); signal.pause()"
    first = start(place, code)
    assert wait_until(ready.exists, 30)
    second = start(place, "")
    assert "Another run is using" in second.communicate(timeout=20)[0]
    first.terminate()
    first.communicate(timeout=20)
    assert second.returncode == 1
