"""Tickets of contacts who go: to another contact, to a colleague, or away for good.

The floor below asks for it through `customers.registry`: the deletion of contacts, leavers, erasures.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.db.models import Count, QuerySet

from customers.models import Account, Contact
from customers.registry import Dependents, Duty
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase_n
from helpdesk.events.recording import Happening, record_many
from tickets.models import Attachment, Follower, Ticket
from tickets.policies import require_delete_tickets, require_hand_over, require_worker
from tickets.services.changing import MANY, Change, apply_change, name_of
from tickets.services.customers import in_words
from tickets.services.requesters import account_for, accounts_of, requester_for


def count_tickets(contact_ids: Collection[int]) -> dict[int, int]:
    """How many tickets each of these contacts has."""
    rows = Ticket.objects.filter(contact__in=contact_ids).order_by().values_list("contact")
    return dict(rows.annotate(number=Count("pk")))


@transaction.atomic
def reassign_tickets(contact_ids: Collection[int], to: Contact, actor: Actor) -> int:
    """Make `to` the requester of every ticket of these contacts; says how many."""
    return _give(Ticket.objects.filter(contact__in=contact_ids), to, actor)


def _give(tickets: QuerySet[Ticket], to: Contact, actor: Actor) -> int:
    """A ticket keeps its account when it is one of the new requester's, else it gets their primary one."""
    require_worker(actor)
    return _pass_on(tickets, requester_for(Contact.objects.filter(pk=to.pk).first(), actor), actor)


def _pass_on(tickets: QuerySet[Ticket], to: Contact, actor: Actor) -> int:
    locked = list(tickets.select_for_update(of=("self",)).order_by("pk"))
    people = Contact.objects.in_bulk({ticket.contact_id for ticket in locked} | {to.pk})
    change = Change("contact_id", to.pk, "ticket.contact_changed", name="contact", word=name_of(people))
    moved = apply_change(locked, change, actor=actor)
    possible = {account.pk for account in accounts_of(to)}
    strange = [ticket for ticket in moved if ticket.account_id not in possible]
    _put_under(strange, account_for(to, {}), actor)
    return len(moved)


def _put_under(tickets: list[Ticket], account: Account | None, actor: Actor) -> None:
    wanted = {ticket.account_id for ticket in tickets if ticket.account_id}
    names = name_of(Account.objects.in_bulk(wanted | ({account.pk} if account else set())))
    value = account.pk if account else None
    change = Change("account_id", value, "ticket.account_changed", name="account", word=names)
    apply_change(tickets, change, actor=actor)


@transaction.atomic
def delete_tickets_of(contact_ids: Collection[int], actor: Actor) -> int:
    """Delete every ticket of these contacts with all that was said on it, and the files once that is sure."""
    require_delete_tickets(actor)
    tickets = Ticket.objects.filter(contact__in=contact_ids)
    rows = list(tickets.select_for_update(of=("self",)).order_by("pk").values_list("pk", "subject"))
    label = Ticket._meta.label_lower
    for start in range(0, len(rows), MANY):
        part = rows[start : start + MANY]
        record_many(
            [Happening("ticket.deleted", (label, pk), None, {"subject": subject}) for pk, subject in part],
            actor=actor,
        )
        numbers = [pk for pk, _subject in part]
        delete_files(Attachment.objects.filter(message__ticket__in=numbers))
        Ticket.objects.filter(pk__in=numbers).delete()
    return len(rows)


def delete_files(attachments: QuerySet[Attachment]) -> int:
    """Delete attachments; the files follow when the transaction is through."""
    files = [attachment.file for attachment in attachments]
    attachments.delete()
    for file in files:
        transaction.on_commit(partial(file.storage.delete, str(file.name)), robust=True)
    return len(files)


TICKETS = Dependents(words=in_words, count=count_tickets, reassign=reassign_tickets, delete=delete_tickets_of)


# --- What a leaver hands over ---------------------------------------------------
def _open_tickets(contact: Contact) -> QuerySet[Ticket]:
    """What a colleague may know of: what is private to the leaver stays between them and the desk."""
    return Ticket.objects.open().filter(contact=contact, is_private=False)


