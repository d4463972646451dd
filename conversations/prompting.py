"""The prompt with its lanes: read the version in force, prepare, publish and roll back others."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from conversations import prompts
from conversations.models import EnquiryLane, PromptVersion
from conversations.playbook import Lane, Playbook
from conversations.screening import check_triggers
from hampstead.core import audit
from hampstead.core.clock import now
from hampstead.core.kept import Kept
from hampstead.core.models import StaffUser
from leads.models import Firm

__all__ = ["Lane", "Playbook"]

SHIPPED = "shipped"
PLACEHOLDERS = ("{office_phone}", "{emergency_phone}", "{firm}")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
Status = PromptVersion.Status
Action = EnquiryLane.Action
# Without these the assistant would be unsafe or dishonest: what each does, and what its text names.
REQUIRED_LANES = (
    ("emergency", Action.HANDOVER, "{emergency_phone}"),
    ("wants_person", Action.HANDOVER, "{office_phone}"),
    ("robot", Action.DISCLOSE, "{office_phone}"),
)
COPIED_FIELDS = (
    "code", "title", "position", "is_active", "action", "triggers", "instructions", "reply",
    "enquiry_kind", "task_title", "is_urgent",
)  # fmt: skip


class NotADraftError(Exception):
    """Only a draft can be published."""


class NotRetiredError(Exception):
    """Only a version that was in force before can come back."""


class UnfitPromptError(Exception):
    """A version with which the assistant could not do its work; each problem in plain words."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


# --- reading ------------------------------------------------------------------------------


def current_playbook() -> Playbook:
    """What is published. A customer must be answered even before anyone loaded the defaults."""
    return _current_playbook()


def _read_playbook() -> Playbook:
    version = published_version()
    return shipped_playbook() if version is None else playbook_of(version)


_current_playbook = Kept(_read_playbook, PromptVersion, EnquiryLane)


def published_version() -> PromptVersion | None:
    return PromptVersion.objects.filter(status=Status.PUBLISHED).first()


def playbook_of(version: PromptVersion) -> Playbook:
    rows = version.lanes.filter(is_active=True).order_by("position", "code")
    return Playbook(
        version.label, version.whatsapp_text, version.phone_text, tuple(_lane(row) for row in rows)
    )


def shipped_playbook() -> Playbook:
    """The texts in the repository."""
    lanes = tuple(_lane(EnquiryLane(**values)) for values in prompts.lanes())
    return Playbook(SHIPPED, prompts.text("whatsapp"), prompts.text("phone"), lanes)


def _lane(row: EnquiryLane) -> Lane:
    return Lane(
        code=row.code,
        title=row.title,
        action=row.action,
        triggers=tuple(filter(None, map(str.strip, row.triggers.splitlines()))),
        instructions=row.instructions,
        reply=row.reply,
        enquiry_kind=row.enquiry_kind,
        task_title=row.task_title,
        is_urgent=row.is_urgent,
    )


def filled(text: str, firm: Firm | None = None) -> str:
    """A fixed text as the customer reads it."""
    firm = firm or Firm.current()
    values = (firm.spoken_office_phone, firm.spoken_emergency_phone, firm.name)
    # replace, not format: staff may write any other brace without breaking answers.
    for placeholder, value in zip(PLACEHOLDERS, values, strict=True):
        text = text.replace(placeholder, value)
    return text


def unknown_placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)) - set(PLACEHOLDERS))


# --- changing -----------------------------------------------------------------------------


def problems_of(version: PromptVersion) -> list[str]:
    """Why the version cannot be published; empty if it can."""
    rows = list(version.lanes.order_by("position", "code"))
    texts = ((version.whatsapp_text, "WhatsApp"), (version.phone_text, "phone"))
    return [
        *(f"The {name} text is empty." for text, name in texts if not text.strip()),
        *(problem for row in rows for problem in _lane_problems(row)),
        *_missing_lanes(rows),
    ]


