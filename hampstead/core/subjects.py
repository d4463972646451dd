"""Subjects such as "conversation:12": how rows name each other across floors without keys."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse


def subject(kind: str, pk: int) -> str:
    return f"{kind}:{pk}"


def admin_link(subject: str) -> str | None:
    """The admin page that shows the subject, or None if there is none."""
    kind, _, pk = subject.partition(":")
    name = settings.SUBJECT_ADMINS.get(kind)
    if name is None or not pk:
        return None
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return None
