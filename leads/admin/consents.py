"""What a person allows and forbids, in plain words, and writing it down by hand."""

from dataclasses import dataclass

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from hampstead.core.admin.reading import when
from leads.admin.base import ReasonForm, select
from leads.models import ConsentRecord, ContactChannel, ContactPurpose, Person
from leads.wording import listed

NOTHING_RECORDED = "Nothing recorded: we answer and write about their enquiry, no marketing."
EVERYTHING = set(ContactPurpose.values)


@dataclass(frozen=True)
class ConsentLine:
    text: str
    is_granted: bool
    quote: str


def consent_lines(person: Person) -> list[ConsentLine]:
    """One line for each decision that counts now; what was decided together stands together."""
    newest = person.consents.order_by("channel", "purpose", "-id").distinct("channel", "purpose")
    decided: dict[tuple[str, bool, str], list[ConsentRecord]] = {}
    for row in sorted(newest.select_related("by"), key=lambda row: row.pk):
        decided.setdefault((row.channel, row.is_granted, row.source), []).append(row)
    return [_line(rows) for rows in decided.values()]


def _line(rows: list[ConsentRecord]) -> ConsentLine:
    first = rows[0]
    what = "" if {row.purpose for row in rows} == EVERYTHING else f" ({_purposes(rows)})"
    if first.by is not None:
        did = "may contact them" if first.is_granted else "must not contact them"
        said = f"we {did}{what}, noted by {first.by}"
    else:
        said = f"{'allowed us' if first.is_granted else 'asked us to stop'}{what}"
    text = f"{first.get_channel_display()}: {said} on {when(first.at)}"
    return ConsentLine(text, first.is_granted, first.quote)


def _purposes(rows: list[ConsentRecord]) -> str:
    order = list(ContactPurpose.values)
    rows = sorted(rows, key=lambda row: order.index(row.purpose))
    words = [row.get_purpose_display() for row in rows]
    return listed([f"{word[0].lower()}{word[1:]}" for word in words])


class ConsentForm(ReasonForm):
    channel = forms.ChoiceField(choices=ContactChannel, widget=select())
    decision = forms.ChoiceField(
        choices=[("stop", "They do not want it"), ("allow", "They allow it")], widget=select()
    )
    purposes = forms.MultipleChoiceField(
        label="For",
        choices=ContactPurpose,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        initial=ContactPurpose.values,
    )
    quote = forms.CharField(
        label="Their own words",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
    )
    field_order = ("channel", "decision", "purposes", "quote", "reason")
