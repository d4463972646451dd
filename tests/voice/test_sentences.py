import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.speech.sentences import pieces


def test_a_short_text_is_one_piece() -> None:
    assert pieces("  Good morning. How are you? ", 100) == ["Good morning. How are you?"]


def test_nothing_to_say_is_no_piece() -> None:
    assert pieces(" \n ", 100) == []


def test_a_text_is_cut_behind_sentences() -> None:
    text = "We are open. Ring us at nine. Or write!"
    assert pieces(text, 20) == ["We are open.", "Ring us at nine.", "Or write!"]


def test_pieces_hold_as_many_sentences_as_fit() -> None:
    assert pieces("One. Two. Three. Four.", 12) == ["One. Two.", "Three. Four."]


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("a lead, a side return, a loft", 12, ["a lead,", "a side", "return,", "a loft"]),
        ("no end at all here", 8, ["no end", "at all", "here"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("£1.50 each. Fine.", 12, ["£1.50 each.", "Fine."]),
        ("“Yes.” She said. No.", 8, ["“Yes.”", "She", "said.", "No."]),
    ],
)
def test_what_has_no_better_end_is_cut_at_the_next(text: str, limit: int, cut: list[str]) -> None:
    assert pieces(text, limit) == cut


@given(st.text(alphabet="ab .,!?\n", max_size=300), st.integers(1, 40))
def test_no_piece_is_too_long_and_no_letter_is_lost(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert all(0 < len(piece) <= limit for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())
