"""What the assistant did with its tools, as staff read it."""

import pytest

from conversations.admin.tool_words import speak
from conversations.models import ToolCall
from conversations.tools import CATALOGUE


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_tool_of_the_catalogue_has_words(name: str) -> None:
    assert "do not offer" not in speak(ToolCall(name=name, arguments={}, result={})).line


def test_an_unknown_tool_is_named() -> None:
    call = ToolCall(name="launch_rocket", arguments={}, result={})
    assert speak(call).line == "Asked for something we do not offer: launch_rocket"


def test_offered_times_are_listed_in_words() -> None:
    slots = [{"slot": "s1", "text": "Tuesday 1 December at 10:30"}, {"slot": "s2"}]
    call = ToolCall(name="find_slots", arguments={}, result={"slots": slots})
    assert speak(call).answer == "Offered: Tuesday 1 December at 10:30 and ?"


def test_a_wish_is_repeated() -> None:
    call = ToolCall(name="find_slots", arguments={"preferred_time": "after lunch"}, result={})
    assert speak(call).line == "Looked for survey times: after lunch"
