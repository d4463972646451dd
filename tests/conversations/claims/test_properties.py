"""What holds for any text and any knowledge."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.claims import Finding, FindingKind, Known, check
from tests.conversations.claims.dishonest import DISHONEST
from tests.conversations.claims.harmless import HARMLESS
from tests.conversations.claims.knowing import DUE, LOFT_TEXT, NOTHING, knowing, tool

WORDS = (
    "you are booked for Tuesday at ten half past £80k eighty thousand pounds if not would we will "
    "ring call weeks 10 to 12 24/11 tomorrow € % , . ? ! - : ; ' ( ) 020 7946 a the see free of "
    "charge budget half quarter may march 1 December Uhr demain morgen"
)
SPOKEN = st.lists(st.sampled_from(WORDS.split()), max_size=40).map(" ".join)
SAID = st.sampled_from([*(said for said, _ in HARMLESS), *(said for _, said, _ in DISHONEST)])
# Each of these is a little more to know.
MORE: dict[str, Any] = {
    "tool_texts": (
        tool(available=True, text=LOFT_TEXT),
        tool(promised=True, due=DUE, text=f"A colleague will ring {DUE}."),
        tool(slots=["Tuesday 1 December at 10:00", "Wednesday 2 December at 14:30"]),
    ),
    "customer_texts": ("Tuesday at 10, within 3 months, 90k, jo@example.com, 07700 900123",),
    "budget_pence": (9_000_000,),
    "surveys": (datetime(2026, 12, 1, 10, 0, tzinfo=UTC),),
    "provisional": (datetime(2026, 12, 2, 14, 30, tzinfo=UTC),),
    "held": (datetime(2026, 12, 3, 9, 0, tzinfo=UTC),),
    "has_moved": True,
    "has_cancelled": True,
    "has_promise": True,
    "has_handover": True,
}


@given(st.one_of(st.text(max_size=300), SPOKEN), st.text(max_size=80), SPOKEN)
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_it(said: str, theirs: str, tool_text: str) -> None:
    known = knowing(
        customer_texts=(theirs,), tool_texts=(tool_text, theirs), secret_texts=(tool_text,)
    )
    for finding in check(said, known):
        assert isinstance(finding, Finding)
        assert finding.kind in FindingKind
        assert len(finding.quote) <= 200
        assert finding.why.endswith(".")


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from("lkuw"))
@settings(max_examples=200, deadline=None)
def test_amounts_of_a_tool_are_never_found(low: int, high: int, style: str) -> None:
    known = knowing(tool_texts=(tool(text=f"£{low * 1000:,} to £{high * 1000:,}"),))
    said = {
        "l": f"It is £{low * 1000:,} to £{high * 1000:,}.",
        "k": f"It is £{low}k to £{high}k.",
        "u": f"It is {low * 1000} to {high * 1000} pounds.",
        "w": f"It is {low} to {high} thousand pounds.",
    }[style]
    assert check(said, known) == []


@given(st.integers(100, 9_999_999), st.integers(100, 9_999_999))
@settings(max_examples=200, deadline=None)
def test_any_other_amount_is_found(named: int, said: int) -> None:
    known = knowing(tool_texts=(tool(text=f"£{named:,}"),))
    assert bool(check(f"It costs £{said:,}.", known)) == (named != said)


@given(SAID, st.sets(st.sampled_from(sorted(MORE))), st.sampled_from(sorted(MORE)))
@settings(max_examples=400, deadline=None)
def test_knowing_more_never_finds_more(said: str, some: set[str], one: str) -> None:
    less = replace(NOTHING, **{name: MORE[name] for name in some})
    more = replace(less, **{one: MORE[one]})
    assert _found(said, more) <= _found(said, less)


@given(SAID, st.sampled_from(MORE["tool_texts"]), st.sampled_from(MORE["tool_texts"]))
@settings(max_examples=200, deadline=None)
def test_another_tool_result_never_finds_more(said: str, first: str, second: str) -> None:
    less = knowing(tool_texts=(first,))
    assert _found(said, replace(less, tool_texts=(first, second))) <= _found(said, less)


@given(SAID, SAID)
@settings(max_examples=200, deadline=None)
def test_a_lie_is_found_behind_another_sentence(first: str, second: str) -> None:
    of_all = {FindingKind.EMPTY, FindingKind.MARKUP}  # said of a text as a whole
    alone = {kind for kind, _ in _found(second, NOTHING)} - of_all
    together = {kind for kind, _ in _found(f"{first}\n\n{second}", NOTHING)}
    if FindingKind.MARKUP in together or FindingKind.PROMPT in together:
        return  # one finding of these stands for the whole text
    assert alone <= together


def _found(said: str, known: Known) -> set[tuple[FindingKind, str]]:
    return {(finding.kind, finding.quote) for finding in check(said, known)}
