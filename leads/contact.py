"""The one gate before we contact anybody: asked inside the claim of every send."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hampstead.core.clock import LONDON, now, to_london
from leads.consents import newest_consent
from leads.models import ConsentRecord, ContactChannel, ContactPurpose, Person

# Nothing that we start reaches a phone by night; answers to what somebody just wrote do.
QUIET_FROM = time(20)
QUIET_UNTIL = time(8)
WE_START = {ContactPurpose.REMINDER, ContactPurpose.MARKETING}


@dataclass(frozen=True)
class ContactDecision:
    is_allowed: bool
    why: str = ""  # why not, in words for staff
    again_at: datetime | None = None  # from then on it is worth asking again


ALLOWED = ContactDecision(True)


def may_contact(
    *,
    person: Person,
    channel: ContactChannel | str,
    purpose: ContactPurpose | str,
    at: datetime | None = None,
) -> ContactDecision:
    at, purpose = at or now(), ContactPurpose(purpose)
    if why := _forbidden(person, ContactChannel(channel), purpose):
        return ContactDecision(False, why)
    if purpose in WE_START and (until := quiet_until(at)):
        return ContactDecision(False, f"quiet hours until {to_london(until):%H:%M}", until)
    return ALLOWED


def _forbidden(person: Person, channel: ContactChannel, purpose: ContactPurpose) -> str:
    is_marketing = purpose == ContactPurpose.MARKETING
    if is_marketing and channel == ContactChannel.PHONE:
        return "we make no marketing calls"
    newest = newest_consent(person=person, channel=channel, purpose=purpose)
    if newest is None:
        return "they never agreed to marketing" if is_marketing else ""
    return "" if newest.is_granted else _withdrawn(newest)


def _withdrawn(record: ConsentRecord) -> str:
    local = to_london(record.at)
    return f"they asked us to stop on {local:%A} {local.day} {local:%B %Y}"


def quiet_until(at: datetime) -> datetime | None:
    """The end of the quiet hours in which `at` lies, or None."""
    local = to_london(at)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return None
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, LONDON)
