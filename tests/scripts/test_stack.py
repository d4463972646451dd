"""The stack's environment, ports and single-run rule, without starting it."""

import os
import socket
from pathlib import Path

import pytest

from scripts.stack import (
    Stack,
    StackError,
    check_ports,
    development_values,
    running_stack,
    stack_environment,
    stack_from_environment,
    the_only_stack,
)

NAMES = ("HOST", "PORT", "LIVE_PORT", "SANDBOX_PORT", "SECRET_KEY", "DATABASE_URL")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stack(port: int) -> Stack:
    return Stack(os.getpid(), "127.0.0.1", port, free_port(), free_port())


def test_the_other_ports_follow_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    found = stack_from_environment()
    assert (found.port, found.live_port, found.sandbox_port) == (9000, 9001, 9020)


def test_a_taken_neighbour_is_left_to_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port - 1))
        found = stack_from_environment()
    assert found.live_port not in (port, port - 1, found.sandbox_port)


def test_equal_ports_are_refused() -> None:
    with pytest.raises(StackError, match="a port of its own"):
        check_ports(Stack(os.getpid(), "127.0.0.1", 8123, 8123, free_port()))


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_PORT", "eight")
    with pytest.raises(StackError, match="LIVE_PORT must be a port number"):
        stack_from_environment()


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port} .*taken.* make run PORT="):
            check_ports(stack(port))


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first = development_values(tmp_path, {"PORT": "1"})
    second = development_values(tmp_path, {"PORT": "2"})
    assert second == {**first, "PORT": "2"}


def test_the_secrets_file_is_ours_alone(tmp_path: Path) -> None:
    development_values(tmp_path, {})
    assert (tmp_path / "dev.env").stat().st_mode & 0o777 == 0o600


def test_the_callers_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
    assert stack_environment(stack(1), tmp_path)["DATABASE_URL"] == "postgresql://elsewhere/x"


def test_a_secret_given_as_a_file_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/key")
    assert "SECRET_KEY" not in stack_environment(stack(1), tmp_path)


def test_a_second_stack_in_the_same_place_is_told_of_the_first(tmp_path: Path) -> None:
    first = stack(8123)
    with (
        the_only_stack(tmp_path, first),
        pytest.raises(StackError, match=r"already running at http://127\.0\.0\.1:8123"),
        the_only_stack(tmp_path, stack(8124)),
    ):
        pass


def test_no_stack_is_found_when_it_has_ended(tmp_path: Path) -> None:
    with the_only_stack(tmp_path, stack(8123)):
        assert running_stack(tmp_path) is not None
    assert running_stack(tmp_path) is None
