"""Sentences that code says without asking the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import wording
from leads.models import Firm


@given(text=st.text(max_size=400), limit=st.integers(2, 300))
def test_a_fitted_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    fitted = wording.fitted(text, limit)
    assert len(fitted) <= limit
    assert text.startswith(fitted.removesuffix("…")) or fitted == text


def test_a_short_text_stays_as_it_is() -> None:
    assert wording.fitted("Good morning. ", 14) == "Good morning. "


def test_a_long_text_is_cut_behind_a_sentence() -> None:
    assert wording.fitted("One two three. Four five six seven", 25) == "One two three."


def test_a_text_without_a_sentence_ends_in_dots() -> None:
    assert wording.fitted("a" * 50, 10) == "a" * 9 + "…"


@pytest.mark.django_db
def test_the_notice_is_kept_whole_behind_the_longest_answer() -> None:
    text = wording.with_notice("Long answer. " * 1000)
    assert len(text) <= wording.MAX_WHATSAPP
    assert text.endswith("\n\n" + Firm.current().notice_text)


@pytest.mark.django_db
def test_the_honest_sentence_gives_the_offices_number() -> None:
    Firm(**{**_firm(), "office_phone": "+442079460111"}).save()
    assert "020 7946 0111" in wording.holding()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("audio", "voice notes"),
        ("voice", "voice notes"),
        ("image", "photos"),
        ("poll", "this kind"),
    ],
)
def test_what_cannot_be_read_is_named(kind: str, words: str) -> None:
    assert words in wording.cannot_read(kind)


def _firm() -> dict[str, str]:
    firm = Firm.current()
    return {field.name: getattr(firm, field.name) for field in Firm._meta.fields}
