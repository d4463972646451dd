"""A stored conversation becomes a scenario that plays the same, without its personal data."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from conversations.anonymous import Anonymiser
from conversations.models import Conversation
from leads.models import Fact
from tests.factories.conversations import ConversationFactory
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
    assert (expect["owner"], expect["band"]) == ("ai", "warm")


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
        ("about £90,000 in 3 months", "about £90,000 in 3 months"),
    ],
)
def test_personal_data_is_replaced(said: str, kept: str) -> None:
    conversation = ConversationFactory(person__name="Zebedee Quill")
    assert Anonymiser(conversation)(said) == kept


def test_no_personal_fact_is_written_out(sandbox: Sandbox) -> None:
    conversation = converse("Hello, my name is Priya Shah", "priya@mail.co.uk, NW3 2QG")
    text = exported(conversation)
    assert Fact.objects.current().exists()
    for secret in ("Priya", "Shah", "priya@", "2QG", "07700 900123"):
        assert secret not in text


def test_an_unknown_conversation_is_said_plainly() -> None:
    with pytest.raises(CommandError, match="no conversation 0"):
        call_command("export_scenario", 0)
