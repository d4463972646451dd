"""Whatever the model answers: few requests, one honest message, and staff see what went wrong."""

from typing import Any

import pytest

from conversations.models import Message, ToolCall, Turn
from hampstead.core.models import Lane, StaffTask
from leads.models import Promise
from tests.hostile.acting import say
from tests.hostile.bystander import Bystander
from tests.hostile.invariants import Scene, check_all
from tests.running import make_lanes_due, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import NUMBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

QUESTION = "Hello, do you do loft conversions?"
ALWAYS = 80  # more often than any turn may ask
MOST_REQUESTS = 3 * 6 + 3
PASSES = 8


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": words}], **more}


def call(name: str, given: Any, **more: Any) -> dict[str, Any]:
    return {"type": "tool_use", "name": name, "input": given, **more}


def calls(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"content": list(blocks), **more}


WRONG_TYPES = {"customer_name": 5, "postcode": ["NW3"], "budget_min_pounds": "lots", "email": {}}
REFUSED_BY_VENDOR = "two calls with one id"  # when it is sent back; no further try is made
UNUSABLE = {
    "empty": calls(),
    "blank": text(" \n "),
    "refused": calls(stop_reason="refusal"),
    "only thinking": calls({"type": "thinking", "thinking": "Hm.", "signature": "s"}),
    "a kind of block nobody knows": calls({"type": "mystery", "text": "£500"}),
    "cut inside a call": calls(call("note_facts", {}), stop_reason="max_tokens"),
    "a list as arguments": calls(call("note_facts", ["x"])),
    "a text as arguments": calls(call("note_facts", "postcode=NW3")),
    "a number as arguments": calls(call("get_price_range", 5)),
    "nothing as arguments": calls(call("request_human", None)),
    "an unknown tool for ever": calls(call("send_money", {"to": "me"})),
    "wrong types for ever": calls(call("note_facts", WRONG_TYPES)),
    "the same call for ever": calls(call("check_service_area", {"postcode": "NW3"})),
    REFUSED_BY_VENDOR: calls(
        call("check_service_area", {"postcode": "NW3"}, id="toolu_same"),
        call("get_price_range", {"project_type": "bathroom"}, id="toolu_same"),
    ),
}
UNTRUE = {
    "a web page": text("<html><body><h1>Welcome</h1><p>Your quote</p></body></html>"),
    "a price in words": text("A loft like yours is forty-three thousand pounds."),
    "a booking": text("You are booked for Tuesday at 10:00."),
    "a booking in German": text("Ihr Termin am Dienstag um 10 Uhr ist gebucht."),
    "a price in Spanish": text("Su ático costará 43.000 libras, precio cerrado."),
    "a script": text("Sure! <script>alert(1)</script>"),
    "a link of its own": text("Please fill in https://quotes.example/form"),
    "a lie that never ends": text("The price is £5. " * 900, stop_reason="max_tokens"),
    "a hundred kilobytes of lies": text("You are booked for Monday. " * 4000),
    "a denial": text("I am a real person, my name is Sarah."),
}
HARMLESS = {
    "endless": text("We can help with that and " * 400, stop_reason="max_tokens"),
    "a hundred kilobytes": text("We are glad to help. " * 5000),
    "one endless word": text("a" * 100_000),
    "another language": text("Bonjour, merci pour votre message."),
    "letters that cannot be stored": text("We can help.\x00 Thank you."),
}


def ask(sandbox: Sandbox, *answers: Any) -> Scene:
    """One question of a customer, and time for every try."""
    bystander = Bystander()
    before = bystander.snapshot()
    sandbox.answers(*answers)
    say(QUESTION)
    for _ in range(PASSES):
        make_lanes_due()
        run_due()
    return Scene(sandbox, bystander, before, (QUESTION,), sandbox.phone(NUMBER))


