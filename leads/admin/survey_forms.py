"""Asking staff when: one of the times that are free, or any other day and time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from leads.models import Surveyor, SurveyRules
from leads.postcodes import postcode_of
from leads.slots import Slot, UnrealTimeError, at_local
from leads.telling import written_time

OTHER = "other"


class WhenForm(forms.Form):
    """`slot` gives the time that was chosen."""

    free = forms.ChoiceField(
        label="Free times", widget=UnfoldAdminRadioSelectWidget(), required=False
    )
    surveyor = forms.ModelChoiceField(
        Surveyor.objects.none(), required=False, widget=UnfoldAdminSelectWidget()
    )
    day = forms.DateField(required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    time = forms.TimeField(
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "time"}),
        help_text="in London",
    )
    despite = forms.BooleanField(
        label="Even if it is outside the rules",
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="such as out of hours, too little time to drive, or an entry in the calendar",
    )
    reason = forms.CharField(
        max_length=300,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="kept in the audit trail",
    )

    def __init__(self, *args: Any, offers: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slot: Slot | None = None
        self._offers = {_key(slot): slot for slot in offers}
        surveyors = Surveyor.objects.filter(is_active=True).order_by("name")
        names = {surveyor.pk: surveyor.name for surveyor in surveyors}
        free = self.fields["free"]
        assert isinstance(free, forms.ChoiceField)  # noqa: S101  for the type checker
        free.choices = [
            *((key, _shown(slot, names)) for key, slot in self._offers.items()),
            (OTHER, "Another time, as filled in below"),
        ]
        free.initial = next(iter(self._offers), OTHER)
        chosen = self.fields["surveyor"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101
        chosen.queryset = surveyors

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.slot = self._offers.get(cleaned.get("free", ""))
        if self.slot is None:
            self.slot = self._other(cleaned)
        if cleaned.get("despite") and not cleaned.get("reason"):
            self.add_error("reason", "Say why the rules should not count here.")
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """What the use cases take, once the form is valid."""
        given = self.cleaned_data
        return {"slot": self.slot, "reason": given["reason"], "despite": given["despite"]}

    def _other(self, cleaned: dict[str, Any]) -> Slot | None:
        missing = [name for name in ("surveyor", "day", "time") if not cleaned.get(name)]
        for name in missing:
            if name not in self.errors:
                self.add_error(name, "Needed for another time.")
        if missing:
            return None
        try:
            starts_at: datetime = at_local(cleaned["day"], cleaned["time"])
        except UnrealTimeError as error:
            self.add_error("time", str(error))
            return None
        return Slot(cleaned["surveyor"].pk, starts_at, starts_at + SurveyRules.current().length)


class BookForm(WhenForm):
    field_order = ("postcode", "address", "access_notes")

    postcode = forms.CharField(max_length=10, widget=UnfoldAdminTextInputWidget())
    address = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget())
    access_notes = forms.CharField(
        label="For the surveyor",
        max_length=500,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="parking, the bell, the dog",
    )

    def clean_postcode(self) -> str:
        found = postcode_of(self.cleaned_data["postcode"])
        if found is None:
            raise forms.ValidationError("Write a UK postcode, or its first half.")
        return found


def _key(slot: Slot) -> str:
    return f"{slot.surveyor_id}@{int(slot.starts_at.timestamp())}"


def _shown(slot: Slot, names: dict[int, str]) -> str:
    return f"{written_time(slot.starts_at)}, {names.get(slot.surveyor_id, 'a surveyor')}"
