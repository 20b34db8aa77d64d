"""Privacy: a person is erased, what the desk did for them stays with nobody's name on it. Irreversible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from phonenumbers import PhoneNumberFormat as Formats
from phonenumbers import format_number

from customers import policies
from customers.errors.records import ContactGone
from customers.models import Account, Contact, ContactMethod, DuplicatePair, Invitation, Merge, MergedRecord
from customers.registry import contact_erasures
from customers.services.contacts.changes import usual_reference
from customers.values.phones import number_of
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.core.models import User
from helpdesk.core.text import unique_form
from helpdesk.core.words import phrase_n
from helpdesk.events.recording import record
from helpdesk.events.redaction import Traces, entries_about, redact_feed, redact_rows, redact_tasks

SHORTEST = 7
"""A shorter run of digits is part of too many other texts."""
PHONES = (ContactMethod.Kind.PHONE, ContactMethod.Kind.MOBILE)
LABEL = Contact._meta.label_lower


@dataclass(frozen=True)
class Choices:
    """What goes as well, when asked: everything said on the person's tickets; the files attached there."""

    messages: bool = False
    attachments: bool = False


@dataclass(frozen=True)
class Erased:
    """Who is being erased, for those who hold something about them (`customers.registry.contact_erasures`)."""

    contact: Contact
    traces: Traces
    actor: Actor
    choices: Choices = field(default_factory=Choices)
    user: User | None = None
    former: frozenset[int] = frozenset()
    """The ids of records that were merged into the contact."""

    @property
    def numbers(self) -> set[int]:
        """Every id that the history knows the person by."""
        return {self.contact.pk, *self.former}


Lines = list[tuple[str, int]]


def erasure_lines(contact: Contact, actor: Actor) -> tuple[Lines, Lines]:
    """What `erase_contact` would erase, and what would stay unless chosen: words and a number each."""
    person = _person(contact, actor, Choices())
    lines = [
        told(
            contact.methods.all(),
            lambda n: phrase_n("%(n)s way to be reached", "%(n)s ways to be reached", n),
        ),
        told(
            contact.associations.all(),
            lambda n: phrase_n("%(n)s %(term_account)s", "%(n)s %(term_accounts)s", n),
        ),
        told(contact.tagged.all(), lambda n: phrase_n("%(n)s tag", "%(n)s tags", n)),
        told(
            contact.contact_relationships.all(),
            lambda n: phrase_n("%(n)s responsibility", "%(n)s responsibilities", n),
        ),
        told(
            User.objects.filter(contact=contact, is_staff=False),
            lambda n: phrase_n("%(n)s sign-in", "%(n)s sign-ins", n),
        ),
        told(
            entries_about(LABEL, person.numbers),
            lambda n: phrase_n("%(n)s entry of the history", "%(n)s entries of the history", n),
        ),
    ]
    stays: Lines = []
    for erasure in contact_erasures:
        lines += erasure.goes(person)
        stays += erasure.stays(person)
    return [line for line in lines if line[1]], [line for line in stays if line[1]]


def told(rows: QuerySet[Any], words: Callable[[int], str]) -> tuple[str, int]:
    """A line for `Erasure`: so many rows, in words."""
    number = rows.count()
    return words(number), number


def erase_contact(contact: Contact, *, actor: Actor, choices: Choices | None = None) -> Contact:
    """Erase a person, for good; the record of it holds numbers only. Raises `ContactGone`.

    The contact stays as the anonymous requester of its tickets, known by its number.
    """
    policies.require_erase_contact(actor)
    with transaction.atomic():
        contact = locked(Contact, contact.pk, gone=ContactGone)
        person = _person(contact, actor, choices or Choices())
        for erasure in contact_erasures:
            erasure.erase(person)
        _erase_merges(person)
        entries = redact_feed(LABEL, person.numbers, person.traces, user=person.user)
        _erase_rows(person)
        _empty(contact, person)
        _redact_admin_log(person)
        redact_tasks(person.traces)
        chosen = {"messages": person.choices.messages, "attachments": person.choices.attachments}
        record("contact.erased", subject=contact, actor=_renamed(actor, person), entries=entries, **chosen)
    return contact


def _renamed(actor: Actor, person: Erased) -> Actor:
    """Somebody who is erased by themself is not named in the record of it."""
    if actor.user is None or actor.user.pk != (person.contact.user_id or 0):
        return actor
    return Actor(kind=actor.kind, user=actor.user, label=person.traces.label)


