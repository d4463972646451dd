"""How the engine room's rows are read: nothing editable, times as London says them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from unfold.admin import ModelAdmin

from hampstead.core.clock import now, to_london
from hampstead.core.models import StaffUser

NOTHING = "–"


class ReadOnlyAdmin(ModelAdmin):
    """Rows that machines write and people read. What people may do with them are actions, which
    ask for `operate`: the change permission, though no field can be changed.
    """

    list_filter_submit = False
    list_per_page = 50
    actions: Sequence[str] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        codename = get_permission_codename("change", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))


def acting(request: HttpRequest) -> StaffUser:
    """Who pressed the button: the admin lets nobody else in."""
    if not isinstance(request.user, StaffUser):
        raise PermissionDenied
    return request.user


def when(moment: datetime | None) -> str:
    """'Tue 24 Nov, 14:05' in London; the year only if it is another one."""
    if moment is None:
        return NOTHING
    local = to_london(moment)
    year = "" if local.year == to_london(now()).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def moment(field: str, title: str) -> Callable[[Any, Model], str]:
    """A column or read-only field that shows a time."""

    @admin.display(description=title, ordering=field)
    def show(page: Any, row: Model) -> str:
        return when(getattr(row, field))

    return show


Labelled = Callable[[Any, Any], tuple[str, str]]


def label(
    title: str, colours: Mapping[Any, str], ordering: str | None = None
) -> Callable[[Labelled], Callable[[Any, Any], str]]:
    """A coloured column. The method returns what chooses the colour, and the words ("": none).

    unfold's own labels work in lists only; this one also on a row's page.
    """

    def decorate(method: Labelled) -> Callable[[Any, Any], str]:
        @admin.display(description=title, ordering=ordering)
        @wraps(method)
        def show(page: Any, row: Any) -> str:
            key, words = method(page, row)
            return pill(words, colours.get(key, "")) if words else NOTHING

        return show

    return decorate


def pill(words: str, colour: str) -> str:
    return render_to_string("unfold/helpers/label.html", {"type": colour, "text": words})
