"""`{% chat_summary conversation %}` beside a chat, `{% lead_summaries lead %}` on a lead's page."""

from typing import Any

from django import template
from django.template.context import Context

from conversations.models import Conversation
from conversations.summary_words import read_summary

register = template.Library()
PART = "admin/conversations/conversation/summary.html"


@register.inclusion_tag(PART, takes_context=True)
def chat_summary(context: Context, conversation: Conversation) -> dict[str, Any]:
    """What the newest summary of the chat says, with the button that asks for it again."""
    return {"summary": read_summary(conversation), "may_operate": context.get("may_operate")}


@register.inclusion_tag("admin/conversations/conversation/summaries.html", takes_context=True)
def lead_summaries(context: Context, lead: Any) -> dict[str, Any]:
    """One summary for each conversation of the lead, for those who may read chats."""
    if not context["request"].user.has_perm("conversations.view_conversation"):
        return {"summaries": []}
    rows = Conversation.objects.filter(lead=lead).order_by("channel") if lead else []
    summaries = [read_summary(conversation) for conversation in rows]
    return {"summaries": [found for found in summaries if found.text or found.has_failed]}
