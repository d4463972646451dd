"""Actions that people take with a reason: the dialog, the list's field, and the way back."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.dataclasses import ActionDialog
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import ActionForm, BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

LONGEST_REASON = 500


class ConfirmForm(BaseDialogForm):
    """Asks before it acts, so that following a link never changes anything."""


class ReasonForm(BaseDialogForm):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Kept in the audit.",
    )


class ReasonActionForm(ActionForm):
    """Beside the list's actions: one reason for all selected rows."""

    reason = forms.CharField(
        label="",
        required=False,
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "placeholder": "Reason, kept in the audit",
                "aria-label": "Reason",
                "class": "office-reason",
            }
        ),
    )


Press = Callable[[Any, HttpRequest, Any, str], HttpResponse]


def button(
    title: str,
    icon: str,
    *,
    question: str,
    explanation: str,
    form: type[BaseDialogForm] = ReasonForm,
    permission: str = "operate",
    is_grave: bool = False,
) -> Callable[[Press], Press]:
    """A button on a row's page that first asks in a dialog; the method gets the filled-in form."""
    dialog = ActionDialog(
        title=question, description=explanation, form_class=form, form_submit_text=title
    )
    decorate = action(
        description=title,
        icon=icon,
        permissions=[permission],
        variant=ActionVariant.DANGER if is_grave else ActionVariant.DEFAULT,
        dialog=dialog,
    )
    return cast(Callable[[Press], Press], decorate)


def posted_reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:LONGEST_REASON]


def back_to_row(admin: Any, request: HttpRequest, pk: int | str) -> HttpResponse:
    """To the row's page. The dialog posts in the background and needs to be told to go there."""
    page = reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_change", args=[pk])
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": page})
    return redirect(page)


def report_one(request: HttpRequest, is_done: bool, done: str, not_done: str) -> None:
    messages.add_message(
        request, messages.SUCCESS if is_done else messages.WARNING, done if is_done else not_done
    )


def each(
    request: HttpRequest, rows: Iterable[Any], use_case: Callable[[Any], bool], done: str
) -> None:
    """Run the use case for each selected row and say how many it moved."""
    moved = skipped = 0
    for row in rows:
        if use_case(row):
            moved += 1
        else:
            skipped += 1
    messages.success(request, f"{done}: {moved}.")
    if skipped:
        messages.warning(request, f"Left alone, because their state does not allow it: {skipped}.")
