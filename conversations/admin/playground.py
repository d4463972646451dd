"""The page on which staff talk with a version of the prompt before customers do."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from unfold import decorators
from unfold.widgets import UnfoldAdminTextareaWidget

from conversations.admin.tool_words import SpokenCall, speak
from conversations.exchanges import Exchange, taken_up
from conversations.models import AnswerCheck, Conversation, PromptVersion, ToolCall
from hampstead.core.errors import BreakerOpenError, BudgetSpentError, CatalogueError, RateLimitError
from leads.admin.base import Page, staff
from leads.fact_values import spoken
from leads.models import FactKey

F = TypeVar("F", bound=Callable[..., Any])
# By name: it brings the vendor's SDK along, which takes seconds that no other page should pay.
TRY_OUT = "conversations.playground.try_out"
PAGE = "admin/conversations/promptversion/playground.html"
LONGEST_LINE = 1000
MOST_EXCHANGES = 20
LONGEST_PAUSE = timedelta(days=1)  # for which a page can be gone on with
BUSY = "You are trying something already, perhaps in another window. Wait for its answer first."
STALE = "That talk is too old to go on with, so it starts again here."
NEXT, AGAIN = "next", "again"
KIND_WORDS: tuple[tuple[type[CatalogueError], str], ...] = (
    (BudgetSpentError, "The money for trying is spent for today; it goes on after midnight."),
    (RateLimitError, "Claude takes no more questions for the moment. Try again in a minute."),
    (
        BreakerOpenError,
        "Claude has failed several times and is left alone for a minute. Customers are meanwhile "
        "asked the questions of the scripted intake.",
    ),
)


def button(text: str, *, path: str, icon: str, permission: str) -> Callable[[F], F]:
    """A button at the top of a row's page, for those who have the permission."""
    decorate = decorators.action(
        description=text, url_path=path, icon=icon, permissions=[permission]
    )
    return cast(Callable[[F], F], decorate)


class LineForm(forms.Form):
    channel = forms.ChoiceField(choices=Conversation.Channel, initial="whatsapp")
    line = forms.CharField(
        label="As a customer",
        max_length=LONGEST_LINE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "required": True}),
    )


@dataclass(frozen=True)
class Bubble:
    """One exchange as the page shows it."""

    exchange: Exchange
    tools: list[SpokenCall]
    facts: list[tuple[str, str]]
    outcome: str
    cost: str


class PlaygroundPage(Page):
    """Nothing is stored: the talk so far travels with the page, signed."""

    def gone(self, request: HttpRequest) -> HttpResponse:
        self.message_user(request, "There is no such version.", messages.WARNING)
        return redirect("admin:conversations_promptversion_changelist")

    @button("Try it", path="try", icon="forum", permission="change")
    def try_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version: PromptVersion | None = self.get_object(request, object_id)
        if version is None:
            return self.gone(request)
        salt = f"playground:{version.pk}:{staff(request).pk}"
        earlier = _read(request.POST.get("talk", ""), salt)
        state = _State(LineForm(request.POST or None), earlier or [])
        if earlier is None:
            state.problems.append(STALE)
        if request.method == "POST":
            _press(request, version, state)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": version,
            "title": f"Try {version.label}",
            "version": version,
            "form": state.form,
            "bubbles": [_bubble(exchange) for exchange in state.talk],
            "talk": _sealed(state.talk, salt),
            "is_full": len(state.talk) >= MOST_EXCHANGES,
            "problems": state.problems,
            "error": state.error,
            "is_live": settings.VENDORS["anthropic"]["mode"] == "live",
            "total": _pence(sum(Decimal(exchange.cost_pence) for exchange in state.talk)),
        }
        return render(request, PAGE, context)


@dataclass
class _State:
    """What the page shows."""

    form: LineForm
    talk: list[Exchange]
    problems: list[str] = field(default_factory=list)
    error: CatalogueError | None = None


def _press(request: HttpRequest, version: PromptVersion, state: _State) -> None:
    lines, kept = _wanted(request.POST, state.form, state.talk)
    if not lines:
        return
    channel = _channel(request.POST)
    made = import_string(TRY_OUT)(
        version=version, lines=lines, by=staff(request), channel=channel, earlier=kept
    )
    if made.is_busy:
        state.problems.append(BUSY)
        return
    if made.error is None:
        state.form = LineForm(initial={"channel": channel})
    else:
        state.error = made.error
        state.problems.append(_kindly(made.error))
    if made.answers and len(made.answers) < len(lines):
        state.problems.append(f"Only {len(made.answers)} of {len(lines)} lines were asked again.")
    if made.answers:  # what nobody answered does not take the place of an earlier answer
        state.talk = [*kept, *made.answers]


def _wanted(
    post: Any, form: LineForm, earlier: Sequence[Exchange]
) -> tuple[list[str], Sequence[Exchange]]:
    """What to say, and after what: the next line, or all lines once more from the beginning."""
    if post.get("what") == AGAIN:
        return [exchange.said for exchange in earlier], []
    if not form.is_valid() or len(earlier) >= MOST_EXCHANGES:
        return [], earlier
    return [form.cleaned_data["line"]], earlier


def _channel(post: Any) -> str:
    given = post.get("channel", "")
    return given if given in Conversation.Channel.values else Conversation.Channel.WHATSAPP.value


def _sealed(talk: Sequence[Exchange], salt: str) -> str:
    rows = [asdict(exchange) for exchange in talk]
    return signing.dumps(rows, salt=salt, compress=True) if rows else ""


def _read(sealed: str, salt: str) -> list[Exchange] | None:
    """The talk so far; None if it is tampered with, somebody else's or outdated."""
    if not sealed:
        return []
    try:
        rows = signing.loads(sealed, salt=salt, max_age=LONGEST_PAUSE)
        talk = taken_up(rows)
        for exchange in talk:
            _bubble(exchange)
    except (signing.BadSignature, TypeError, ValueError, ArithmeticError):
        return None
    return talk


def _bubble(exchange: Exchange) -> Bubble:
    calls = [ToolCall(**row) for row in exchange.tools]
    facts = [(str(FactKey(key).label), spoken(key, value)) for key, value in exchange.facts.items()]
    return Bubble(
        exchange=exchange,
        tools=[speak(call) for call in calls],
        facts=facts,
        outcome=str(AnswerCheck.Outcome(exchange.outcome).label),
        cost=_pence(Decimal(exchange.cost_pence)),
    )


def _pence(amount: Decimal | int) -> str:
    return f"{amount:.2f}p"


def _kindly(error: CatalogueError) -> str:
    for kind, words in KIND_WORDS:
        if isinstance(error, kind):
            return words
    return "Claude did not answer. Try again; if it stays so, look at the vendor's page."
