"""Links between rows that know each other only by name: subjects and error codes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from hampstead.core.admin.reading import NOTHING
from hampstead.core.errors import CATALOGUE
from hampstead.core.subjects import admin_link

LONGEST_ID = 18  # digits that certainly fit the database's integers


def code_link(code: str) -> str:
    """An error code leads to the page that explains it."""
    if code not in CATALOGUE:
        return code or NOTHING
    return format_html(
        '<a class="office-link" href="{}" title="{}">{}</a>',
        reverse("admin:error-code", args=[code]),
        CATALOGUE[code].entry.meaning,
        code,
    )


def subject_link(subject: str, name: str = "") -> str:
    text = name or plain_subject(subject)
    href = admin_link(subject)
    if href is None:
        return text or NOTHING
    return format_html('<a class="office-link" href="{}">{}</a>', href, text)


def plain_subject(subject: str) -> str:
    """'conversation:12' -> 'Conversation 12'"""
    kind, _, pk = subject.partition(":")
    return f"{kind.capitalize()} {pk}".strip()


def plain_scope(scope: str) -> str:
    """'vendor:anthropic' -> 'Vendor Claude'"""
    words = [str(settings.VENDOR_NAMES.get(word, word)) for word in scope.split(":")]
    return " ".join(words)[:1].upper() + " ".join(words)[1:]


def name_subjects(subjects: Iterable[str]) -> dict[str, str]:
    """What the rows are called, with one query for each kind of row."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        kind, _, pk = subject.partition(":")
        if pk.isascii() and pk.isdigit() and len(pk) <= LONGEST_ID:
            wanted[kind].add(int(pk))
    return {
        f"{kind}:{row.pk}": _name(row) for kind, pks in wanted.items() for row in _rows(kind, pks)
    }


def _rows(kind: str, pks: set[int]) -> Iterable[Model]:
    page = settings.SUBJECT_ADMINS.get(kind, "").removeprefix("admin:").removesuffix("_change")
    app, _, name = page.rpartition("_")
    try:
        model = apps.get_model(app, name)
    except LookupError:
        return []
    rows: QuerySet[Model] = model._default_manager.filter(pk__in=pks)
    related = getattr(admin.site._registry.get(model), "list_select_related", False)
    return rows.select_related(*related) if isinstance(related, list | tuple) else rows


def _name(row: Model) -> str:
    # An admin page may know a better name than the row itself.
    own = getattr(admin.site._registry.get(type(row)), "subject_name", None)
    return str(own(row) if own else row)


class NamesSubjects:
    """For lists whose rows have a `subject`: shows its name, at the price of a query per kind."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist: Any = super().get_changelist_instance(request)  # type: ignore[misc]
        names = name_subjects(row.subject for row in changelist.result_list)
        for row in changelist.result_list:
            row.subject_name = names.get(row.subject, "")
        return changelist

    @admin.display(description="About")
    def about(self, row: Any) -> str:
        name = getattr(row, "subject_name", None)
        if name is None:  # a single row's page
            name = name_subjects([row.subject]).get(row.subject, "")
        return subject_link(row.subject, name)
