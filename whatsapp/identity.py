"""Who is behind a WhatsApp message: business-scoped user id first, then phone number."""

from django.db import connection, transaction
from django.db.models import Q

from hampstead.core.phone import from_wa_id
from leads.models import Person
from leads.people import find_or_create_person
from whatsapp.events import Sender
from whatsapp.models import WhatsAppIdentity


@transaction.atomic
def find_or_create_identity(sender: Sender) -> WhatsAppIdentity:
    """The identity of a sender; fills in the id that was missing when both appear."""
    _lock(sender)
    known = _known(sender)
    if known is None:
        return WhatsAppIdentity.objects.create(
            person=_person(sender),
            wa_id=sender.wa_id,
            bsuid=sender.bsuid,
            username=sender.username,
        )
    if not _is_taken(known, sender):
        known.wa_id = known.wa_id or sender.wa_id
        known.bsuid = known.bsuid or sender.bsuid
    known.username = sender.username or known.username
    known.save(update_fields=["wa_id", "bsuid", "username"])
    return known


def _lock(sender: Sender) -> None:
    """Two posts of a new sender at once must not make two persons."""
    for key in sorted(filter(None, (sender.wa_id, sender.bsuid))):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"whatsapp:{key}"]
            )


def _known(sender: Sender) -> WhatsAppIdentity | None:
    """By user id first, then by number. Only a row that lacks the other id may be completed."""
    identities = WhatsAppIdentity.objects.select_related("person")
    by_bsuid = identities.filter(bsuid=sender.bsuid).first() if sender.bsuid else None
    by_phone = identities.filter(wa_id=sender.wa_id).first() if sender.wa_id else None
    return by_bsuid or by_phone


def complete_phone(known: WhatsAppIdentity) -> None:
    """A person first known by a user id gets the number, unless it is somebody else's."""
    phone = from_wa_id(known.wa_id) if known.wa_id else None
    if phone is None or known.person.phone is not None:
        return
    if not Person.objects.filter(phone=phone).exists():
        known.person.phone = phone
        known.person.save(update_fields=["phone"])


def _is_taken(known: WhatsAppIdentity, sender: Sender) -> bool:
    """The sender's other id belongs to another row: two histories that only staff may merge."""
    others = WhatsAppIdentity.objects.exclude(pk=known.pk)
    by_id = Q(wa_id=sender.wa_id) if sender.wa_id else Q(pk=None)
    by_user = Q(bsuid=sender.bsuid) if sender.bsuid else Q(pk=None)
    return others.filter(by_id | by_user).exists()


def _person(sender: Sender) -> Person:
    phone = from_wa_id(sender.wa_id) if sender.wa_id else None
    return find_or_create_person(phone=phone, name=sender.name)
