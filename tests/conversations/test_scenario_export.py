"""A stored conversation becomes a scenario that plays the same, without its personal data."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from conversations.anonymous import Anonymiser
from conversations.models import Conversation
from leads.models import Fact, FactKey, Lead
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.leads import FactFactory, LeadFactory
from tests.running import run_due
from tests.scenarios.reading import Scenario, read_file
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


def exported(conversation: Conversation) -> str:
    out = StringIO()
    call_command("export_scenario", conversation.pk, stdout=out)
    return out.getvalue()


def as_scenario(text: str, folder: Path) -> Scenario:
    path = folder / "stored.toml"
    path.write_text(text, encoding="utf-8")
    (scenario,) = read_file(path)
    return scenario


def converse(*lines: str) -> Conversation:
    for line in lines:
        store_text(line)
        run_due()
    return Conversation.objects.get()


def test_the_file_reads_back_with_a_step_for_each_turn(sandbox: Sandbox, tmp_path: Path) -> None:
    text = exported(converse("Hello, a loft please", 'It\'s "NW3", back\\slash', "About £90,000"))
    scenario = as_scenario(text, tmp_path)
    assert [step.say for step in scenario.steps] == [
        ("Hello, a loft please",),
        ('It\'s "NW3", back\\slash',),
        ("About £90,000",),
    ]


def test_what_the_rows_say_becomes_the_expectation(sandbox: Sandbox, tmp_path: Path) -> None:
    text = exported(converse("A loft in NW3 please", "About £90,000"))
    expect = as_scenario(text, tmp_path).expect
    assert expect["facts"]["postcode"] == "NW3"
    assert expect["facts"]["budget"]
    assert (expect["owner"], expect["band"]) == ("ai", "hot")


def test_what_the_model_said_wrong_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.answers("You are booked for Tuesday.", "What is your postcode?")
    scenario = as_scenario(exported(converse("Hello")), tmp_path)
    assert scenario.steps[0].model == ("You are booked for Tuesday.",)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("I am Zebedee Quill", "I am Alex Morgan"),
        ("zebedee here", "Alex here"),
        ("mail z.quill+home@mail.co.uk now", "mail alex.morgan@example.com now"),
        ("ring 07911 123456 please", "ring 07700 900321 please"),
        ("we are at NW3 2QG", "we are at NW3 1AA"),
        ("47 Fitzjohns Avenue, top flat", "12 Example Road, top flat"),
        ("12A Belsize Park Gardens please", "12 Example Road please"),
        ("We live at 14 Well Walk.", "We live at 12 Example Road."),
        ("3 Flask Walk", "12 Example Road"),
        ("47 fitzjohns avenue nw3", "12 Example Road nw3"),
        ("It's number fourteen, Well Walk", "It's number 12 Example Road"),
        ("forty seven fitzjohns avenue", "12 Example Road"),
        ("5 The Grove", "12 Example Road"),
        ("Flat 2, 10 South End Green", "Flat 2, 12 Example Road"),
        ("16 Vale of Health", "12 Example Road"),
        ("10-12 Church Row", "12 Example Road"),
        ("22 b Keats Villas", "12 Example Road"),
        ("it is priya dot shah at mail dot com thanks", "it is alex.morgan@example.com thanks"),
        ("it's p r i y a at mail dot co dot uk.", "it's alex.morgan@example.com."),
        ("priya shah at gmail dot com", "priya alex.morgan@example.com"),
        ("call oh seven seven double oh, nine hundred one two three.", "call 07700 900321."),
        (
            "oh seven nine one one, one two three, four five six or 07911 123456",
            "07700 900321 or 07700 900321",
        ),
        ("N W three, two Q G it is", "NW3 1AA it is"),
        ("N for November W three 2 queue gee", "N for NW3 1AA"),
        ("ask QUILL or Mrs Quill", "ask Alex or Mrs Alex"),
        ("zebedee quill, NW3 and Barnet", "Alex Morgan, NW3 and Barnet"),
    ],
)
def test_personal_data_is_replaced(said: str, kept: str) -> None:
    assert anonymised(said, "Zebedee Quill") == kept


@pytest.mark.parametrize(
    "said",
    [
        "about £90,000 in 3 months",
        "A 3 bedroom flat in Belsize Park, with a garden",
        "a 1930s mid terrace with 2 floors and a side view",
        "it is 10 minutes walk, 20 metres square",
        "we are in nw three, at the top of the hill",
        "2 bathrooms and a roof terrace, 80 to 120k",
        "six hundred square foot, please don't call me before nine",
        "I have bad knees and my wife is pregnant",
    ],
)
def test_what_is_not_personal_stays(said: str) -> None:
    assert anonymised(said, "Zebedee Quill") == said


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("Will Price", "Will you give me a price? It will do.", None),
        ("Will Price", "will you give me a price", None),
        ("Will Price", "Hi, I am Will", "Hi, I am Alex"),
        ("Will Price", "Will here.", "Alex here."),
        ("Will Price", "i'm will price, will you ring", "i'm Alex Morgan, will you ring"),
        ("An Nguyen", "An extension for an old house", None),
        ("An Nguyen", "my name is An", "my name is Alex"),
        ("Mrs de la Cruz", "The van and la grande Cruz", "The van and la grande Alex"),
        ("Bo Quill", "Bo here, with my bo tree", "Alex here, with my bo tree"),
        ("bo", "it's bo here", "it's Alex here"),
    ],
)
def test_a_name_that_is_a_word_too_goes_only_where_it_is_a_name(
    name: str, said: str, kept: str | None
) -> None:
    assert anonymised(said, name) == (kept or said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my husband Tom Baker will be in", "my husband Sam Taylor will be in"),
        ("Ask my neighbour, Jo O'Hara.", "Ask my neighbour, Sam Taylor."),
        ("my wife is called tom baker", "my wife is called Sam Taylor"),
        ("Élodie, my partner, decides", "Sam, my partner, decides"),
        ("ask Mr Patel next door", "ask Mr Sam next door"),
        ("my husband and I, my wife thinks", "my husband and I, my wife thinks"),
        ("Hello, my wife is out", "Hello, my wife is out"),
        ("our architect Please call", "our architect Please call"),
    ],
)
def test_names_of_others_are_replaced(said: str, kept: str) -> None:
    assert anonymised(said, "Zebedee Quill") == kept


def test_whoever_was_named_once_is_replaced_everywhere() -> None:
    conversation = ConversationFactory(person__name="😊")
    MessageFactory(conversation=conversation, text="My name is Priya Shah, my wife is Jo Banks")
    assert Anonymiser(conversation)("Priya or Jo") == "Alex or Sam"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("call me Wilf, my name is Wilf Amory", "call me Alex, my name is Alex Morgan"),
        ("my name is Marlon Pike and basically we", "my name is Alex Morgan and basically we"),
        ("hi, my name is marlon pike", "hi, my name is Alex Morgan"),
        ("Thanks. I'm Jo Pike", "Thanks. I'm Alex Morgan"),
    ],
)
def test_names_as_which_they_introduce_themselves_are_replaced(said: str, kept: str) -> None:
    assert anonymised(said, "") == kept


def test_a_hostile_text_ends() -> None:
    assert anonymised("12 aa bb cc dd " * 300, "Zebedee Quill")


def test_what_was_noted_before_is_replaced_too() -> None:
    conversation = ConversationFactory(person__name="")
    ended = LeadFactory(person=conversation.person, status=Lead.Status.LOST)
    FactFactory(lead=ended, key=FactKey.ADDRESS, value="Rose Cottage, Heathside")
    assert Anonymiser(conversation)("rose cottage, heathside") == "12 Example Road"


def test_a_long_text_is_read_to_its_end() -> None:
    said = "a loft please " * 300 + "priya dot shah at mail dot com"
    assert anonymised(said, "Zebedee Quill").endswith("please alex.morgan@example.com")


def anonymised(said: str, name: str) -> str:
    conversation = ConversationFactory(person__name=name)
    MessageFactory(conversation=conversation, text=said)
    return Anonymiser(conversation)(said)


def test_each_message_of_staff_is_a_step(sandbox: Sandbox, tmp_path: Path) -> None:
    conversation = converse("Hello")
    for text in ("One moment.", "I have looked it up.", "It is in hand."):
        MessageFactory(conversation=conversation, author="staff", text=text)
    steps = as_scenario(exported(conversation), tmp_path).steps
    assert [step.staff for step in steps if step.staff] == [
        "write: One moment.",
        "write: I have looked it up.",
        "write: It is in hand.",
    ]


def test_the_file_asks_to_be_read_before_it_is_kept() -> None:
    head = exported(ConversationFactory()).splitlines()[0]
    assert head.startswith("# Read it before you keep it: ")


def test_no_personal_fact_is_written_out(sandbox: Sandbox) -> None:
    conversation = converse("Hello, my name is Priya Shah", "priya@mail.co.uk, NW3 2QG")
    text = exported(conversation)
    assert Fact.objects.current().exists()
    for secret in ("Priya", "Shah", "priya@", "2QG", "07700 900123"):
        assert secret not in text


def test_an_unknown_conversation_is_said_plainly() -> None:
    with pytest.raises(CommandError, match="no conversation 0"):
        call_command("export_scenario", 0)
