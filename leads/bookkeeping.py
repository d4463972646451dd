"""Saving a row that staff edit by hand, with an audit entry of what changed."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.forms.models import model_to_dict

from hampstead.core import audit
from hampstead.core.models import StaffUser
from hampstead.core.subjects import subject


def _values(row: Model) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(model_to_dict(row), cls=DjangoJSONEncoder))
    return plain


def _subject(row: Model) -> str:
    own: str | None = getattr(row, "subject", None)
    return own or subject(str(row._meta.model_name), row.pk)


@transaction.atomic
def save_row(*, row: Model, by: StaffUser) -> Model:
    """Only the fields that changed go into the audit entry; no change, no entry."""
    old = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    before = _values(old) if old else {}
    row.save()
    after = _values(row)
    changed = [name for name in after if before.get(name) != after[name]]
    if changed:
        audit.record(
            action=f"{'edit' if old else 'add'} {row._meta.verbose_name}",
            subject=_subject(row),
            by=by,
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
        )
    return row


@transaction.atomic
def delete_row(*, row: Model, by: StaffUser) -> None:
    audit.record(
        action=f"delete {row._meta.verbose_name}",
        subject=_subject(row),
        by=by,
        before=_values(row),
    )
    row.delete()
