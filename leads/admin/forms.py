"""Forms of the lead page."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from leads.admin.base import ReasonForm, RowForm, select
from leads.facts import parse_facts
from leads.models import Band, DecisionMaker, EnquiryKind, FactKey, Lead, ProjectType

UNCHANGED = ("", "leave as it is")
YES_OR_NO = [UNCHANGED, ("yes", "Yes"), ("no", "No")]


class LeadForm(RowForm):
    class Meta:
        model = Lead
        fields = ("status",)

    def clean_status(self) -> str:
        status: str = self.cleaned_data["status"]
        others = Lead.objects.open().filter(person=self.instance.person_id)
        if status == Lead.Status.OPEN and others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This person already has another open lead.")
        return status


class OverrideForm(ReasonForm):
    band = forms.ChoiceField(label="Verdict", choices=Band, widget=select())
    field_order = ("band", "reason")


def _line(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=UnfoldAdminTextInputWidget())


def _whole(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, widget=UnfoldAdminTextInputWidget())


def _pick(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    choices = choices if UNCHANGED in choices else [UNCHANGED, *choices]
    return forms.ChoiceField(label=label, required=False, choices=choices, widget=select())


class CorrectionForm(ReasonForm):
    """Takes the same arguments as the model's tool, and judges them by the same reader."""

    customer_name = _line("Name")
    enquiry_kind = _pick("Kind of enquiry", EnquiryKind.choices)
    project_type = _pick("Project", ProjectType.choices)
    postcode = _line("Postcode")
    budget_min_pounds = _whole("Budget from (£)")
    budget_max_pounds = _whole("Budget up to (£)")
    start_within_months = _whole("Start within (months)")
    wants_survey = _pick("Wants a survey", YES_OR_NO)
    just_looking = _pick("Just looking", YES_OR_NO)
    decision_maker = _pick("Who decides", DecisionMaker.choices)
    requirements = forms.CharField(
        required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    email = _line("E-mail")
    preferred_time = _line("Preferred time")

    facts: dict[FactKey, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])  # reason comes last

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {
            name: value == "yes" if name in ("wants_survey", "just_looking") else value
            for name, value in cleaned.items()
            if name != "reason" and value not in ("", None)
        }
        parsed = parse_facts(given)
        for problem in parsed.problems:
            self.add_error(None, problem)
        if not given and not self.errors:
            self.add_error(None, "Fill in at least one fact.")
        self.facts = parsed.accepted
        return cleaned
