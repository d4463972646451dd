"""Sentences that code says without asking the model."""

from hampstead.core.phone import spoken
from leads.models import Firm

MAX_WHATSAPP = 4096


def holding() -> str:
    """Said once in an outage: honest, promises only what a row stands for."""
    firm = Firm.current()
    return (
        "Sorry, our messaging assistant is having a technical problem, so I can't answer properly "
        "just now. Your message is safe and we will reply here as soon as we can. If it is urgent, "
        f"please ring {spoken(firm.office_phone)}."
    )


def safe(due: str) -> str:
    """Instead of an answer that could not be made true; `due` such as "by 10:00 on Tuesday"."""
    return (
        "Thank you for your message. I want to be sure that what I tell you is right, so a "
        f"colleague will check it and reply here {due}."
    )


def cannot_read(kind: str) -> str:
    """For kinds of message that cannot be read here yet."""
    names = {
        "audio": "voice notes",
        "voice": "voice notes",
        "image": "photos",
        "video": "videos",
        "document": "documents",
    }
    what = names.get(kind, "this kind of message")
    return f"Thank you. I can't open {what} here yet: could you tell me in a text message, please?"


def opted_out() -> str:
    """The one sentence after "stop"."""
    firm = Firm.current()
    return (
        "Of course, we will not send you any more messages here. You may write again at any time, "
        f"or ring our office on {spoken(firm.office_phone)}."
    )


def with_notice(answer: str) -> str:
    """The first answer carries the notice: an AI answers, how data is used, how to reach people."""
    notice = Firm.current().notice_text
    return fitted(answer, MAX_WHATSAPP - len(notice) - 2) + "\n\n" + notice


def fitted(text: str, limit: int) -> str:
    """At most `limit` characters, cut behind a sentence where there is one."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    return head[: end + 1].rstrip() if end > limit // 2 else head.rstrip() + "…"


def whole_sentences(text: str) -> str:
    """Without the half sentence at the end, unless there is nothing else."""
    end = max(text.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    return text[: end + 1].rstrip() if end > 0 else text.rstrip() + "…"
