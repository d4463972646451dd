"""One line for each event, that nobody can forge and that carries no secret."""

import logging
import sys
from typing import Any

import pytest

from hampstead.core import requestid
from hampstead.core.logs import KeyValueFormatter, fields

CANARIES = ["sk-ant-canary123456", "Bearer canary.token", "canary@example.com", "07700 900123"]


def line(message: str, *, level: int = logging.INFO, **values: Any) -> str:
    record = logging.LogRecord("core", level, "file.py", 1, message, None, None)
    record.__dict__.update(fields(**values))
    return KeyValueFormatter().format(record)


def line_of_error(problem: Exception) -> str:
    record = logging.LogRecord("core", logging.ERROR, "file.py", 1, "failed", None, None)
    try:
        raise problem
    except type(problem):
        record.exc_info = sys.exc_info()
    return KeyValueFormatter().format(record)


def test_a_line_reads_time_level_logger_event_and_pairs() -> None:
    at, rest = line("effect sent", outbox=12, kind="whatsapp").split(" ", 1)
    assert at.endswith("+00:00")
    assert rest == "INFO core effect sent request_id=- outbox=12 kind=whatsapp"


def test_a_line_carries_the_request_id() -> None:
    with requestid.following("request-1"):
        assert "request_id=request-1" in line("effect sent")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a b", '"a b"'),
        ("a=b", '"a=b"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("", '""'),
        ("a\\b", "a\\b"),
    ],
)
def test_a_value_is_quoted_when_it_must_be(value: str, written: str) -> None:
    assert line("event", why=value).endswith(f"why={written}")


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_nobody_writes_a_second_line(mark: str) -> None:
    forged = f"a{mark}2026-01-01 ERROR core forged"
    assert len(line("event", why=forged).splitlines()) == 1
    assert len(line(forged).splitlines()) == 1


@pytest.mark.parametrize("mark", ["\x1b[2J", "\x00", "\x07", "\x7f", "\x9b"])
def test_nobody_moves_the_readers_terminal(mark: str) -> None:
    assert mark not in line(f"event {mark}", why=mark)


def test_a_forged_pair_stays_inside_its_value() -> None:
    assert line("event", why="x code=E001").endswith('why="x code=E001"')


@pytest.mark.parametrize("canary", CANARIES)
def test_no_secret_in_a_trace(canary: str) -> None:
    assert canary not in line_of_error(ValueError(f"bad: {canary}"))


@pytest.mark.parametrize("canary", CANARIES)
def test_no_secret_in_a_warning(canary: str) -> None:
    assert canary not in line(f"refused {canary}", level=logging.WARNING)


@pytest.mark.parametrize("canary", CANARIES)
def test_no_secret_in_the_fields_of_a_warning(canary: str) -> None:
    assert canary not in line("refused", level=logging.WARNING, why=f"said {canary}")


def test_a_trace_is_one_line() -> None:
    assert len(line_of_error(ValueError("a\nb")).splitlines()) == 1
