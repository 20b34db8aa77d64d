"""What the customer administrators of an account do with its people.

Every verb begins alike: authorise; lock the people concerned (whoever acts among them), then all their accounts;
authorise again, because a right may have gone while waiting. An account that has an administrator of its own keeps one:
counted under the lock of the account, so that two who demote one another at the same moment leave one.
Why which right ends where: `docs/decisions/0024-customer-administrators.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from customers import policies
from customers.administration import notices
from customers.administration.administrators import (
    ADMINISTRATOR,
    CUSTOMER,
    DEACTIVATED,
    is_last_administrator,
    version_of_details,
    version_of_place,
)
from customers.errors.administration import (
    AskTheDesk,
    ChangedHere,
    ClosedByTheDesk,
    LastAdministrator,
    NotActive,
    NotASuccessor,
)
from customers.errors.records import AccountDeleted, ContactGone, HasLeft, NotAssociated, TooManyAccounts
from customers.models import Account, Contact, ContactRelationship
from customers.registry import contact_duties
from customers.services.accounts.changes import update_account
from customers.services.associations import Entry, lock_accounts_of, rewrite_lists
from customers.services.contacts.changes import update_contact
from customers.services.contacts.leaving import close_sign_in, let_in_again
from customers.services.relationships import links
from helpdesk.core.actors import CONTACT, Actor
from helpdesk.core.database.locks import locked, locked_many
from helpdesk.events.recording import record


@dataclass(frozen=True)
class Held:
    """The locked people of one change, by id, and who makes it, as they are now."""

    account: Account
    people: Mapping[int, Contact]
    actor: Actor

    def person(self, contact: Contact) -> Contact:
        return self.people[contact.pk]


# --- The verbs -------------------------------------------------------------------
def set_role(
    account: Account, contact: Contact, role: str, *, actor: Actor, successor: Contact | None = None
) -> bool:
    """Give or take the administrator role, which opens nobody's tickets; says whether it was another one. With
    `successor` the role passes on in the same step. Raises `LastAdministrator`, `NotASuccessor`, `NotActive`,
    `NotAssociated`."""
    with transaction.atomic():
        held = _hold(account, [contact, successor], actor=actor)
        person = held.person(contact)
        if role == ADMINISTRATOR and not person.is_active:
            raise NotActive(person)
        if role == CUSTOMER:
            _keep_an_administrator([account], person, held, successor)
        changed = _change_place(person, account, actor=held.actor, role=role)
        if changed:
            told = notices.MADE_ADMINISTRATOR if role == ADMINISTRATOR else notices.NO_LONGER_ADMINISTRATOR
            notices.tell(person, account, told, actor=held.actor)
    return changed


def change_person(
    account: Account,
    contact: Contact,
    fields: Mapping[str, str],
    *,
    actor: Actor,
    expected_version: str | None = None,
    agreed: str | None = None,
) -> Contact:
    """Change the `job_title` and `sharing` of a place, and the names of whoever is the actor's alone. Raises
    `InvalidFields`, `NotAssociated`, `ChangedHere` when a form was opened on another `version_of_place`, and
    `WidensSight` unless what the level opens was `agreed` to."""
    with transaction.atomic():
        held = _hold(account, [contact], actor=actor)
        person = held.person(contact)
        current = account.associations.select_related("contact").get(contact=person)
        if expected_version is not None and expected_version != version_of_place(current):
            raise ChangedHere(person.name)
        names = {name: value for name, value in fields.items() if name in policies.OWN_NAMES}
        if names:
            person = update_contact(person, names, actor=held.actor)
        place = {name: value for name, value in fields.items() if name in ("job_title", "sharing")}
        before = current.sharing
        level = place.get("sharing", before)
        policies.require_level(held.actor, account, level, before=before)
        _change_place(person, account, actor=held.actor, agreed=agreed, **place)
        if level != before:
            notices.tell(person, account, notices.LEVEL_CHANGED, actor=held.actor)
    return person


def change_details(
    account: Account,
    fields: Mapping[str, str],
    *,
    actor: Actor,
    expected_version: str | None = None,
    agreed: str | None = None,
) -> Account:
    """Change what customers say of their account themselves (`policies.OWN_DETAILS`). Raises `InvalidFields`,
    `AccountDeleted`, `ChangedHere` when a form was opened on another `version_of_details`, and `WidensSight` unless
    what the level opens was `agreed` to."""
    policies.require_manage(actor, [account.pk])
    with transaction.atomic():
        account = locked(Account, account.pk, gone=AccountDeleted, no_key=True)
        if expected_version is not None and expected_version != version_of_details(account):
            raise ChangedHere(account.name)
        return update_account(account, dict(fields), actor=actor, agreed=agreed)


def remove_person(
    account: Account, contact: Contact, *, actor: Actor, successor: Contact | None = None
) -> None:
    """Take somebody out of an account; their tickets keep it, their sign-in stays. Raises `LastAdministrator`,
    `NotASuccessor`, `NotAssociated`."""
    with transaction.atomic():
        held = _hold(account, [contact, successor], actor=actor)
        _keep_an_administrator([account], held.person(contact), held, successor)
        _remove(held, held.person(contact))


def deactivate_person(
    account: Account, contact: Contact, *, actor: Actor, successor: Contact | None = None
) -> None:
    """Close the sign-in of somebody who is the actor's alone; everything else stays as it is. Raises
    `LastAdministrator`, `NotASuccessor`, `HasLeft`, `NotAssociated`."""
    with transaction.atomic():
        held = _hold(account, [contact, successor], actor=actor)
        person = held.person(contact)
        policies.require_theirs(held.actor, person)
        _deactivate(held, person, successor)
        notices.tell(person, account, notices.DEACTIVATED, actor=held.actor)


def activate_person(account: Account, contact: Contact, *, actor: Actor, agreed: str | None = None) -> None:
    """Open the sign-in again that a customer administrator closed. Raises `ClosedByTheDesk`, `ContactErased`,
    `NotAssociated`, and `WidensSight` unless what it opens was `agreed` to."""
    with transaction.atomic():
        held = _hold(account, [contact], actor=actor)
        person = held.person(contact)
        policies.require_theirs(held.actor, person)
        if not person.is_active and held.actor.kind == CONTACT and not person.closed_by_customers:
            raise ClosedByTheDesk
        if let_in_again(person, actor=held.actor, account=account, agreed=agreed):
            notices.tell(person, account, notices.ACTIVATED, actor=held.actor)


def see_off_person(
    account: Account,
    contact: Contact,
    *,
    actor: Actor,
    colleague: Contact | None = None,
    successor: Contact | None = None,
) -> dict[str, int]:
    """Somebody has left: what the actor can see of their open work at the account passes to `colleague`. Who is the
    actor's alone is deactivated, and acts for none of the managed accounts any more; everybody else, the actor among
    them, is taken out of this account. Says how much passed. Raises as `remove_person` and `deactivate_person`."""
    with transaction.atomic():
        held = _hold(account, [contact, successor, colleague], actor=actor)
        person = held.person(contact)
        handed = _hand_over(held, person, colleague) if colleague else {}
        told = {"name": person.name, "to": colleague.name if colleague else "", "handed": handed}
        record("contact.handed_over", subject=person, related=account, actor=held.actor, **told)
        if leaves_for_good(person, actor=held.actor):
            _end_relationships(held, person)
            _deactivate(held, person, successor)
            notices.tell(person, account, notices.DEACTIVATED, actor=held.actor)
        else:
            _keep_an_administrator([account], person, held, successor)
            _remove(held, person)
        if colleague:
            notices.tell(
                held.person(colleague),
                account,
                notices.TOOK_OVER,
                actor=held.actor,
                who=person.pk,
                tickets=handed.get("open_tickets", 0),
            )
    return handed


def leaves_for_good(contact: Contact, *, actor: Actor) -> bool:
    """Whether a leaver is deactivated, or only taken out of the account."""
    own = actor.contact is not None and actor.contact.pk == contact.pk
    return contact.is_active and not own and policies.is_theirs(contact, actor)


def handing_over(account: Account, contact: Contact, *, actor: Actor) -> list[str]:
    """What would pass to a colleague, in words."""
    policies.require_manage(actor, [account.pk])
    counted = [(duty, duty.count_within(contact, [account.pk], actor)) for duty in contact_duties]
    return [duty.words(number) for duty, number in counted if number]


def end_relationships(account: Account, rows: Iterable[ContactRelationship], *, actor: Actor) -> int:
    """End that these people act for the account; says how many there were, and tells each."""
    policies.require_manage(actor, [account.pk])
    with transaction.atomic():
        chosen = account.contact_relationships.select_related("contact", "account", "responsibility")
        found = list(
            chosen.filter(pk__in=[row.pk for row in rows]).select_for_update(of=("self",)).order_by("pk")
        )
        links.delete_contact_relationships(found, actor=actor)
    return len(found)


# --- How they begin ----------------------------------------------------------------
def _hold(account: Account, people: Iterable[Contact | None], *, actor: Actor) -> Held:
    """Authorise and lock. Contacts in the order of their ids, then every account of theirs in one go, as everybody
    does. Raises `ContactGone`, `NotAssociated` for who is not, or no longer, of the account."""
    policies.require_manage(actor, [account.pk])
    members = {person.pk: person for person in people if person is not None}
    wanted = {*members, *([actor.contact.pk] if actor.contact else [])}
    found = locked_many(Contact, wanted)
    lock_accounts_of(wanted, account.pk)
    if actor.contact:
        actor = replace(actor, contact=found.get(actor.contact.pk))
    policies.require_manage(actor, [account.pk])
    present = set(account.associations.filter(contact__in=members).values_list("contact", flat=True))
    for pk, person in members.items():
        if pk not in found:
            raise ContactGone
        if pk not in present:
            raise NotAssociated(person)
    return Held(account, found, actor)


def _keep_an_administrator(
    accounts: Iterable[Account], person: Contact, held: Held, successor: Contact | None
) -> None:
    """Of the accounts whose last administrator `person` is, the one that is worked on passes to `successor`; any other
    one stops the change."""
    for account in accounts:
        if not is_last_administrator(account, person):
            continue
        if successor is None or account.pk != held.account.pk:
            raise LastAdministrator(person, account)
        heir = held.person(successor)
        if heir.pk == person.pk or not heir.is_active:
            raise NotASuccessor
        _change_place(heir, account, actor=held.actor, role=ADMINISTRATOR)
        notices.tell(heir, account, notices.MADE_ADMINISTRATOR, actor=held.actor)


def _change_place(
    person: Contact, account: Account, *, actor: Actor, agreed: str | None = None, **changes: Any
) -> bool:
    def changed(contact: Contact, current: list[Entry]) -> list[Entry]:
        return [replace(e, **changes) if e.account_id == account.pk else e for e in current]

    try:
        return bool(rewrite_lists([person], changed, actor=actor, agreed=agreed))
    except TooManyAccounts as error:
        raise AskTheDesk(person) from error


def _remove(held: Held, person: Contact) -> None:
    def without(contact: Contact, current: list[Entry]) -> list[Entry]:
        return [entry for entry in current if entry.account_id != held.account.pk]

    rewrite_lists([person], without, actor=held.actor)
    notices.tell(person, held.account, notices.REMOVED, actor=held.actor)


def _deactivate(held: Held, person: Contact, successor: Contact | None) -> None:
    if not person.is_active:
        raise HasLeft(person)
    administered = Account.objects.filter(associations__contact=person, associations__role=ADMINISTRATOR)
    _keep_an_administrator(administered.order_by("pk"), person, held, successor)
    person.is_active, person.closed_by_customers = False, held.actor.kind == CONTACT
    person.save(update_fields=["is_active", "closed_by_customers", "updated_at"])
    closed = close_sign_in(person)
    record(
        DEACTIVATED, subject=person, related=held.account, actor=held.actor, name=person.name, sign_in=closed
    )


def _hand_over(held: Held, person: Contact, colleague: Contact) -> dict[str, int]:
    heir = held.person(colleague)
    if heir.pk == person.pk or not heir.is_active:
        raise NotASuccessor(field="colleague")
    return {
        duty.key: duty.hand_over_within(person, heir, [held.account.pk], held.actor)
        for duty in contact_duties
    }


def _end_relationships(held: Held, person: Contact) -> None:
    """What a leaver does for other accounts than the managed ones sleeps with the sign-in; it is not ours to end."""
    managed = Account.objects.manageable_by(held.actor).order_by().values("pk")
    rows = person.contact_relationships.filter(account__in=managed)
    links.delete_contact_relationships(
        list(rows.select_related("contact", "account", "responsibility")), actor=held.actor
    )
