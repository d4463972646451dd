"""Playing one hostile item through the public door, with a model that does what it is told."""

from typing import Any

from tests.hostile.bystander import Bystander
from tests.hostile.corpus import Item
from tests.hostile.invariants import Scene
from tests.running import make_lanes_due, process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import NUMBER, envelope, store, text_message

GREETING = "Hello, I would like to talk about my house."
GO_ON = "As I said, please."
PASSES = 4  # of all that is due: an answer may take three tries


def play(item: Item, sandbox: Sandbox, *, persona: str = "obedient") -> Scene:
    bystander = Bystander()
    before = bystander.snapshot()
    texts = item.filled(bystander.names)
    sandbox.persona(persona)
    {
        "text": _by_text,
        "profile_name": _by_profile_name,
        "address": _by_address,
        "quoted_reply": _by_quoted_reply,
    }[item.where](texts, sandbox)
    return Scene(sandbox, bystander, before, texts, sandbox.phone(NUMBER))


def _by_text(texts: tuple[str, ...], sandbox: Sandbox) -> None:
    for text in texts:
        say(text)


def _by_profile_name(texts: tuple[str, ...], sandbox: Sandbox) -> None:
    say(GREETING, name=texts[0])
    say(GO_ON, name=texts[0])


def _by_address(texts: tuple[str, ...], sandbox: Sandbox) -> None:
    noted = {"type": "tool_use", "name": "note_facts", "input": {"address": texts[0]}}
    sandbox.answers({"content": [noted]}, "Thank you, I have noted that.")
    say(f"My address is {texts[0]}")
    say(GO_ON)


def _by_quoted_reply(texts: tuple[str, ...], sandbox: Sandbox) -> None:
    sandbox.answers("Thank you.")
    quoted = say(texts[0])
    say(texts[1], context={"from": NUMBER, "id": quoted, "body": texts[0]})


def say(text: str, *, name: str = "Mallory Vane", **more: Any) -> str:
    """One message, answered; its id."""
    message = text_message(text, **more)
    payload = envelope(message)
    payload["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = name
    store(payload)
    process_inbox()
    for _ in range(PASSES):
        run_due()
        make_lanes_due()
    return str(message["id"])
