from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import display
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from unfold.widgets import UnfoldAdminTextInputWidget

from hampstead.core import audit
from hampstead.core.errors import QualificationError
from leads import rule_values
from leads.admin.base import AuditedPage, Lines, ReasonForm, RowForm, button, label, register, staff
from leads.models import QualificationRule, RuleSet
from leads.rules import NotADraftError, copy_to_draft, publish, spoken_rules

STATUS_COLOURS = {"draft": "warning", "published": "success", "retired": "default"}


class RuleForm(RowForm):
    compared_with = forms.CharField(
        required=False, max_length=80, widget=UnfoldAdminTextInputWidget()
    )

    class Meta:
        model = QualificationRule
        fields = ("position", "label", "fact", "test", "compared_with", "points", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            spoken = rule_values.spoken(self.instance.test, self.instance.value)
            self.initial["compared_with"] = spoken

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "test" in cleaned and "compared_with" in cleaned:
            try:
                text = cleaned["compared_with"]
                self.instance.value = rule_values.read(cleaned["test"], text)
            except ValueError as error:
                self.add_error("compared_with", str(error))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if not self.instance.code:
            self.instance.code = self._free_code()
        return super().save(commit)

    def _free_code(self) -> str:
        wanted = slugify(self.cleaned_data["label"])[:45] or "rule"
        taken = set(self.instance.rule_set.rules.values_list("code", flat=True))
        numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
        return next(code for code in (wanted, *numbered) if code not in taken)


class RuleLines(Lines):
    model = QualificationRule
    form: type[RowForm] = RuleForm
    fields = ("position", "label", "fact", "test", "compared_with", "points", "is_active")
    verbose_name_plural = "rules"

    def has_add_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return (obj is None or obj.is_draft) and bool(super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return (obj is None or obj.is_draft) and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        return (obj is None or obj.is_draft) and bool(super().has_delete_permission(request, obj))


class PublishedRuleLines(RuleLines):
    """Nothing of these can be edited, so what a rule compares with is plain text."""

    form = RowForm
    fields = readonly_fields = (
        "position", "label", "fact", "test", "value_spoken", "points", "is_active",
    )  # fmt: skip

    @display(description="compared with")
    def value_spoken(self, rule: QualificationRule) -> str:
        return rule_values.spoken(rule.test, rule.value)


@register(RuleSet)
class RuleSetAdmin(AuditedPage):
    list_display = ("name", "status_label", "rule_count", "published_at", "published_by")
    list_select_related = ("published_by",)
    ordering = ("-version",)
    fields = (
        "version", "status", "base_score", "hot_from", "warm_from", "cool_from", "note",
        "published_at", "published_by",
    )  # fmt: skip
    readonly_fields = ("version", "status", "published_at", "published_by")
    actions_detail = ("copy", "publish")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RuleSet]:
        return RuleSet.objects.annotate(rule_count=Count("rules", filter=Q(rules__is_active=True)))

    def get_inlines(self, request: HttpRequest, obj: RuleSet | None) -> list[type[Lines]]:
        return [RuleLines] if obj is None or obj.is_draft else [PublishedRuleLines]

    # A new version starts as a copy of one that worked.
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if obj is None or obj.is_draft else self.fields

    @display(description="rules", ordering="version")
    def name(self, rule_set: RuleSet) -> str:
        return str(rule_set)

    @label("status", colours=STATUS_COLOURS, ordering="status")
    def status_label(self, rule_set: RuleSet) -> tuple[str, str]:
        return rule_set.status, rule_set.get_status_display()

    @display(description="active rules", ordering="rule_count")
    def rule_count(self, rule_set: Any) -> int:
        return int(rule_set.rule_count)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        buttons: list[Any] = super().get_actions_detail(request, object_id)
        drafts = RuleSet.objects.filter(status=RuleSet.Status.DRAFT)
        if str(object_id).isdigit() and drafts.filter(pk=object_id).exists():
            return buttons
        return [found for found in buttons if not found.action_name.endswith("_publish")]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = spoken_rules(form.instance)
        super().save_related(request, form, formsets, change)
        after = spoken_rules(form.instance)
        if before != after:
            audit.record(
                action="edit rules",
                subject=form.instance.subject,
                by=staff(request),
                before={"rules": before},
                after={"rules": after},
            )

    @button("Copy to a draft", path="copy", icon="content_copy")
    def copy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rule_set = self.get_object(request, object_id)
        if rule_set is None:
            return self._gone(request)
        if request.method == "POST":
            draft = copy_to_draft(rule_set=rule_set, by=staff(request))
            self.message_user(request, f"{draft} is a draft: edit it, then publish it.")
            return redirect("admin:leads_ruleset_change", draft.pk)
        return self.ask(
            request,
            form=forms.Form(),
            row=rule_set,
            title="Copy to a draft",
            explanation="Makes a new version that you can edit. Nothing changes until you publish.",
            submit="Copy to a draft",
        )

    @button("Publish", path="publish", icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rule_set = self.get_object(request, object_id)
        if rule_set is None:
            return self._gone(request)
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            return self._publish(request, rule_set, form.cleaned_data["reason"])
        return self.ask(
            request,
            form=form,
            row=rule_set,
            title=f"Publish {rule_set}",
            explanation="New verdicts will use these rules, and they can no longer be edited. "
            "Existing verdicts change when their lead is next qualified.",
            submit="Publish",
        )

    def _publish(self, request: HttpRequest, rule_set: RuleSet, reason: str) -> HttpResponse:
        try:
            publish(rule_set=rule_set, by=staff(request), reason=reason)
        except (NotADraftError, QualificationError) as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"{rule_set} is in force.", messages.SUCCESS)
        return redirect("admin:leads_ruleset_change", rule_set.pk)

    def _gone(self, request: HttpRequest) -> HttpResponse:
        self.message_user(request, "There is no such rule set.", messages.WARNING)
        return redirect("admin:leads_ruleset_changelist")
