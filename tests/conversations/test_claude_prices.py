"""What an answer costs, and that it is written down whatever becomes of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from conversations.claude import claude
from conversations.claude_prices import bought
from conversations.draft import Reply
from hampstead.core import ledger
from hampstead.core.errors import ClaudeError
from hampstead.core.models import Incident, VendorUse
from hampstead.core.spending import Bill
from tests.vendors import Sandbox

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
NAMES = {
    "fresh": "input_tokens",
    "written": "cache_creation_input_tokens",
    "cached": "cache_read_input_tokens",
    "said": "output_tokens",
}
BILL = Bill("answer", "conversation:12", "person:7")


def pence(model: str, *, short: int = 0, **tokens: int) -> Decimal:
    split = {"ephemeral_5m_input_tokens": short}
    counts = {NAMES[kind]: count for kind, count in tokens.items()}
    return bought(model, {"cache_creation": split, **counts}).cost_pence


@pytest.fixture(autouse=True)
def _round_money(settings: Settings) -> None:
    settings.PENCE_PER_USD = Decimal(100)


@pytest.mark.parametrize(
    ("model", "tokens", "expected"),
    [
        (HAIKU, {"fresh": 100_000}, "1"),
        (HAIKU, {"fresh": 100_001}, "5.00005"),
        (HAIKU, {"said": 1_000_000}, "50"),
        (HAIKU, {"written": 100_000, "short": 100_000}, "1.25"),
        (HAIKU, {"written": 100_000}, "2"),
        (HAIKU, {"written": 100_000, "short": 40_000}, "1.7"),
        (HAIKU, {"cached": 100_000}, "0.1"),
        (HAIKU, {"fresh": 1, "cached": 100_000, "said": 1000}, "0.75005"),
        (SONNET, {"fresh": 500_000, "said": 1000}, "101"),
        (SONNET, {"written": 1_000_000, "short": 1_000_000, "cached": 1_000_000}, "270"),
        ("claude-nobody-9", {"fresh": 1_000_000, "said": 1_000_000}, "2400"),
        (HAIKU, {}, "0"),
    ],
)
def test_each_kind_of_token_has_its_price(
    model: str, tokens: dict[str, int], expected: str
) -> None:
    assert pence(model, **tokens) == Decimal(expected)


def test_dollars_become_pence(settings: Settings) -> None:
    settings.PENCE_PER_USD = Decimal("79")
    assert pence(SONNET, fresh=1_000_000) == Decimal(158)


@pytest.mark.parametrize("usage", [None, {"input_tokens": "7", "output_tokens": -3}])
def test_nonsense_costs_nothing(usage: Any) -> None:
    assert bought(HAIKU, usage).cost_pence == 0


def ask() -> Reply:
    return claude().reply(
        system=[{"type": "text", "text": "Be brief."}],
        messages=[{"role": "user", "content": "Hello"}],
        tools=[],
        bill=BILL,
    )


@pytest.mark.django_db
def test_an_answer_is_written_down_with_who_caused_it(sandbox: Sandbox) -> None:
    usage = {"input_tokens": 10_000, "output_tokens": 1000}
    sandbox.answers({"content": [{"type": "text", "text": "Hi"}], "usage": usage})
    reply, row = ask(), VendorUse.objects.get()
    assert (row.vendor, row.model, row.purpose) == ("anthropic", HAIKU, "answer")
    assert (row.subject, row.payer) == ("conversation:12", "person:7")
    assert (row.input_tokens, row.output_tokens) == (10_000, 1000)
    assert row.cost_pence == reply.cost_pence == Decimal("0.15")
    assert reply.model == HAIKU


BEGUN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"stop_reason": "refusal"}, {}),
    ({"content": []}, {}),
    ({}, {"cut_after_events": 3}),
    ({}, {"end_without_stop": True}),
    ({}, {"error_event": {"type": "overloaded_error", "message": "x"}}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "fault"), BEGUN)
def test_an_answer_we_cannot_use_was_paid_for_all_the_same(
    sandbox: Sandbox, answer: dict[str, Any], fault: dict[str, Any]
) -> None:
    sandbox.answers({"content": [{"type": "text", "text": "one two three"}], **answer})
    if fault:
        sandbox.fault("anthropic", "/v1/messages", **fault)
    with pytest.raises(ClaudeError):
        ask()
    assert VendorUse.objects.get().cost_pence > 0


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [{"status": 529}, {"cut": "before"}, {"garbage": True}])
def test_what_never_began_costs_nothing(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    sandbox.fault("anthropic", "/v1/messages", **fault)
    with pytest.raises(ClaudeError):
        ask()
    assert not VendorUse.objects.exists()


@pytest.mark.django_db
def test_an_answer_is_not_lost_when_its_cost_cannot_be_written_down(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: VendorUse) -> None:
        raise OperationalError("statement timeout")

    monkeypatch.setattr(ledger, "write", refuse)
    sandbox.answers("Good morning.")
    assert ask().text == "Good morning."
    assert "could not be written down" in Incident.objects.get(scope="spending:anthropic").detail


@pytest.mark.django_db
def test_a_model_without_a_price_is_an_incident(sandbox: Sandbox, settings: Settings) -> None:
    settings.MODEL_PRICES = {SONNET: settings.MODEL_PRICES[SONNET]}
    ask()
    assert HAIKU in Incident.objects.get(scope="spending:anthropic").detail
    assert VendorUse.objects.get().cost_pence > 0
