"""Letters to people whose rights at an account change, and to those who are invited. The consumer writes rows of the
outbox because of what the feed says of the change; the text is made when the letter leaves, in the reader's language,
from what the database says then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from customers.administration import notices
from customers.models import (
    Account,
    Association,
    Contact,
    ContactMethod,
    ContactRelationship,
    Invitation,
    Responsibility,
)
from customers.services.methods.bouncing import mark_bouncing
from customers.services.methods.reaching import mail_address, present_address
from helpdesk.core.actors import SYSTEM, Actor
from helpdesk.core.models import User
from helpdesk.core.words import phrase, phrase_n
from helpdesk.events.consuming.consumers import Batches, Consumer, Handle, Stage, register
from helpdesk.events.models import AuditEntry
from helpdesk.outbox.letters import AUTOMATIC, Letter, Undeliverable, letter, secrets_of, subject_line
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post
from helpdesk.outbox.sending import address_refused

INVITATION, NOTICE = "customers.invitation", "customers.notice"
RIGHT_GIVEN, RIGHT_ENDED = "customers.right_given", "customers.right_ended"
ADDRESSES, LINKED = "customers.addresses", "customers.linked_to_desk"
MAIL = Actor.channel("mail")
Values = dict[str, Any]


# --- When, and to whom ---------------------------------------------------------------
def on_invitation_sent(entry: AuditEntry) -> None:
    """What the desk itself loads or imports writes to nobody, here and below."""
    invitation = Invitation.objects.filter(pk=entry.data["invitation"]).first()
    if invitation is None or entry.actor_kind == SYSTEM:
        return
    known = ContactMethod.objects.filter(kind=ContactMethod.Kind.EMAIL, value_key=invitation.email_key)
    method = known.select_related("contact__user").first()
    language = _language_of(method.contact) if method else invitation.language
    contact = method.contact if method else None
    wanted = Wanted(INVITATION, params={"invitation": invitation.pk}, about=invitation)
    post(wanted, [Recipient(invitation.email, invitation.name, language, contact)])


def on_rights_changed(entry: AuditEntry) -> None:
    """The kind of change, and numbers and ids for its sentence."""
    if entry.actor_kind != SYSTEM:
        values = {name: value for name, value in entry.data.items() if name in NUMBERS and value is not None}
        params = {**values, "kind": entry.data["kind"], "account": entry.related_id, "by": entry.data["by"]}
        _post(NOTICE, entry.subject_id, params)


def on_right_given(entry: AuditEntry) -> None:
    if entry.actor_kind != SYSTEM:
        _post(RIGHT_GIVEN, entry.subject_id, {"relationship": entry.data["relationship"]}, only_active=True)


def on_right_ended(entry: AuditEntry) -> None:
    if entry.actor_kind != SYSTEM:
        params = {"account": entry.related_id, "responsibility": entry.data["responsibility_id"]}
        _post(RIGHT_ENDED, entry.subject_id, params, only_active=True)


def on_addresses_changed(entry: AuditEntry) -> None:
    """To each address that opened the sign-in before, the removed ones too: their owner may not have wanted it."""
    contact = _reader(entry.subject_id)
    if contact is None or entry.actor_kind == SYSTEM:
        return
    told = entry.data
    secret = {
        "added": told["added"],
        "removed": told["removed"],
        "by": _name_of(told["by"]) or settings.HELPDESK_NAME,
    }
    recipients = [
        Recipient(address, contact.name, _language_of(contact), contact) for address in told["told"]
    ]
    post(Wanted(ADDRESSES, secret=secret), recipients)


def on_linked_to_desk(entry: AuditEntry) -> None:
    user = User.objects.filter(pk=entry.related_id or 0).first()
    if user is not None:
        language = user.language or settings.LANGUAGE_CODE
        wanted = Wanted(LINKED, params={"contact": entry.subject_id, "user": user.pk})
        post(wanted, [Recipient(user.email or "", user.get_full_name(), language, user)])


NUMBERS = ("who", "tickets")
WRITERS: dict[str, Handle] = {
    "invitation.sent": on_invitation_sent,
    "contact.rights_changed": on_rights_changed,
    "contact_relationship.created": on_right_given,
    "contact_relationship.begun": on_right_given,
    "contact_relationship.eligible": on_right_given,
    "contact_relationship.deleted": on_right_ended,
    "contact_relationship.ended": on_right_ended,
    "contact_relationship.no_longer_eligible": on_right_ended,
    "contact.sign_in_addresses_changed": on_addresses_changed,
    "contact.linked_to_desk": on_linked_to_desk,
}
LETTERS = register(
    Consumer(
        "customers.letters",
        listens_to=tuple(WRITERS),
        handle=lambda entry: WRITERS[entry.code](entry),
        stage=Stage.TELLING,
        batches=Batches.EACH,
    )
)


def _post(kind: str, contact_id: int, params: Values, *, only_active: bool = False) -> None:
    contact = _reader(contact_id, only_active=only_active)
    if contact and (address := mail_address(contact)):
        post(Wanted(kind, params), [Recipient(address, contact.name, _language_of(contact), contact)])


def _reader(contact_id: int | None, *, only_active: bool = False) -> Contact | None:
    """Those who were erased get no letters; of their rights only those hear who are active."""
    people = (
        Contact.objects.with_methods()
        .select_related("user")
        .filter(pk=contact_id or 0, erased_at__isnull=True)
    )
    return people.filter(is_active=True).first() if only_active else people.first()


def _language_of(contact: Contact) -> str:
    own = contact.language or (contact.user.language if contact.user else "")
    return own or settings.LANGUAGE_CODE


@receiver(address_refused, dispatch_uid="mark_bouncing")
def on_address_refused(*, address: str, words: str, **_: Any) -> None:
    """What a mail server said of an address stays with it."""
    mark_bouncing(address, actor=MAIL, reason=words)


# --- What ----------------------------------------------------------------------------
def _took_over(values: Values) -> str:
    left = phrase(
        "%(name)s has left %(account)s, and %(by)s asked you to take over.",
        name=values["name"],
        account=values["account"],
        by=values["by"],
    )
    number = int(values["tickets"])
    if not number:
        return left
    return f"{left} " + phrase_n(
        "%(n)s open %(term_ticket)s is yours now.", "%(n)s open %(term_tickets)s are yours now.", number
    )


def _deactivated(values: Values) -> str:
    return phrase(
        "%(by)s closed your sign-in to the help center. Ask an administrator of %(account)s if that is a mistake.",
        **values,
    )


SENTENCES: dict[str, Callable[[Values], str]] = {
    notices.MADE_ADMINISTRATOR: lambda v: phrase(
        "%(by)s made you an administrator of %(account)s. You can invite people, change their roles, and look after "
        "the details of the %(term_account)s.",
        **v,
    ),
    notices.NO_LONGER_ADMINISTRATOR: lambda v: phrase(
        "%(by)s took the administrator role at %(account)s from you. You still belong to it.", **v
    ),
    notices.LEVEL_CHANGED: lambda v: phrase(
        "%(by)s changed what you may do with the %(term_tickets)s of others at %(account)s.", **v
    ),
    notices.DEACTIVATED: _deactivated,
    notices.ACTIVATED: lambda v: phrase("%(by)s opened your sign-in to the help center again.", **v),
    notices.REMOVED: lambda v: phrase(
        "%(by)s took you out of %(account)s. You see your own %(term_tickets)s there, and no others any more.",
        **v,
    ),
    notices.TOOK_OVER: _took_over,
    notices.JOINED: lambda v: phrase("You now belong to %(account)s.", **v),
    notices.NOT_JOINED: lambda v: phrase(
        "You were not added to %(account)s. Your own %(term_tickets)s are not touched by it.", **v
    ),
}


def _letter(subject: str, lines: Sequence[str], *, action: str, path: str) -> Letter:
    """Each line is a paragraph."""
    context = {
        "lines": lines,
        "action": action,
        "link": f"{settings.HELPDESK_PUBLIC_URL}{path}",
        "desk_name": settings.HELPDESK_NAME,
    }
    return Letter(
        subject_line(subject),
        render_to_string("mail/rights.txt", context),
        render_to_string("mail/rights.html", context),
        headers=AUTOMATIC,
    )


def _to_help_center(delivery: Delivery, contact: Contact, subject: str, lines: Sequence[str]) -> Letter:
    home = _letter(subject, lines, action=phrase("Open the help center"), path=reverse("portal:home"))
    address = present_address(contact, delivery.address)
    if not address:
        raise Undeliverable(Delivery.Reason.NO_ADDRESS)
    return replace(home, address=address)


@letter(NOTICE, title=lambda: phrase("Change of access"))
def write_notice(delivery: Delivery) -> Letter | None:
    """Tells somebody what has changed for them."""
    params = delivery.params
    contact = _reader(delivery.recipient_id)
    account = Account.objects.filter(pk=params["account"]).first()
    if contact is None or account is None:
        return None
    told = {
        "account": account.name,
        "by": _name_of(params["by"]) or settings.HELPDESK_NAME,
        "name": _name_of(params.get("who")),
        "tickets": params.get("tickets", 0),
    }
    subject = phrase("Your access to %(account)s", account=account.name)
    return _to_help_center(delivery, contact, subject, [SENTENCES[params["kind"]](told)])


def _name_of(contact_id: int | None) -> str:
    contact = Contact.objects.filter(pk=contact_id).first() if contact_id else None
    return contact.name if contact else ""


@letter(INVITATION, title=lambda: phrase("Invitation"))
def write_invitation(delivery: Delivery) -> Letter | None:
    """The letter to an invited address. It holds nothing that whoever invites has written, so that it carries no
    words of theirs to strangers."""
    rows = Invitation.objects.open().select_related("account", "invited_by")
    invitation = rows.filter(pk=delivery.params["invitation"]).first()
    if invitation is None:
        return None
    by = invitation.invited_by.get_full_name() if invitation.invited_by else settings.HELPDESK_NAME
    lead = phrase(
        "%(by)s invites you to join %(account)s in the help center of %(desk)s.",
        by=by,
        account=invitation.account.name,
        desk=settings.HELPDESK_NAME,
    )
    return _letter(
        phrase("Invitation to %(account)s", account=invitation.account.name),
        [lead],
        action=phrase("Sign in with this address and answer"),
        path=reverse("portal:invitations"),
    )


@letter(RIGHT_GIVEN, title=lambda: phrase("Responsibility given"))
def write_right_given(delivery: Delivery) -> Letter | None:
    """Tells a contact what they may do from now on, if that is still so."""
    rows: Any = ContactRelationship.objects.with_state().select_related("account", "responsibility")
    row = rows.filter(pk=delivery.params["relationship"], state__in=["standing", "upcoming"]).first()
    return _told(delivery, _given(row)) if row else None


def _given(row: ContactRelationship) -> list[str]:
    names = {"account": row.account.name, "responsibility": row.responsibility.name}
    lines = [phrase("You act for %(account)s as %(responsibility)s", **names)]
    if row.starts_on and row.state == ContactRelationship.State.UPCOMING:
        lines.append(phrase("That begins on %(day)s.", day=date_format(row.starts_on)))
    lines.append(phrase("You see the %(term_tickets)s of %(account)s and can answer them.", **names))
    if row.responsibility.role == Association.Role.ADMINISTRATOR:
        lines.append(phrase("You also look after its people and its details."))
    if row.ends_on:
        lines.append(phrase("The last day is %(day)s.", day=date_format(row.ends_on)))
    return lines


@letter(RIGHT_ENDED, title=lambda: phrase("Responsibility ended"))
def write_right_ended(delivery: Delivery) -> Letter | None:
    """Tells a contact what they may do no longer."""
    account = Account.objects.filter(pk=delivery.params["account"]).first()
    responsibility = Responsibility.objects.filter(pk=delivery.params["responsibility"]).first()
    if account is None or responsibility is None:
        return None
    names = {"account": account.name, "responsibility": responsibility.name}
    return _told(delivery, [phrase("You no longer act for %(account)s as %(responsibility)s", **names)])


def _told(delivery: Delivery, lines: list[str]) -> Letter | None:
    """The first line is the subject too."""
    contact = _reader(delivery.recipient_id, only_active=True)
    if contact is None:
        return None
    return _to_help_center(delivery, contact, lines[0], [f"{lines[0]}.", *lines[1:]])


@letter(ADDRESSES, title=lambda: phrase("Changed addresses of a sign-in"))
def write_addresses(delivery: Delivery) -> Letter | None:
    """Tells a contact, at an address that they had, by which others they sign in from now on."""
    contact = _reader(delivery.recipient_id)
    told = secrets_of(delivery)
    if contact is None:
        return None
    new, old = ", ".join(told["added"]), ", ".join(told["removed"])
    if new and old:
        line = phrase("%(by)s changed your address from %(old)s to %(new)s.", by=told["by"], old=old, new=new)
    elif new:
        line = phrase("%(by)s added %(new)s to the addresses with which you sign in.", by=told["by"], new=new)
    else:
        line = phrase(
            "%(by)s removed %(old)s from the addresses with which you sign in.", by=told["by"], old=old
        )
    lines = [line]
    if new:
        lines.append(
            phrase("%(new)s opens nothing before a code that we send to it has been entered.", new=new)
        )
    lines.append(phrase("If you did not want this, tell us at once."))
    subject = phrase("The addresses with which you sign in")
    return _letter(subject, lines, action=phrase("Open the help center"), path=reverse("portal:home"))


@letter(LINKED, title=lambda: phrase("%(Term_contact)s linked with somebody of the desk"))
def write_linked(delivery: Delivery) -> Letter | None:
    """Tells somebody of the desk that they are a contact, too."""
    contact = Contact.objects.filter(pk=delivery.params["contact"], user=delivery.params["user"]).first()
    if contact is None:
        return None
    lines = [
        phrase(
            "An administrator said that you and the %(term_contact)s %(name)s are one person. In the help center you "
            "see what this %(term_contact)s sees.",
            name=contact.name,
        ),
        phrase("If that is not right, tell an administrator at once."),
    ]
    subject = phrase("You are a %(term_contact)s too")
    return _letter(subject, lines, action=phrase("Open the help center"), path=reverse("portal:home"))
