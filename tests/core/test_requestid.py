"""One id from the webhook to the reply, of a shape that is safe to repeat."""

import pytest
from django.test import Client

from hampstead.core import requestid


@pytest.mark.parametrize("offered", ["abc-123", "a.b_c-d", "0" * 64])
def test_a_sane_id_is_taken(offered: str) -> None:
    assert requestid.accept(offered) == offered


@pytest.mark.parametrize(
    "offered",
    [None, "", "short", "0" * 65, "a b c d", "abcdef\n", "abc\r\nX: y", "<script>", "idé-123"],
)
def test_any_other_is_replaced(offered: str | None) -> None:
    assert requestid.accept(offered) != offered


def test_the_id_ends_with_its_block() -> None:
    with requestid.following("request-1"):
        assert requestid.current() == "request-1"
    assert requestid.current() == "-"


def test_new_ids_differ() -> None:
    assert requestid.new() != requestid.new()


def test_the_answer_carries_the_callers_id(client: Client) -> None:
    response = client.get("/health/live", headers={"X-Request-ID": "request-1"})
    assert response["X-Request-ID"] == "request-1"


def test_the_answer_carries_a_new_id_when_none_was_given(client: Client) -> None:
    assert len(client.get("/health/live")["X-Request-ID"]) == 16
