"""The page on which staff talk with a version of the prompt before customers do."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, TypeVar, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from unfold import decorators
from unfold.widgets import UnfoldAdminTextareaWidget

from conversations.admin.tool_words import SpokenCall, speak
from conversations.models import AnswerCheck, Conversation, PromptVersion, ToolCall
from hampstead.core.errors import BreakerOpenError, BudgetSpentError, CatalogueError, RateLimitError
from leads.admin.base import Page, staff
from leads.fact_values import spoken
from leads.models import FactKey

F = TypeVar("F", bound=Callable[..., Any])
# By name: it brings the vendor's SDK along, which takes seconds that no other page should pay.
TRY_OUT = "conversations.playground.try_out"
EXCHANGE = "conversations.playground.Exchange"
PAGE = "admin/conversations/promptversion/playground.html"
LONGEST_LINE = 1000
MOST_EXCHANGES = 20
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

    exchange: Any
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
        form = LineForm(request.POST or None)
        earlier = _read(request.POST.get("talk", ""), version)
        error: CatalogueError | None = None
        if request.method == "POST":
            lines, kept = _wanted(request.POST, form, earlier)
            if lines:
                made = import_string(TRY_OUT)(
                    version=version,
                    lines=lines,
                    by=staff(request),
                    channel=_channel(request.POST),
                    earlier=kept,
                )
                earlier, error = [*kept, *made.answers], made.error
                if error is None:
                    form = LineForm(initial={"channel": _channel(request.POST)})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": version,
            "title": f"Try {version.label}",
            "version": version,
            "form": form,
            "bubbles": [_bubble(exchange) for exchange in earlier],
            "talk": _sealed(earlier, version),
            "is_full": len(earlier) >= MOST_EXCHANGES,
            "problem": _kindly(error) if error else "",
            "error": error,
            "is_live": settings.VENDORS["anthropic"]["mode"] == "live",
            "total": _pence(sum(Decimal(exchange.cost_pence) for exchange in earlier)),
        }
        return render(request, PAGE, context)


def _wanted(post: Any, form: LineForm, earlier: Sequence[Any]) -> tuple[list[str], Sequence[Any]]:
    """What to say, and after what: the next line, or all lines once more from the beginning."""
    if post.get("what") == AGAIN:
        return [exchange.said for exchange in earlier], []
    if not form.is_valid() or len(earlier) >= MOST_EXCHANGES:
        return [], earlier
    return [form.cleaned_data["line"]], earlier


def _channel(post: Any) -> str:
    given = post.get("channel", "")
    return given if given in Conversation.Channel.values else Conversation.Channel.WHATSAPP.value


def _salt(version: Model) -> str:
    return f"playground:{version.pk}"


def _sealed(talk: Sequence[Any], version: PromptVersion) -> str:
    rows = [asdict(exchange) for exchange in talk]
    return signing.dumps(rows, salt=_salt(version), compress=True) if rows else ""


def _read(sealed: str, version: PromptVersion) -> list[Any]:
    """The talk so far; a tampered or outdated one begins anew."""
    if not sealed:
        return []
    try:
        rows = signing.loads(sealed, salt=_salt(version))
        return [import_string(EXCHANGE)(**row) for row in rows]
    except (signing.BadSignature, TypeError):
        return []


def _bubble(exchange: Any) -> Bubble:
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