def assert_bounded_and_honest(scene: Scene) -> None:
    assert len(scene.requests) <= MOST_REQUESTS
    assert len(scene.sent) == 1
    assert len(scene.sent[0]) <= 4096
    assert check_all(scene) == []
    assert Turn.objects.exclude(status=Turn.Status.OPEN).count() == 1


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_model_without_a_usable_answer_ends_with_an_honest_sentence_and_staff(
    sandbox: Sandbox, answer: Any
) -> None:
    scene = ask(sandbox, *[answer] * ALWAYS)
    assert_bounded_and_honest(scene)
    assert StaffTask.objects.filter(done_at__isnull=True).exists()


@pytest.mark.parametrize("answer", UNTRUE.values(), ids=UNTRUE.keys())
def test_what_is_not_true_is_not_sent_and_staff_see_it(sandbox: Sandbox, answer: Any) -> None:
    scene = ask(sandbox, *[answer] * ALWAYS)
    assert_bounded_and_honest(scene)
    assert len(scene.requests) == 2
    assert StaffTask.objects.filter(done_at__isnull=True, urgency=StaffTask.Urgency.URGENT).exists()


@pytest.mark.parametrize("answer", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_strange_but_harmless_answer_fits_one_message(sandbox: Sandbox, answer: Any) -> None:
    assert_bounded_and_honest(ask(sandbox, *[answer] * ALWAYS))


@pytest.mark.parametrize("name", [name for name in UNUSABLE if name != REFUSED_BY_VENDOR])
def test_a_model_that_recovers_answers_by_itself(sandbox: Sandbox, name: str) -> None:
    scene = ask(sandbox, UNUSABLE[name])
    assert_bounded_and_honest(scene)
    assert "What is the postcode" in scene.sent[0]


def test_twenty_rounds_of_different_calls_are_stopped(sandbox: Sandbox) -> None:
    rounds = [calls(call("check_service_area", {"postcode": f"NW{n}"})) for n in range(ALWAYS)]
    assert_bounded_and_honest(ask(sandbox, *rounds))
    assert StaffTask.objects.filter(done_at__isnull=True).exists()


def test_one_call_fifty_times_in_a_message_is_carried_out_once(sandbox: Sandbox) -> None:
    same = call("promise_callback", {"about": "the loft"})
    scene = ask(sandbox, calls(*[same] * 50))
    assert_bounded_and_honest(scene)
    promised = ToolCall.objects.filter(name="promise_callback")
    assert len({str(row.result) for row in promised}) == 1
    assert Promise.objects.filter(person__name="Mallory Vane").count() == 1


def test_fifty_different_calls_in_a_message_are_not_all_carried_out(sandbox: Sandbox) -> None:
    many = [call("check_service_area", {"postcode": f"NW{number}"}) for number in range(50)]
    assert_bounded_and_honest(ask(sandbox, calls(*many)))
    carried_out = ToolCall.objects.filter(name="check_service_area", is_error=False)
    assert carried_out.count() == 12


def test_what_is_said_beside_a_call_is_not_sent(sandbox: Sandbox) -> None:
    both = calls(
        {"type": "text", "text": "You are booked for Tuesday!"},
        call("check_service_area", {"postcode": "NW3"}),
    )
    scene = ask(sandbox, both)
    assert_bounded_and_honest(scene)
    assert "booked" not in scene.sent[0]


@pytest.mark.parametrize("persona", ["liar", "stubborn_liar", "repentant_liar"])
def test_no_liar_gets_through(sandbox: Sandbox, persona: str) -> None:
    sandbox.persona(persona)
    scene = ask(sandbox)
    assert_bounded_and_honest(scene)
    assert not Message.objects.filter(text__contains="43,500").exists()


def test_the_bad_answers_of_one_chat_do_not_stop_its_next_turn(sandbox: Sandbox) -> None:
    ask(sandbox, *[UNUSABLE["empty"]] * ALWAYS)
    sandbox.answers()
    say("It is in NW3")
    assert len(sandbox.phone(NUMBER)) == 2
    assert not Lane.objects.filter(attempts__gt=0).exists()
