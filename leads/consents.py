"""What people allow and forbid: reading it in their words, and keeping it as rows."""

from collections.abc import Iterable

from django.db import transaction

from hampstead.core import audit, live
from hampstead.core.models import StaffUser
from leads.models import ConsentRecord, ContactChannel, ContactPurpose, Person
from leads.optwords import is_opt_in, is_opt_out
from leads.overrides import ReasonMissingError
from leads.wording import tidy

__all__ = ["grant_consent", "is_opt_in", "is_opt_out", "newest_consent", "withdraw_consent"]
LONGEST_QUOTE = 500


def withdraw_consent(
    *,
    person: Person,
    channel: ContactChannel | str,
    purposes: Iterable[ContactPurpose | str],
    source: str,
    quote: str = "",
    by: StaffUser | None = None,
    reason: str = "",
) -> list[ConsentRecord]:
    """From now on `may_contact` says no. The rows that were written: none for what was so already,
    unless another message says it again."""
    return _write(False, person, channel, purposes, source, quote, "", by, reason)


def grant_consent(
    *,
    person: Person,
    channel: ContactChannel | str,
    purposes: Iterable[ContactPurpose | str],
    source: str,
    quote: str = "",
    wording: str = "",
    by: StaffUser | None = None,
    reason: str = "",
) -> list[ConsentRecord]:
    """`wording` is what they were asked; marketing is allowed only by such a row."""
    return _write(True, person, channel, purposes, source, quote, wording, by, reason)


@transaction.atomic
def _write(
    is_granted: bool,
    person: Person,
    channel: ContactChannel | str,
    purposes: Iterable[ContactPurpose | str],
    source: str,
    quote: str,
    wording: str,
    by: StaffUser | None,
    reason: str,
) -> list[ConsentRecord]:
    if by is not None and not (reason := reason.strip() or quote.strip()):
        raise ReasonMissingError("Please give a reason.")
    rows = [
        ConsentRecord(
            person=person,
            channel=ContactChannel(channel),
            purpose=ContactPurpose(purpose),
            is_granted=is_granted,
            quote=tidy(quote, limit=LONGEST_QUOTE),
            wording=wording[:200],
            source=source,
            by=by,
        )
        for purpose in purposes
    ]
    # A turn that is tried again, or a post delivered twice, says nothing new.
    rows = [row for row in rows if not _is_known(row)]
    ConsentRecord.objects.bulk_create(rows)
    if rows:
        live.announce(person.subject)
    if rows and by is not None:
        audit.record(
            action="record consent" if is_granted else "record opt-out",
            subject=person.subject,
            by=by,
            reason=reason,
            after={"channel": rows[0].channel, "purposes": [row.purpose for row in rows]},
        )
    return rows


def _is_known(row: ConsentRecord) -> bool:
    newest = newest_consent(person=row.person, channel=row.channel, purpose=row.purpose)
    return (
        newest is not None
        and (newest.is_granted, newest.source) == (row.is_granted, row.source)
        and row.by is None
    )


def newest_consent(
    *, person: Person, channel: ContactChannel | str, purpose: ContactPurpose | str
) -> ConsentRecord | None:
    """The row that counts."""
    found = ConsentRecord.objects.filter(person=person, channel=channel, purpose=purpose)
    return found.order_by("-id").first()
