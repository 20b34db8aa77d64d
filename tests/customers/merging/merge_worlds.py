"""What the tests of merging share: everything that can point at a record, and a picture of the whole database."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from customers.merging.notes import row_of
from customers.models import (
    Account,
    AccountDomain,
    AccountRelationship,
    AccountRelationshipType,
    Association,
    BulkUpdate,
    BulkUpdatedContact,
    BulkUpdateLeftOut,
    Contact,
    ContactMethod,
    ContactRelationship,
    ContactTag,
    DomainJoining,
    DuplicatePair,
    HelpCenterLook,
    IdentityConfirmation,
    ImportedAccount,
    ImportedContact,
    ImportRun,
    JoinedByDomain,
    Merge,
    SentInvitation,
    Tag,
)
from tests.factories import (
    AccountFactory,
    ContactFactory,
    InvitationFactory,
    JoinRequestFactory,
    ResponsibilityFactory,
    TicketFactory,
    UserFactory,
)
from tickets.models import Draft, Follower, Message, MessageRecipient, Participant, Ticket

# The merge itself, and the history, which only ever grows.
GROWS = {
    "customers.Merge",
    "customers.MergedRecord",
    "events.AuditEntry",
    "events.FormVersion",
    "events.EventDelivery",
}
Picture = dict[str, list[dict[str, Any]]]


def picture() -> Picture:
    """Every row of every table of ours, column by column."""
    tables = [
        model for app in ("core", "customers", "tickets") for model in apps.get_app_config(app).get_models()
    ]
    return {
        model._meta.label: [row_of(row) for row in model._base_manager.order_by("pk")]
        for model in tables
        if model._meta.label not in GROWS
    }


def differences(before: Picture, after: Picture) -> dict[str, Any]:
    """What differs, small enough to read."""
    return {
        label: {
            "lost": [row for row in rows if row not in after[label]],
            "new": [row for row in after[label] if row not in rows],
        }
        for label, rows in before.items()
        if rows != after[label]
    }


Maker = Callable[[Any], models.Model]


def a_run() -> ImportRun:
    return ImportRun.objects.create(name="people.csv", digest="d")


def a_bulk_update() -> BulkUpdate:
    return BulkUpdate.objects.create(total=1, progressed_at=timezone.now())


def _relationship_type() -> AccountRelationshipType:
    return AccountRelationshipType.objects.get_or_create(name="Partner of", reverse_name="Customer of")[0]


def _merge(**survivor: Any) -> Merge:
    (kind,) = survivor
    return Merge.objects.create(kind=kind, survivor_id=survivor[kind].pk, **survivor)


def _message(contact: Contact) -> Message:
    return Message.objects.create(ticket=TicketFactory(), author_contact=contact, body="Mine")


def _imported(model: Any, **record: Any) -> models.Model:
    return model.objects.create(run=a_run(), number=2, is_created=False, written_at=timezone.now(), **record)


def _acting(contact: Contact, account: Account) -> ContactRelationship:
    return ContactRelationship.objects.create(
        contact=contact, account=account, responsibility=ResponsibilityFactory(), noticed="ineligible"
    )


def _linked(one: Account, other: Account) -> AccountRelationship:
    return AccountRelationship.objects.create(from_account=one, to_account=other, type=_relationship_type())


def _alike(first: Contact, second: Contact) -> DuplicatePair:
    return DuplicatePair.objects.create(first=first, second=second, same_name=True)


def _older(contact: Contact) -> Contact:
    """Somebody who was here before."""
    return Contact.objects.create(pk=-contact.pk, last_name="Older")


def _in_place(account: Account) -> Association:
    return Association.objects.get(contact=ContactFactory(accounts=[account]))


def _leaver(colleague: Contact) -> Contact:
    leaver: Contact = ContactFactory()
    leaver.left_to = colleague
    leaver.save(update_fields=["left_to"])
    return leaver


def _joined(contact: Contact, account: Account) -> JoinedByDomain:
    joining = DomainJoining.objects.create(people=1)
    return JoinedByDomain.objects.create(joining=joining, contact=contact, account=account)


POINTS_AT_A_CONTACT: dict[str, Maker] = {
    "customers.ContactMethod.contact": lambda c: ContactMethod.objects.create(
        contact=c, kind="x", value="@it", value_key="it", is_default=True
    ),
    "customers.Association.contact": lambda c: Association.objects.create(
        contact=c, account=AccountFactory(), position=9, created_at=timezone.now()
    ),
    "customers.ContactRelationship.contact": lambda c: _acting(c, AccountFactory()),
    "customers.DuplicatePair.first": lambda c: _alike(c, ContactFactory()),
    "customers.DuplicatePair.second": lambda c: _alike(_older(c), c),
    "customers.ContactTag.contact": lambda c: ContactTag.objects.create(
        contact=c, tag=Tag.objects.create(name="It")
    ),
    "customers.BulkUpdatedContact.contact": lambda c: BulkUpdatedContact.objects.create(
        run=a_bulk_update(), contact=c, written_at=timezone.now()
    ),
    "customers.BulkUpdateLeftOut.contact": lambda c: BulkUpdateLeftOut.objects.create(
        run=a_bulk_update(), contact=c, former_id=c.pk, reason="refused"
    ),
    "customers.ImportedContact.contact": lambda c: _imported(ImportedContact, contact=c),
    "customers.JoinRequest.contact": lambda c: JoinRequestFactory(contact=c),
    "customers.Merge.contact": lambda c: _merge(contact=c),
    "tickets.Ticket.contact": lambda c: TicketFactory(contact=c),
    "tickets.Message.author_contact": _message,
    "tickets.MessageRecipient.contact": lambda c: MessageRecipient.objects.create(
        message=_message(ContactFactory()), name="As it was", contact=c
    ),
    "tickets.Draft.contact": lambda c: Draft.objects.create(
        user=UserFactory(role="agent"), kind="ticket", contact=c
    ),
    "customers.Contact.left_to": _leaver,
    "customers.HelpCenterLook.contact": lambda c: HelpCenterLook.objects.create(
        contact=c, user=UserFactory()
    ),
    "customers.IdentityConfirmation.contact": lambda c: IdentityConfirmation.objects.create(
        contact=c, subject_type="tickets.ticket", subject_id=1
    ),
    "customers.JoinedByDomain.contact": lambda c: _joined(c, AccountFactory()),
    "tickets.Follower.contact": lambda c: Follower.objects.create(ticket=TicketFactory(), contact=c),
    "tickets.Participant.contact": lambda c: Participant.objects.create(
        ticket=TicketFactory(), address="it@mail.example", address_key="it@mail.example", contact=c
    ),
}
POINTS_AT_AN_ACCOUNT: dict[str, Maker] = {
    "customers.Account.parent": lambda a: AccountFactory(parent=a),
    "customers.AccountDomain.account": lambda a: AccountDomain.objects.create(account=a, domain="it.example"),
    "customers.AccountRelationship.from_account": lambda a: _linked(a, AccountFactory()),
    "customers.AccountRelationship.to_account": lambda a: _linked(AccountFactory(), a),
    "customers.Association.account": _in_place,
    "customers.ContactRelationship.account": lambda a: _acting(ContactFactory(), a),
    "customers.ImportedAccount.account": lambda a: _imported(ImportedAccount, account=a),
    "customers.Invitation.account": lambda a: InvitationFactory(account=a),
    "customers.JoinRequest.account": lambda a: JoinRequestFactory(account=a),
    "customers.Merge.account": lambda a: _merge(account=a),
    "customers.JoinedByDomain.account": lambda a: _joined(ContactFactory(), a),
    "customers.SentInvitation.account": lambda a: SentInvitation.objects.create(account=a),
    "tickets.Ticket.account": lambda a: Ticket.objects.create(
        subject="Its own", contact=ContactFactory(), account=a
    ),
}
