"""What the admin pages of this floor share. unfold is untyped, so it is met only here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold import decorators
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from hampstead.core.models import StaffUser
from leads.bookkeeping import delete_row, save_row

F = TypeVar("F", bound=Callable[..., Any])
if TYPE_CHECKING:  # generic for the type checker only
    RowForm = ModelForm[Any]
else:
    RowForm = ModelForm


class Page(ModelAdmin):
    """A page on which every button and edit calls a use case."""

    warn_unsaved_form = True

    def ask(
        self,
        request: HttpRequest,
        *,
        form: forms.Form,
        row: Model,
        title: str,
        explanation: str,
        submit: str,
    ) -> HttpResponse:
        """A question to staff on a page of its own: buttons are links, and links change nothing."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": row,
            "row": row,
            "form": form,
            "title": title,
            "explanation": explanation,
            "submit_words": submit,  # a component of unfold has a `submit` of its own
        }
        return render(request, "admin/leads/ask.html", context)


class AuditedPage(Page):
    """Rows that staff edit freely, each change with an audit entry."""

    def save_model(self, request: HttpRequest, obj: Any, form: RowForm, change: bool) -> None:
        save_row(row=obj, by=staff(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_row(row=obj, by=staff(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            delete_row(row=row, by=staff(request))


class Lines(TabularInline):
    extra = 0
    hide_title = True  # the columns say it already


class ReadOnlyLines(Lines):
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReasonForm(forms.Form):
    reason = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        max_length=2000,
        help_text="Kept in the audit trail.",
    )


def select() -> forms.Select:
    return cast(forms.Select, UnfoldAdminSelectWidget())


def button(description: str, *, path: str, icon: str) -> Callable[[F], F]:
    """A button at the top of a row's page."""
    decorate = decorators.action(
        description=description, url_path=path, icon=icon, permissions=["change"]
    )
    return cast(Callable[[F], F], decorate)


def label(description: str, *, colours: dict[str, str], ordering: str) -> Callable[[F], F]:
    """A coloured column; the method returns (choice, what is shown)."""
    decorate = decorators.display(description=description, label=colours, ordering=ordering)
    return cast(Callable[[F], F], decorate)


def register(model: type[Model]) -> Callable[[type[Any]], type[Any]]:
    return cast(Callable[[type[Any]], type[Any]], admin.register(model))


def staff(request: HttpRequest) -> StaffUser:
    assert isinstance(request.user, StaffUser)  # noqa: S101  admin_view lets nobody else in
    return request.user
