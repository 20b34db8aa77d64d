"""Who takes part in a ticket by mail: addresses that get its public mails and may answer them.

Taking part never gives sight of the ticket in the help center. Taking an address out stops mail to it at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from customers.models import ContactMethod
from helpdesk.core.actors import Actor
from helpdesk.core.database.lookups import one_of
from helpdesk.core.text.addresses import Address, address_key, read_address
from helpdesk.events.recording import Happening, record, record_many
from tickets.errors import ParticipantIsRequester
from tickets.models import Participant, Ticket
from tickets.policies import require_worker
from tickets.services.changing import lock_tickets

LABEL = "customers.contact"


def add_participant(ticket: Ticket, address: str, *, actor: Actor) -> Participant:
    """Have an address take part; one that does already stays as it is. Raises as `add_participants`."""
    add_participants(ticket, [address], actor=actor)
    return Participant.objects.get(ticket=ticket, address_key=address_key(address))


@transaction.atomic
def add_participants(ticket: Ticket, addresses: Iterable[str], *, actor: Actor) -> list[Participant]:
    """Have addresses take part; the new ones come back, in the order given.

    An address that is a contact's is noted as theirs. Raises `AddressRefused` for a text that is no address and
    `ParticipantIsRequester` for one of the requester's, who gets every mail anyway; then nothing is changed.
    """
    require_worker(actor, [ticket], "tickets.add_participant")
    (locked,) = lock_tickets([ticket])
    wanted = {read.key: read for read in map(read_address, addresses)}
    owners = _owners(wanted)
    if locked.contact_id in owners.values():
        raise ParticipantIsRequester
    here = set(locked.participants.values_list("address_key", flat=True))
    rows = [
        Participant(ticket=locked, address=read.shown, contact_id=owners.get(key), added_by=actor.user)
        for key, read in wanted.items()
        if key not in here
    ]
    Participant.objects.bulk_create(rows)
    happenings = [
        Happening(
            "ticket.participant_added",
            locked,
            (LABEL, row.contact_id) if row.contact_id else None,
            {"address": row.address},
        )
        for row in rows
    ]
    record_many(happenings, actor=actor)
    return rows


@transaction.atomic
def remove_participant(ticket: Ticket, address: str, *, actor: Actor) -> bool:
    """Take an address out, at once; says whether it took part."""
    require_worker(actor, [ticket], "tickets.add_participant")
    (locked,) = lock_tickets([ticket])
    row = locked.participants.filter(address_key=address_key(address)).first()
    if row is None:
        return False
    row.delete()
    related = (LABEL, row.contact_id) if row.contact_id else None
    record("ticket.participant_removed", subject=locked, related=related, actor=actor, address=row.address)
    return True


def _owners(addresses: dict[str, Address]) -> dict[str, int]:
    """Address key → the contact whose method it is."""
    methods = ContactMethod.objects.filter(
        one_of("value_key", list(addresses)), kind=ContactMethod.Kind.EMAIL
    )
    return dict(methods.values_list("value_key", "contact_id"))