# --- Who it is -------------------------------------------------------------------
def _person(contact: Contact, actor: Actor, choices: Choices) -> Erased:
    user = User.objects.filter(contact=contact).first()
    own = user if user and not user.is_staff else None
    former = MergedRecord.objects.filter(merge__contact=contact).values_list("former_id", flat=True)
    return Erased(contact, _traces(contact, own), actor, choices, own, frozenset(former))


def _traces(contact: Contact, user: User | None) -> Traces:
    """Names of the person and of who was merged into them, numbers from outside, addresses, phones as people write."""
    merged = MergedRecord.objects.filter(merge__contact=contact)
    names = {contact.name, *merged.values_list("name", flat=True)}
    label = own_reference(contact)
    exact = {contact.reference or "", contact.external_id, *merged.values_list("reference", flat=True)}
    exact -= {label, usual_reference(contact.pk)}
    within: set[str] = set()
    for method in contact.methods.all():
        if method.kind == ContactMethod.Kind.EMAIL:
            within |= {method.value}
        elif method.kind in PHONES:
            within |= _spellings(method.value)
        exact |= {method.value, method.value_key}
    if user:
        names.add(user.name)
        within |= {user.email} if user.email else set()
    names, within = names - {""}, {text for text in within if len(text) >= SHORTEST}
    shared = _namesakes(contact, names)
    return Traces(label, frozenset(names), frozenset(exact - {""}), frozenset(within), shared)


def _namesakes(contact: Contact, names: set[str]) -> frozenset[str]:
    """Those of the names that also mean another contact, somebody of the desk, or an account."""
    people = Contact.objects.filter(name__in=names).exclude(pk=contact.pk).values_list("name", flat=True)
    users = User.objects.filter(name__in=names).exclude(contact=contact)
    accounts = {account.name_key for account in Account.objects.named(sorted(names))}
    same = {name for name in names if unique_form(name) in accounts}
    return frozenset({*people, *users.values_list("name", flat=True)} | same)


def own_reference(contact: Contact) -> str:
    """The number that says nothing: the one that the id gives, or a variant, if somebody else has that one."""
    usual = usual_reference(contact.pk)
    taken = Contact.objects.filter(reference=usual).exclude(pk=contact.pk).exists()
    return f"{usual}-0" if taken else usual


def _spellings(value: str) -> set[str]:
    number = number_of(value)
    if number is None:
        return {value}
    formats = (Formats.E164, Formats.INTERNATIONAL, Formats.NATIONAL)
    texts = {format_number(number, each) for each in formats}
    national = format_number(number, Formats.NATIONAL)
    return texts | {value, "".join(filter(str.isdigit, national)), str(number.national_number)}


# --- What goes -------------------------------------------------------------------
def _erase_merges(person: Erased) -> None:
    """Who was merged into the person is the person: the notes for the undo hold all of it."""
    Merge.objects.filter(contact=person.contact).delete()
    redact_rows(Merge.objects.all(), ["steps", "kept"], person.traces.unmistakable)


def _erase_rows(person: Erased) -> None:
    contact = person.contact
    contact.contact_relationships.all().delete()
    contact.associations.all().delete()
    contact.tagged.all().delete()
    contact.join_requests.all().delete()
    Invitation.objects.sent_to(contact).delete()
    contact.methods.all().delete()
    DuplicatePair.objects.touching([contact.pk]).delete()
    if person.user:
        person.user.delete()


def _empty(contact: Contact, person: Erased) -> None:
    """Known by a number from now on, also to those who read its name in a list."""
    Contact.objects.filter(pk=contact.pk).update(
        first_name="",
        last_name=person.traces.label,
        reference=person.traces.label,
        language="",
        time_zone="",
        notes="",
        custom_fields={},
        external_id="",
        support_pin=None,
        user=None,
        is_active=False,
        erased_at=timezone.now(),
        updated_at=timezone.now(),
    )
    contact.refresh_from_db()


def _redact_admin_log(person: Erased) -> None:
    about = Q(content_type=ContentType.objects.get_for_model(Contact), object_id=str(person.contact.pk))
    LogEntry.objects.filter(about).update(object_repr=person.traces.label, change_message="")
    redact_rows(LogEntry.objects.all(), ["object_repr", "change_message"], person.traces.unmistakable)
