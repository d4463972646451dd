"""The chats: the list, the page that reads like a chat, taking over and handing back."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_POST
from unfold.decorators import display

from conversations import handover
from conversations.admin.panel import read_panel
from conversations.admin.thread import read_thread
from conversations.models import Conversation, Message, Turn
from conversations.staffwriting import EmptyMessageError, reply_as_staff
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, acting, label, moment
from hampstead.core.clock import now
from leads.admin.panel import BAND_COLOURS
from leads.models import Band, Lead

PAGE = "admin/conversations/conversation/page.html"
FRAGMENT = "admin/conversations/conversation/chat.html"
LONGEST_ID = 18  # digits that certainly fit the database's integers
NEWEST_PAGE = 150  # safely fewer than one page of the thread shows


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Being answered"), ("retried", "Being retried")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Conversation]
    ) -> QuerySet[Conversation]:
        if self.value() not in ("open", "retried"):
            return queryset
        turns = Turn.objects.filter(status=Turn.Status.OPEN)
        if self.value() == "retried":
            turns = turns.filter(attempts__gt=0)
        return queryset.filter(pk__in=turns.values("conversation"))


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("who", "snippet", "owner_label", "state_label", "band_label", "heard")
    list_display_links = ("who",)
    list_filter = ("owner", StateFilter, "channel", "last_inbound_at")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__phone")
    ordering = ("-last_inbound_at", "-id")
    heard = moment("last_inbound_at", "Last heard from")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-sent_at", "-id")
        turns = Turn.objects.filter(conversation=OuterRef("pk"), status=Turn.Status.OPEN)
        # Any: the type checker does not follow annotations through a Subquery.
        lead: Any = Lead.objects.with_verdict().filter(pk=OuterRef("lead"))
        rows: QuerySet[Conversation] = super().get_queryset(request)
        return rows.annotate(
            last_text=Subquery(last.values("text")[:1]),
            last_kind=Subquery(last.values("kind")[:1]),
            last_author=Subquery(last.values("author")[:1]),
            has_open_turn=Exists(turns),
            turn_error=Subquery(turns.values("error_code")[:1]),
            band=Subquery(lead.values("band")[:1]),
        )

    @display(description="Person", ordering="person__name", header=True)  # type: ignore[untyped-decorator]
    def who(self, row: Conversation) -> list[str]:
        return [row.person.display_name, row.get_channel_display()]

    @admin.display(description="Last message")
    def snippet(self, row: Any) -> str:
        if row.last_author is None:
            return NOTHING
        words = Truncator(row.last_text).chars(70) or f"({row.last_kind})"
        return words if row.last_author == Message.Author.CUSTOMER else f"↩ {words}"

    @label(
        "Who answers", {Conversation.Owner.AI: "info", Conversation.Owner.STAFF: "primary"}, "owner"
    )
    def owner_label(self, row: Conversation) -> tuple[str, str]:
        return row.owner, "AI" if row.owner == Conversation.Owner.AI else "Staff"

    @label("State", {"error": "warning", "open": "info"})
    def state_label(self, row: Any) -> tuple[str, str]:
        if row.turn_error:
            return "error", f"Being retried ({row.turn_error})"
        return ("open", "Being answered") if row.has_open_turn else ("", "")

    @label("Verdict", BAND_COLOURS, "band")
    def band_label(self, row: Any) -> tuple[str, str]:
        return (row.band, str(Band(row.band).label)) if row.band in Band.values else ("", "")

    def get_urls(self) -> list[Any]:
        own = [
            self._own("<int:pk>/thread/", self.thread_view, "thread"),
            self._own("<int:pk>/take-over/", require_POST(self.take_over_view), "take_over"),
            self._own("<int:pk>/write/", require_POST(self.write_view), "write"),
            self._own("<int:pk>/hand-back/", require_POST(self.hand_back_view), "hand_back"),
        ]
        return own + list(super().get_urls())

    def _own(self, route: str, view: Any, name: str) -> Any:
        name = f"conversations_conversation_{name}"
        return path(route, self.admin_site.admin_view(view), name=name)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The chat in place of a form."""
        if not object_id.isdigit() or len(object_id) > LONGEST_ID:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            **self._chat(request, int(object_id)),
            "opts": self.opts,
            "is_fullwidth": "1",
            **(extra_context or {}),
        }
        context["title"] = context["conversation"].person.display_name
        context["original"] = context["conversation"]  # the last of the breadcrumbs
        request.current_app = self.admin_site.name
        return TemplateResponse(request, PAGE, context)

    def thread_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The chat alone, for the live page to swap in."""
        response = TemplateResponse(request, FRAGMENT, self._chat(request, pk))
        response["Cache-Control"] = "no-store"
        return response

    def _chat(self, request: HttpRequest, pk: int) -> dict[str, Any]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        conversation = get_object_or_404(
            Conversation.objects.select_related("person", "lead", "taken_by"), pk=pk
        )
        until = request.GET.get("until", "")
        is_page = until.isdigit() and len(until) <= LONGEST_ID
        return {
            "conversation": conversation,
            "thread": read_thread(conversation, until=int(until) if is_page else None),
            "panel": read_panel(conversation, may=request.user.has_perm),
            "is_with_staff": conversation.owner == Conversation.Owner.STAFF,
            "may_operate": self.has_operate_permission(request),
            "may_write": _may_write(conversation),
            "live_url": settings.LIVE_URL,
        }

    def take_over_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation = self._to_operate(request, pk)
        handover.take_over(conversation=conversation, by=acting(request))
        messages.success(request, "This chat is yours. The assistant stays silent.")
        return _to_chat(conversation)

    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation = self._to_operate(request, pk)
        text = request.POST.get("text", "").replace("\x00", "")
        try:
            reply_as_staff(conversation=conversation, text=text, by=acting(request))
        except EmptyMessageError:
            messages.warning(request, "Write something first.")
        return _to_chat(conversation)

    def hand_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        conversation = self._to_operate(request, pk)
        handover.hand_back(conversation=conversation, by=acting(request))
        messages.success(request, "The assistant answers again.")
        return _to_chat(conversation)

    def _to_operate(self, request: HttpRequest, pk: int) -> Conversation:
        if not self.has_operate_permission(request):
            raise PermissionDenied
        return get_object_or_404(Conversation, pk=pk)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """No page of its own: a message is read in its chat."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:conversations_conversation_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdigit() or len(object_id) > LONGEST_ID:
            raise Http404
        message = get_object_or_404(Message.objects.select_related("conversation"), pk=object_id)
        newer = message.conversation.messages.filter(sent_at__gt=message.sent_at).count()
        # An old one is not on the newest page.
        page = f"?until={message.pk}" if newer >= NEWEST_PAGE else ""
        return redirect(f"{_chat_url(message.conversation)}{page}#message-{message.pk}")


def _may_write(conversation: Conversation) -> bool:
    """Outside the 24-hour window WhatsApp refuses what we write freely."""
    until = conversation.window_expires_at
    return until is not None and until > now()


def _to_chat(conversation: Conversation) -> HttpResponse:
    return redirect(_chat_url(conversation))


def _chat_url(conversation: Conversation) -> str:
    return reverse("admin:conversations_conversation_change", args=[conversation.pk])
