"""Asking people into an account, by their exact address, and their answer.

Whoever invites learns nothing about an address: known or not, it gets the same letter and the same sentence. Nobody
is looked up or made before the owner of the address signs in and says yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import HeaderRegistry
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from customers import policies
from customers.administration.administrators import is_last_administrator
from customers.administration.reach import shown_addresses
from customers.errors.administration import (
    InvitationGone,
    InvitedToday,
    LastAdministrator,
    NobodyNamed,
    TooManyAddresses,
    TooManyInvitations,
)
from customers.errors.records import AccountDeleted, AddressInUse, AddressOfDesk, ContactGone, NotAnAddress
from customers.models import Account, Association, Contact, ContactMethod, Invitation, SentInvitation
from customers.services.associations import Entry, account_limit, lock_accounts_of, rewrite_lists
from customers.services.contacts.changes import create_contact
from customers.services.methods.values import NewMethod, normalised
from customers.values.names import split_name
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.core.models import User
from helpdesk.core.text import line
from helpdesk.core.text.addresses import address_key
from helpdesk.events.recording import record

AT_ONCE = 50
DAY = timedelta(days=1)
SENT = "invitation.sent"
INVITED, WAITING, HERE, WRONG = "invited", "waiting", "here", "wrong"
EMAIL = ContactMethod.Kind.EMAIL
ADMINISTRATOR = Association.Role.ADMINISTRATOR
_HEADERS = HeaderRegistry()
# Commas and semicolons divide, but not within quotes or angle brackets.
_PART = re.compile(r'(?:"(?:\\.|[^"\\])*"|<[^<>]*>|[^,;，；])+')
_NAMED = re.compile(r'(?P<name>"(?:\\.|[^"\\])*"|[^"<>@:\\]*)\s*<\s*(?P<address>[^\s<>"]+)\s*>')
_IN_BRACKETS = re.compile(r"<.*>|\(.*\)")
_PLAIN_WORDS = re.compile(r'[^"<>@:()\[\]\\]*')


@dataclass(frozen=True)
class Pasted:
    """One address as somebody wrote it, with the name beside it; `key` is empty when it is none."""

    text: str
    key: str = ""
    name: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one line: INVITED, WAITING (an answer to an earlier invitation), HERE (already) or WRONG."""

    text: str
    result: str


# --- Reading what was pasted -------------------------------------------------------
def addresses_in(text: str) -> list[Pasted]:
    """``Hana Rhee <hana@x.example>, tom@x.example`` → each once, in order; what is no address without a key.

    Where a part of a line can be read in more than one way, no address of that line is taken: a line that was made to
    look like something else (``Bcc: eve@x.example <tom@x.example>``) invites nobody.
    """
    found: dict[str, Pasted] = {}
    for written in text.replace("\x00", "").splitlines():
        for pasted in _read(written):
            found.setdefault(pasted.key or pasted.text, pasted)
    return list(found.values())


def _read(line: str) -> list[Pasted]:
    parts = [part.strip() for part in _PART.findall(line) if part.strip()]
    people = [_people_of(part) for part in parts]
    if None in people:
        return [_unread(part) for part in parts]
    return [pasted for those in people if those is not None for pasted in those]


def _unread(text: str) -> Pasted:
    return Pasted(" ".join(text.split())[:80])


def _people_of(part: str) -> list[Pasted] | None:
    """Whom one part names. None when it is not clear whom: then nobody of its line is meant for certain."""
    if named := _NAMED.fullmatch(part):
        return _named(named["name"].strip(), named["address"].removeprefix("mailto:"))
    if _PLAIN_WORDS.fullmatch(part):
        return [_unread(part)]  # a name alone
    if all("@" in word for word in part.split()):
        return _addresses_alone(part.split())
    return _row_of_cells([cell.strip() for cell in part.split("\t") if cell.strip()])


def _addresses_alone(words: list[str]) -> list[Pasted] | None:
    """Addresses side by side. One in brackets repeats the one before: ``mailto:tom@x.example (tom@x.example)``."""
    bare = [word[1:-1] if _IN_BRACKETS.fullmatch(word) else word.removeprefix("mailto:") for word in words]
    if not all(_PLAIN_WORDS.fullmatch(word.replace("@", "")) for word in bare):
        return None
    repeats = any(_IN_BRACKETS.fullmatch(word) for word in words)
    if repeats and len({word.casefold() for word in bare}) > 1:
        return None
    return [_checked(word, "") for word in bare]


def _row_of_cells(cells: list[str]) -> list[Pasted] | None:
    """A row of a spreadsheet: one cell is the address, the others are words."""
    addresses = [cell for cell in cells if "@" in cell]
    names = [cell for cell in cells if _PLAIN_WORDS.fullmatch(cell)]
    if len(cells) < 2 or len(addresses) != 1 or len(names) != len(cells) - 1:
        return None
    return _named(" ".join(names), addresses[0])


