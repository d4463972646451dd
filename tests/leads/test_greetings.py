"""How a notice greets the customer: by their name, never by what is none."""

import pytest

from leads.facts import note_facts
from leads.models import FactKey, Survey, SurveyNotice
from leads.notice_texts import text_of
from tests.factories.leads import SurveyFactory

pytestmark = pytest.mark.django_db


def greeting(name: str, *, told: str = "") -> str:
    """`told`: the name that they gave in this enquiry."""
    survey: Survey = SurveyFactory(lead__person__name=name)
    if told:
        assert survey.lead is not None
        note_facts(lead=survey.lead, facts={FactKey.CUSTOMER_NAME: told}, source="message:1")
    text = text_of(SurveyNotice(survey=survey, purpose=SurveyNotice.Purpose.DAY_BEFORE))
    return text.partition(" a short reminder")[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr Patel", "Hello Dr Patel,"),
        ("dr. Anil Patel", "Hello Dr Patel,"),
        ("MRS Chen", "Hello Mrs Chen,"),
        ("Mx Jo Bloggs", "Hello Mx Bloggs,"),
        ("Prof Dr Weber", "Hello Prof Dr Weber,"),
        ("Mr and Mrs Smith", "Hello Mr and Mrs Smith,"),
        ("Mr & Mrs John Smith", "Hello Mr and Mrs Smith,"),
        ("Dr Anna van der Berg", "Hello Dr van der Berg,"),
        ("Rev O'Neil", "Hello Rev O'Neil,"),
        ("Lady Smith", "Hello Lady Smith,"),
        ("Mr Jack Lord", "Hello Mr Lord,"),
        ("Dr Jane Smith, PhD", "Hello Dr Smith,"),
    ],
)
def test_a_title_goes_with_the_surname(name: str, expected: str) -> None:
    assert greeting(name) == expected


@pytest.mark.parametrize("name", ["Sir John Smith", "Dame John Smith"])
def test_a_knight_is_called_by_the_first_name(name: str) -> None:
    assert greeting(name) == f"Hello {name.removesuffix(' Smith')},"


@pytest.mark.parametrize(
    "name", ["Dr", "Mrs.", "Mr and Mrs", "Mr John and Mrs Jane Smith", "Dr ✨"]
)
def test_a_title_alone_greets_nobody(name: str) -> None:
    assert greeting(name) == "Hello,"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mary-Jane Watson", "Hello Mary-Jane,"),
        ("O'Neil", "Hello O'Neil,"),
        ("D’Arcy Smith", "Hello D’Arcy,"),
        ("Zoe\u0308 Smith", "Hello Zoë,"),
        ("प्रिया शर्मा", "Hello प्रिया,"),
    ],
)
def test_a_name_is_more_than_letters(name: str, expected: str) -> None:
    assert greeting(name) == expected


@pytest.mark.parametrize(
    "name", ["Smith Builders Ltd", "Acme Limited", "-", "Ada-", "'", "A1 Cars"]
)
def test_a_company_is_no_name(name: str) -> None:
    assert greeting(name) == "Hello,"


def test_the_name_that_they_gave_goes_before_that_of_the_account() -> None:
    assert greeting("London Lofts", told="Ada Patel") == "Hello Ada,"


def test_what_they_gave_may_have_a_title() -> None:
    assert greeting("Ada", told="Dr Patel") == "Hello Dr Patel,"


def test_without_an_enquiry_the_account_names_them() -> None:
    survey = SurveyFactory(lead__person__name="Ada Patel")
    Survey.objects.update(lead=None)
    survey = Survey.objects.get()
    notice = SurveyNotice(survey=survey, purpose=SurveyNotice.Purpose.DAY_BEFORE)
    assert text_of(notice).startswith("Hello Ada,")