@transaction.atomic
def hand_over_open_tickets(leaver: Contact, colleague: Contact | None, actor: Actor) -> int:
    """Make a colleague the requester of what is open; without one it stays with the leaver."""
    return _give(_open_tickets(leaver), colleague, actor) if colleague else 0


@transaction.atomic
def hand_over_followings(leaver: Contact, colleague: Contact | None, actor: Actor) -> int:
    """A colleague follows what the leaver followed. A following gives no sight: mail asks again each time."""
    require_worker(actor)
    return _pass_on_followings(Follower.objects.filter(contact=leaver), colleague)


def _pass_on_followings(followings: QuerySet[Follower], colleague: Contact | None) -> int:
    tickets = list(followings.order_by("pk").values_list("ticket", flat=True))
    followings.delete()
    if colleague is None:
        return len(tickets)
    Follower.objects.bulk_create(
        [Follower(ticket_id=pk, contact=colleague) for pk in tickets], ignore_conflicts=True, batch_size=MANY
    )
    return len(tickets)


def _open_within(contact: Contact, account_ids: Collection[int], actor: Actor) -> QuerySet[Ticket]:
    """Of these accounts' what the actor sees: nobody learns of a ticket by handing it over to themselves."""
    seen = Ticket.objects.visible_to(actor).open().filter(contact=contact, is_private=False)
    return seen.filter(account__in=account_ids)


def _followed_within(contact: Contact, account_ids: Collection[int], actor: Actor) -> QuerySet[Follower]:
    seen = Ticket.objects.visible_to(actor).filter(account__in=account_ids, is_private=False)
    return Follower.objects.filter(contact=contact, ticket__in=seen.order_by().values("pk"))


@transaction.atomic
def hand_over_open_within(
    leaver: Contact, colleague: Contact, account_ids: Collection[int], actor: Actor
) -> int:
    """Make a colleague, who belongs to these accounts, the requester of what is open there; says how many."""
    require_hand_over(account_ids, actor)
    numbers = list(_open_within(leaver, account_ids, actor).order_by().values_list("pk", flat=True))
    return _pass_on(Ticket.objects.filter(pk__in=numbers), colleague, actor)


@transaction.atomic
def hand_over_followings_within(
    leaver: Contact, colleague: Contact, account_ids: Collection[int], actor: Actor
) -> int:
    """The same for what the leaver followed there."""
    require_hand_over(account_ids, actor)
    return _pass_on_followings(_followed_within(leaver, account_ids, actor), colleague)


def _open_in_words(number: int) -> str:
    return phrase_n("%(n)s open %(term_ticket)s", "%(n)s open %(term_tickets)s", number)


def _followed_in_words(number: int) -> str:
    return phrase_n("%(n)s followed %(term_ticket)s", "%(n)s followed %(term_tickets)s", number)


OPEN_TICKETS = Duty(
    key="open_tickets",
    words=_open_in_words,
    count=lambda contact: _open_tickets(contact).count(),
    hand_over=hand_over_open_tickets,
    without_colleague=lambda number: phrase_n(
        "%(n)s open %(term_ticket)s stays where it is.",
        "%(n)s open %(term_tickets)s stay where they are.",
        number,
    ),
    count_within=lambda contact, account_ids, actor: _open_within(contact, account_ids, actor).count(),
    hand_over_within=hand_over_open_within,
)
FOLLOWINGS = Duty(
    key="followings",
    words=_followed_in_words,
    count=lambda contact: Follower.objects.filter(contact=contact).count(),
    hand_over=hand_over_followings,
    without_colleague=lambda number: phrase_n(
        "%(n)s %(term_ticket)s is no longer followed.",
        "%(n)s %(term_tickets)s are no longer followed.",
        number,
    ),
    count_within=lambda contact, account_ids, actor: _followed_within(contact, account_ids, actor).count(),
    hand_over_within=hand_over_followings_within,
)
