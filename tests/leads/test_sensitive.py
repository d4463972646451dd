"""What a customer volunteers about people is flagged; talk about buildings is not."""

import pytest

from leads.sensitive import is_sensitive

SENSITIVE = [
    # health and access needs
    "My mother uses a wheelchair",
    "we need wheelchair access to the garden",
    "I have cancer",
    "my husband's having chemo until March",
    "my son is autistic",
    "Our daughter has Down's syndrome",
    "my dad had a stroke",
    "after her hip replacement she needs a walk-in shower",
    "My father has dementia and lives with us",
    "mum can't manage the stairs any more",
    "he struggles with the stairs",
    "I’m disabled and need a level access shower",
    "she is registered blind",
    "my wife is deaf, so please text",
    "I have MS",
    "I've been ill for months",
    "my partner is off sick",
    "I was in hospital last week",
    "we need a stair lift for granny",
    "he is diabetic",
    "my anxiety is bad, please no calls",
    "she suffers from depression",
    "I broke my leg",
    "a room for my carer",
    "our boy has severe asthma, dust is a problem",
    "I'm allergic to dust",
    "the council's disabled facilities grant would pay",
    "he was diagnosed last year",
    # birth and children
    "my wife is pregnant so we need it done by May",
    "We're expecting our second in June",
    "baby due in March",
    "I'm on maternity leave",
    "our daughter is 7 and wants her own bathroom",
    "my 3 year old keeps falling down the steps",
    "we've a six-month-old baby",
    "two children aged 4 and 6",
    "our son goes to Invented Primary",
    # belief
    "We are an orthodox Jewish family and need a kosher kitchen",
    "I'm Muslim, could we have a prayer room?",
    "no visits on the sabbath please",
    "as a Christian I would rather not on Sundays",
    "we keep kosher, so two sinks",
    "we're Hindu and want a puja room",
    # origin and private life
    "we are black and the last builder was rude about it",
    "I'm Nigerian",
    "a mixed-race family",
    "I'm gay and my husband will be in",
    "we're a same-sex couple",
    "I am transgender",
    # union and politics
    "I'm a trade union rep",
    "I am a member of Unison",
    "we voted Labour",
    # the law
    "I have a criminal record",
    "my brother is just out of prison",
    "my ex is on bail",
    "there is a restraining order against my ex-husband",
    "I moved here because of domestic violence",
    "he was convicted of fraud",
]

ORDINARY = [
    "I'm sick of this kitchen",
    "I am sick and tired of waiting",
    "a healthy budget",
    "dead space under the stairs",
    "there's a disabled parking bay outside",
    "do you comply with the disabled toilets regs",
    "roller blinds and a blind corner cabinet",
    "a stroke of luck",
    "the quote nearly gave me a heart attack",
    "white walls, black worktop",
    "we are looking at black marble",
    "We're white goods only, no furniture",
    "The walls are black with mould",
    "an Indian slate patio",
    "a Victorian church conversion",
    "my name is Christian",
    "labour and materials",
    "a conservative estimate",
    "the European Union rules on windows",
    "a union jack doormat",
    "there is a depression in the floor",
    "the hours of operation of your office",
    "a 10 year old boiler",
    "our kitchen is 30 years old",
    "we have two kids and need more room",
    "a playroom for the children",
    "expecting a delivery on Monday",
    "the due date for the quote",
    "we live in Hospital Road",
    "walk-in shower with a seat",
    "an accessible loft hatch",
    "a MS Teams call would be fine",
    "we can use MS Project",
    "the stairs are too narrow",
    "we had our boiler replaced, the old one was dying",
    "it has been on probation period at work",
    "we said it with conviction that the wall can go",
    "the price was criminal",
    "heart of the house",
    "operation of the blinds is by remote",
    "the cupboard is broken",
    "Mrs Gay from number 7 recommended you",
    "our builder's race against time",
    "can you fit a hoist for the steel",
    "",
]


@pytest.mark.parametrize("text", SENSITIVE)
def test_what_is_volunteered_about_people_is_flagged(text: str) -> None:
    assert is_sensitive(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_talk_about_the_house_is_not(text: str) -> None:
    assert not is_sensitive(text)


def test_writing_it_loudly_or_with_marks_changes_nothing() -> None:
    assert is_sensitive("MY MOTHER USES A *WHEELCHAIR*")


def test_a_long_text_is_read_quickly() -> None:
    assert not is_sensitive("my our their " * 2000)