def _named(name: str, address: str) -> list[Pasted] | None:
    """``Name <address>``, read by the standard library's reader of RFC 5322 too: both must find the same address."""
    header: Any = _HEADERS("To", f"{name} <{address}>")
    read = header.addresses
    if len(read) != 1 or read[0].addr_spec != address or _says_another_address(read[0].display_name, address):
        return None
    return [_checked(address, read[0].display_name if name.startswith('"') else name)]


def _says_another_address(name: str, address: str) -> bool:
    """Mail programs put the address itself where they know no name; another one there says two things."""
    return "@" in name and name.strip("' ").casefold() != address.casefold()


def _checked(address: str, name: str) -> Pasted:
    try:
        value, key = normalised(EMAIL, address)
    except NotAnAddress:
        return _unread(address)
    return Pasted(value, key, line(name)[:200])


# --- Inviting ----------------------------------------------------------------------
def invite(
    account: Account, text: str, *, actor: Actor, role: str = Association.Role.CUSTOMER
) -> list[Outcome]:
    """Invite every address of a pasted text; says what became of each. Raises `NobodyNamed`, `TooManyAddresses`,
    `TooManyInvitations`; then nobody is invited."""
    policies.require_manage(actor, [account.pk])
    pasted = addresses_in(text)
    if not pasted:
        raise NobodyNamed
    if len(pasted) > AT_ONCE:
        raise TooManyAddresses(AT_ONCE)
    with transaction.atomic():
        account = _manageable(account, actor)
        keys = [each.key for each in pasted]
        here = _addresses_here(account, keys, actor)
        known = {row.email_key: row for row in account.invitations.filter(email_key__in=keys)}
        outcomes, letters = [], []
        for each in pasted:
            result = _result(each, here, known.get(each.key))
            outcomes.append(Outcome(each.text, result))
            if result == INVITED:
                letters.append(each)
        _refuse_too_many(account, len(letters), actor)
        for each in letters:
            _send(_prepared(account, each, known.get(each.key)), role, actor=actor)
    return outcomes


def _manageable(account: Account, actor: Actor) -> Account:
    """The account, locked, its right asked for again: what is counted below is counted for one at a time."""
    account = locked(Account, account.pk, gone=AccountDeleted, no_key=True)
    policies.require_manage(actor, [account.pk])
    return account


def _addresses_here(account: Account, keys: list[str], actor: Actor) -> set[str]:
    """Those of members that the actor can see anyway; others are invited like a stranger's."""
    found = ContactMethod.objects.filter(kind=EMAIL, value_key__in=keys).values("contact")
    people = Contact.objects.filter(pk__in=found, associations__account=account).with_methods()
    shown = shown_addresses(list(people), account, actor=actor)
    return {address_key(address) for addresses in shown.values() for address in addresses}


def _result(pasted: Pasted, here: set[str], known: Invitation | None) -> str:
    if not pasted.key:
        return WRONG
    if pasted.key in here:
        return HERE
    return WAITING if known and known.is_open else INVITED


def _refuse_too_many(account: Account, number: int, actor: Actor) -> None:
    """Letters of the last day: of the account, and of the person over all accounts that they manage."""
    since, most = timezone.now() - DAY, settings.HELPDESK_INVITATIONS_PER_DAY
    sent = SentInvitation.objects.filter(at__gte=since)
    of_account = sent.filter(account=account).count()
    managed = Account.objects.manageable_by(actor).order_by().values("pk")
    of_person = 0 if actor.is_staff else sent.filter(account__in=managed, user=actor.user).count()
    left = max(0, most - max(of_account, of_person))
    if number > left:
        raise TooManyInvitations(left)


def _prepared(account: Account, pasted: Pasted, known: Invitation | None) -> Invitation:
    invitation = known or Invitation(account=account, email_key=pasted.key)
    invitation.email, invitation.name = pasted.text, pasted.name
    return invitation


def _send(invitation: Invitation, role: str, *, actor: Actor) -> None:
    invitation.role = role
    invitation.invited_by = actor.user
    invitation.language = translation.get_language() or settings.LANGUAGE_CODE
    invitation.sent_at = timezone.now()
    invitation.save()
    told = {"email": invitation.email, "role": role, "invitation": invitation.pk}
    record(SENT, subject=invitation.account, actor=actor, **told)
    SentInvitation.objects.filter(account=invitation.account, at__lt=timezone.now() - DAY).delete()
    SentInvitation.objects.create(account=invitation.account, user=actor.user)


def send_again(invitation: Invitation, *, actor: Actor) -> None:
    """The same letter once more; whoever sends it is the one who invites from now on. Raises `InvitedToday`,
    `TooManyInvitations`, `InvitationGone`."""
    policies.require_manage(actor, [invitation.account_id])
    with transaction.atomic():
        account = _manageable(invitation.account, actor)
        row = _standing(invitation)
        if row.sent_at > timezone.now() - DAY:
            raise InvitedToday
        _refuse_too_many(account, 1, actor)
        _send(row, row.role, actor=actor)


