"""How the engine room's rows are read: nothing editable, times as London says them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from hampstead.core.clock import now, to_london

NOTHING = "–"


class ReadOnlyAdmin(ModelAdmin):
    """Rows that machines write and people read. What people may do with them are actions, which
    ask for `operate`: the change permission, though no field can be changed.
    """

    list_filter_submit = False
    list_per_page = 50
    show_full_result_count = False
    actions = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        codename = get_permission_codename("change", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))


def when(moment: datetime | None) -> str:
    """'Tue 24 Nov, 14:05' in London; the year only if it is another one."""
    if moment is None:
        return NOTHING
    local = to_london(moment)
    year = "" if local.year == to_london(now()).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def moment(field: str, title: str) -> Callable[[Any, Model], str]:
    """A column or read-only field that shows a time."""

    @display(description=title, ordering=field)
    def show(admin: Any, row: Model) -> str:
        return when(getattr(row, field))

    # Typed here because unfold's decorator is not.
    shown: Callable[[Any, Model], str] = show
    return shown