def _lane_problems(row: EnquiryLane) -> Iterable[str]:
    if row.action != Action.ANSWER and not row.reply.strip():
        yield f"“{row.title}” needs the fixed text it sends."
    for unknown in unknown_placeholders(row.reply):
        yield f"“{row.title}”: nobody fills in {unknown}."
    for problem in check_triggers(row.triggers):
        yield f"“{row.title}”: the rule {problem}."


def _missing_lanes(rows: list[EnquiryLane]) -> Iterable[str]:
    active = {row.code: row for row in rows if row.is_active}
    for code, action, named in REQUIRED_LANES:
        row = active.get(code)
        if row is None:
            yield f"There must be an active lane with the code “{code}”."
            continue
        if row.action != action:
            yield f"“{row.title}” must do this: {action.label.lower()}."
        if named not in row.reply:
            yield f"The fixed text of “{row.title}” must name {named}."


@transaction.atomic
def copy_to_draft(*, version: PromptVersion, by: StaffUser) -> PromptVersion:
    _hold_versions()
    latest = PromptVersion.objects.aggregate(latest=Max("number"))["latest"] or 0
    draft = PromptVersion.objects.create(
        number=latest + 1,
        note=f"Copied from {version.label}.",
        whatsapp_text=version.whatsapp_text,
        phone_text=version.phone_text,
        created_by=by,
    )
    _add_lanes(draft, version.lanes.values(*COPIED_FIELDS))
    audit.record(
        action="copy prompt to draft",
        subject=draft.subject,
        by=by,
        after={"version": draft.label, "copied_from": version.label},
    )
    return draft


@transaction.atomic
def publish(*, version: PromptVersion, by: StaffUser | None, reason: str = "") -> PromptVersion:
    """Put a draft in force and retire the version before it. Raises UnfitPromptError."""
    version = _held(version)
    if not version.is_draft:
        raise NotADraftError(f"{version} is not a draft.")
    return _put_in_force(version, "publish prompt", by, reason)


@transaction.atomic
def roll_back(*, to: PromptVersion, by: StaffUser, reason: str) -> PromptVersion:
    """Put an older version in force again, under its old number. Raises UnfitPromptError."""
    version = _held(to)
    if version.status != Status.RETIRED:
        raise NotRetiredError(f"{version} is {version.get_status_display().lower()}.")
    return _put_in_force(version, "roll back prompt", by, reason)


def _put_in_force(
    version: PromptVersion, action: str, by: StaffUser | None, reason: str
) -> PromptVersion:
    if problems := problems_of(version):
        raise UnfitPromptError(problems)
    before = published_version()
    if before is not None:
        before.status = Status.RETIRED
        before.save(update_fields=["status"])
    version.status, version.published_at, version.published_by = Status.PUBLISHED, now(), by
    version.save(update_fields=["status", "published_at", "published_by"])
    audit.record(
        action=action,
        subject=version.subject,
        by=by,
        reason=reason,
        before={"version": before.label if before else None},
        after={"version": version.label},
    )
    return version


def _held(version: PromptVersion) -> PromptVersion:
    _hold_versions()
    return PromptVersion.objects.get(pk=version.pk)


def _hold_versions() -> None:
    """Whoever changes versions waits here for whoever came first, and then sees their work."""
    list(PromptVersion.objects.select_for_update().order_by("pk").values_list("pk"))


@transaction.atomic
def load_first_prompts() -> dict[str, int]:
    """Version 1 from the shipped texts; afterwards the prompt changes only through drafts."""
    if PromptVersion.objects.exists():
        return {"prompts": 0}
    draft = PromptVersion.objects.create(
        number=1,
        note="The texts that came with the software.",
        whatsapp_text=prompts.text("whatsapp"),
        phone_text=prompts.text("phone"),
    )
    _add_lanes(draft, prompts.lanes())
    publish(version=draft, by=None)
    return {"prompts": 1}


def _add_lanes(draft: PromptVersion, lanes: Iterable[dict[str, Any]]) -> None:
    EnquiryLane.objects.bulk_create(EnquiryLane(prompt_version=draft, **values) for values in lanes)
