"""Names and projects."""

import pytest

from leads.spoken.names import read_name
from leads.spoken.projects import read_project
from leads.terms import ProjectType

BATHROOM, BASEMENT, OTHER = ProjectType.BATHROOM, ProjectType.BASEMENT, ProjectType.OTHER
KITCHEN, LOFT = ProjectType.KITCHEN_EXTENSION, ProjectType.LOFT_CONVERSION
SIDE, REAR = ProjectType.SIDE_RETURN, ProjectType.REAR_EXTENSION
WHOLE, REPAIR = ProjectType.FULL_RENOVATION, ProjectType.MAINTENANCE


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("it's Priya", "Priya"),
        ("my name is priya shah", "Priya Shah"),
        ("Priya Shah here", "Priya Shah"),
        ("Hi, Tom here. Need a loft", "Tom"),
        ("a loft please, Alf Denny is the name", "Alf Denny"),
        ("this is Mr O'Connor", "Mr O'Connor"),
        ("I'm Priya Shah-Jones and I'd like a loft", "Priya Shah-Jones"),
        ("Hello, it's Ludwig van der Berg", "Ludwig van der Berg"),
        ("I'm Ben", "Ben"),
        ("Call me Jo", "Jo"),
        ("my name's José García", "José García"),
        ("my name is Tom and Priya Shah", "Tom and Priya Shah"),
        ("you're speaking to Anna", "Anna"),
        ("Thanks,\nPriya", "Priya"),
        ("This is Priya from West Hampstead", "Priya"),
        ("my name is o'connor", "O'Connor"),
        ("the name's Bond", "Bond"),
        ("New bathroom, NW3. Name is Isolde Farr", "Isolde Farr"),
        ("name's bob hope", "Bob Hope"),
        ("I'm Tom Price, loft in NW6", "Tom Price"),
        ("it's Tom. Price?", "Tom"),
        ("The road name is Elm", None),
        ("it's a loft", None),
        ("It's urgent", None),
        ("it's Hampstead", None),
        ("It's St John's Wood", None),
        ("It's April", None),
        ("I'm looking for a loft", None),
        ("I'm in NW3", None),
        ("I'm Polish", None),
        ("I'm a landlord", None),
        ("It's for my mum", None),
        ("this is not working", None),
        ("his name is Bob", None),
        ("my name is", None),
        ("Priya", None),
        ("", None),
    ],
)
def test_a_name_somebody_offers(said: str, name: str | None) -> None:
    assert read_name(said) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Priya", "Priya"),
        ("priya shah", "Priya Shah"),
        ("PRIYA SHAH", "Priya Shah"),
        ("i'm priya", "Priya"),
        ("Sure, it's Tom", "Tom"),
        ("Priya, thanks", "Priya"),
        ("mr o'connor", "Mr O'Connor"),
        ("Dr. Siân McDonald", "Dr Siân McDonald"),
        ("mcdonald", "McDonald"),
        ("J. Smith", "J Smith"),
        ("Priya S.", "Priya S"),
        ("Will", "Will"),
        ("my names dave", "Dave"),
        ("put me down as Sam", "Sam"),
        ("will you ring me?", None),
        ("Ann-Marie", "Ann-Marie"),
        ("Tom and Priya Shah", "Tom and Priya Shah"),
        ("April", "April"),
        ("Zoë", "Zoë"),
        ("no", None),
        ("ok", None),
        ("hello", None),
        ("good morning", None),
        ("80k", None),
        ("fifteen k", None),
        ("eighty grand", None),
        ("a loft conversion", None),
        ("why do you need it?", None),
        ("none of your business", None),
        ("I'd rather not say", None),
        ("can you do kitchens?", None),
        ("🙂", None),
    ],
)
def test_a_name_that_was_asked_for(said: str, name: str | None) -> None:
    assert read_name(said, asked=True) == name


@pytest.mark.parametrize(
    ("said", "project"),
    [
        ("kitchen", KITCHEN),
        ("kitchen extension", KITCHEN),
        ("extend the kitchen", KITCHEN),
        ("knock through the kitchen and diner", KITCHEN),
        ("knock through", OTHER),
        ("loft", LOFT),
        ("do you do lofts?", LOFT),
        ("a dormer", LOFT),
        ("mansard", LOFT),
        ("ensuite", BATHROOM),
        ("en-suite bathroom", BATHROOM),
        ("wet room", BATHROOM),
        ("downstairs loo", BATHROOM),
        ("a loo under the stairs", BATHROOM),
        ("bathrom", BATHROOM),
        ("kitchin extention", KITCHEN),
        ("extention out the back", REAR),
        ("basment", BASEMENT),
        ("side return", SIDE),
        ("a side-return extension for the kitchen", SIDE),
        ("rear extension", REAR),
        ("wraparound", REAR),
        ("I want to extend", REAR),
        ("whole house", WHOLE),
        ("full refurb", WHOLE),
        ("gut the flat", WHOLE),
        ("refurbish our flat", WHOLE),
        ("cellar", BASEMENT),
        ("basement dig", BASEMENT),
        ("leak in the kitchen", REPAIR),
        ("gutters", REPAIR),
        ("new windows", OTHER),
        ("garage conversion", OTHER),
        ("loft, actually no, a side return", SIDE),
        ("not a loft, a kitchen", KITCHEN),
        ("no kitchen, just the bathroom", BATHROOM),
        ("we had the loft done, want a bathroom now", BATHROOM),
        ("we don't want a loft", None),
        ("is that Hampstead Renovations?", None),
        ("hello", None),
        ("", None),
    ],
)
def test_the_project_behind_the_words(said: str, project: ProjectType | None) -> None:
    assert read_project(said) == project
