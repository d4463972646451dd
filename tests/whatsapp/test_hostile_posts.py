"""Whatever arrives, reading a post ends in events or in UnreadablePostError."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hampstead.core.inbox import UnreadablePostError
from tests.whatsapp.posts import envelope, text_message
from whatsapp.events import read_post

GOOD = json.dumps(envelope(text_message("Hello")))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>",
        b'{"object": "whatsapp_business_account"',
        b"[]",
        b"null",
        b"{}",
        b'{"object": "instagram", "entry": []}',
        GOOD.replace("Hello", "Hel\\u0000lo").encode(),
        GOOD.replace("Hello", "\\ud83d").encode(),
        GOOD.replace('"body"', '"bo\\u0000dy"').encode(),
        GOOD.replace('"Hello"', "NaN").encode(),
        GOOD.replace('"Hello"', "-Infinity").encode(),
        GOOD.replace('"Hello"', "9" * 5000).encode(),
        GOOD.replace('"Hello"', "[" * 100_000 + "]" * 100_000).encode(),
        GOOD.replace('"Hello"', "[" * 700 + "]" * 700).replace("entry", "entry_").encode()[:-1],
    ],
)
def test_a_post_that_cannot_be_stored_or_read_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePostError):
        read_post(body)


WORDS = """
    object entry changes field value metadata phone_number_id contacts messages statuses errors from
    from_user_id user_id wa_id id timestamp type text body image caption interactive button_reply
    title profile name username group_id status code error_data details
"""
KEYS = st.sampled_from(WORDS.split())
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["messages", "text", "whatsapp_business_account", "447700900123", "GB.1"]),
)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5)


ANYTHING = st.recursive(LEAVES, _nested, max_leaves=12)
CHANGES = st.fixed_dictionaries({"field": st.just("messages"), "value": ANYTHING})
VALUES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("contacts", "messages", "statuses", "errors"), ANYTHING)
)


@given(payload=ANYTHING, change=CHANGES, value=VALUES, part=st.lists(ANYTHING, max_size=2))
@settings(max_examples=150, deadline=None)
def test_no_json_breaks_the_reader(payload: Any, change: Any, value: Any, part: list[Any]) -> None:
    changes = [change, {"field": "messages", "value": value}]
    changes.append({"field": "messages", "value": {"messages": part, "statuses": part}})
    known = {"object": "whatsapp_business_account", "entry": [{"changes": changes}, payload]}
    for body in (payload, known):
        with suppress(UnreadablePostError):
            read_post(json.dumps(body).encode())


@given(body=st.binary(max_size=60), at=st.integers(0, len(GOOD)))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_reader(body: bytes, at: int) -> None:
    for hostile in (body, GOOD.encode()[:at] + body + GOOD.encode()[at:]):
        with suppress(UnreadablePostError):
            read_post(hostile)