def withdraw(invitation: Invitation, *, actor: Actor) -> None:
    """Take an invitation back; its letter opens nothing any more."""
    policies.require_manage(actor, [invitation.account_id])
    with transaction.atomic():
        row = _standing(invitation)
        record("invitation.withdrawn", subject=row.account, actor=actor, email=row.email)
        row.delete()


def _standing(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update(of=("self",)).select_related("account", "invited_by__contact")
    found = row.filter(pk=invitation.pk).first()
    if found is None:
        raise InvitationGone
    return found


# --- Answering -----------------------------------------------------------------------
def invitations_for(contact: Contact) -> list[Invitation]:
    """What the person can still accept, the newest first."""
    rows = Invitation.objects.open().sent_to(contact).select_related("account", "invited_by")
    return list(rows.order_by("-sent_at", "-id"))


def accept(invitation: Invitation, *, actor: Actor) -> Account:
    """Join the account. Raises `InvitationGone`, `TooManyAccounts`, and on a desk with one account a contact
    `LastAdministrator` when the one that is left would have none."""
    policies.require_invited(actor)
    with transaction.atomic():
        contact = locked(Contact, actor.contact.pk, gone=ContactGone)
        lock_accounts_of([contact.pk], invitation.account_id)
        row = _answered(invitation, contact)
        account = row.account
        if not _still_invites(row.invited_by, account):
            raise InvitationGone
        if account_limit() == 1:
            _refuse_to_leave_alone(contact, account)
        _join(contact, account, row.role, actor=actor)
        record("invitation.accepted", subject=account, related=contact, actor=actor, name=contact.name)
        row.delete()
    return account


def decline(invitation: Invitation, *, actor: Actor) -> None:
    """Say no. The account's activity tells of the address, which is all that its administrators know."""
    policies.require_invited(actor)
    with transaction.atomic():
        row = _answered(invitation, locked(Contact, actor.contact.pk, gone=ContactGone))
        record("invitation.declined", subject=row.account, actor=Actor.system("invitation"), email=row.email)
        row.delete()


def _answered(invitation: Invitation, contact: Contact) -> Invitation:
    """The invitation, locked, if it is to this person and still open."""
    row = _standing(invitation)
    own = contact.methods.filter(kind=EMAIL, value_key=row.email_key, unconfirmed_since=None)
    if not own.exists():
        raise PermissionDenied(policies.TEAM)
    if not row.is_open:
        raise InvitationGone
    return row


def _still_invites(inviter: User | None, account: Account) -> bool:
    """A right that was lost since does not work on through a letter."""
    if inviter is None or not inviter.is_active:
        return False
    actor = Actor.for_user(inviter)
    return actor.can("customers.change_contact") or policies.manages(actor.as_contact(), [account.pk])


def _refuse_to_leave_alone(contact: Contact, to: Account) -> None:
    """Where one belongs to one account, joining means leaving the other."""
    for account in Account.objects.filter(associations__contact=contact).exclude(pk=to.pk):
        if is_last_administrator(account, contact):
            raise LastAdministrator(contact, account)


def _join(contact: Contact, account: Account, role: str, *, actor: Actor) -> None:
    """Last in the list, or, who is in it already, with the role that was offered."""

    def joined(contact: Contact, current: list[Entry]) -> list[Entry]:
        present = [entry for entry in current if entry.account_id == account.pk]
        if present:
            return _with_role(current, account, role)
        entry = Entry(account.pk, role=role)
        return [entry] if account_limit() == 1 else [*current, entry]

    rewrite_lists([contact], joined, actor=actor)


def _with_role(current: list[Entry], account: Account, role: str) -> list[Entry]:
    """Somebody who is there already keeps what they have; an administrator's role can only be added."""
    if role != ADMINISTRATOR:
        return current
    return [
        Entry(e.account_id, e.job_title, role, e.sharing, e.since) if e.account_id == account.pk else e
        for e in current
    ]


def open_invitation(key: str) -> Invitation | None:
    """The newest invitation of an address that can still be accepted."""
    return Invitation.objects.open().filter(email_key=key).order_by("-sent_at", "-id").first()


def bring_in(invitation: Invitation) -> ContactMethod | None:
    """The address of a contact made for somebody who is invited and about to sign in with it."""
    first, last = split_name(invitation.name or invitation.email.partition("@")[0])
    names = {"first_name": first[:100], "last_name": last[:100]}
    try:
        with transaction.atomic():
            methods = [NewMethod(EMAIL, invitation.email)]
            create_contact(names, actor=Actor.system("invitation"), methods=methods)
    except (AddressInUse, AddressOfDesk, IntegrityError):
        pass  # somebody was quicker: asked for the code twice
    return ContactMethod.objects.filter(kind=EMAIL, value_key=invitation.email_key).first()
