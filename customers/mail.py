"""Letters to people whose rights at an account change, and to those who are invited: in their language, in the
background once the change is saved. What is told is asked of the database again when the letter is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django_tasks import task

from customers.models import Account, Association, Contact, ContactMethod, ContactRelationship, Invitation
from customers.services import notices
from customers.signals import invitation_sent, right_ended, right_given, rights_changed
from helpdesk.core.actors import CONTACT, SYSTEM, Actor
from helpdesk.core.words import phrase, phrase_n

SUBJECT_LIMIT = 200
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
Values = dict[str, Any]


# --- When ------------------------------------------------------------------------
@receiver(invitation_sent, dispatch_uid="mail_invitation")
def on_invitation_sent(*, invitation: Invitation, **_: Any) -> None:
    transaction.on_commit(partial(send_invitation.enqueue, invitation.pk))


@receiver(rights_changed, dispatch_uid="mail_rights")
def on_rights_changed(
    *, contact: Contact, account: Account, kind: str, actor: Actor, values: Values, **_: Any
) -> None:
    by = actor.contact.name if actor.kind == CONTACT and actor.contact else settings.HELPDESK_NAME
    told = {**values, "by": by, "account": account.name}
    transaction.on_commit(partial(send_notice.enqueue, contact.pk, kind, told))


@receiver(right_given, dispatch_uid="mail_right_given")
def on_right_given(*, relationship: ContactRelationship, actor: Actor, **_: Any) -> None:
    """What the desk itself loads or imports writes to nobody."""
    if actor.kind != SYSTEM:
        transaction.on_commit(partial(send_right_given.enqueue, relationship.pk))


@receiver(right_ended, dispatch_uid="mail_right_ended")
def on_right_ended(*, relationship: ContactRelationship, actor: Actor, **_: Any) -> None:
    if actor.kind != SYSTEM:
        names = (relationship.account.name, relationship.responsibility.name)
        transaction.on_commit(partial(send_right_ended.enqueue, relationship.contact_id, *names))


# --- What ------------------------------------------------------------------------
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


def _language_of(contact: Contact) -> str:
    own = contact.language or (contact.user.language if contact.user else "")
    return own or settings.LANGUAGE_CODE


def _send(address: str, subject: str, *, lines: list[str], action: str, path: str) -> None:
    """Within the reader's language; each line is a paragraph."""
    context = {
        "lines": lines,
        "action": action,
        "link": f"{settings.HELPDESK_PUBLIC_URL}{path}",
        "desk_name": settings.HELPDESK_NAME,
    }
    subject = " ".join(f"[{settings.HELPDESK_NAME}] {subject}".split())[:SUBJECT_LIMIT]
    reply_to = [settings.HELPDESK_REPLY_TO] if settings.HELPDESK_REPLY_TO else None
    letter = EmailMultiAlternatives(
        subject,
        render_to_string("mail/rights.txt", context),
        to=[address],
        reply_to=reply_to,
        headers=HEADERS,
    )
    letter.attach_alternative(render_to_string("mail/rights.html", context), "text/html")
    letter.send()


@task()
def send_notice(contact_id: int, kind: str, values: Values) -> None:
    """Tell somebody what has changed for them."""
    people = Contact.objects.with_methods().select_related("user")
    contact = people.filter(pk=contact_id, erased_at__isnull=True).first()
    if contact is None or not contact.default_email:
        return
    with translation.override(_language_of(contact)):
        _send(
            contact.default_email,
            phrase("Your access to %(account)s", account=values["account"]),
            lines=[SENTENCES[kind](values)],
            action=phrase("Open the help center"),
            path=reverse("portal:home"),
        )


@task()
def send_invitation(invitation_id: int) -> None:
    """The letter to an invited address. It holds nothing that whoever invites has written, so that it carries no
    words of theirs to strangers."""
    rows = Invitation.objects.open().select_related("account", "invited_by")
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None:
        return
    known = ContactMethod.objects.filter(kind=ContactMethod.Kind.EMAIL, value_key=invitation.email_key)
    method = known.select_related("contact__user").first()
    language = _language_of(method.contact) if method else invitation.language
    by = invitation.invited_by.get_full_name() if invitation.invited_by else settings.HELPDESK_NAME
    with translation.override(language or settings.LANGUAGE_CODE):
        lead = phrase(
            "%(by)s invites you to join %(account)s in the help center of %(desk)s.",
            by=by,
            account=invitation.account.name,
            desk=settings.HELPDESK_NAME,
        )
        _send(
            invitation.email,
            phrase("Invitation to %(account)s", account=invitation.account.name),
            lines=[lead],
            action=phrase("Sign in with this address and answer"),
            path=reverse("portal:invitations"),
        )


@task()
def send_right_given(relationship_id: int) -> None:
    """Tell a contact what they may do from now on, if that is still so."""
    rows: Any = ContactRelationship.objects.with_state().select_related(
        "contact__user", "account", "responsibility"
    )
    row = rows.filter(pk=relationship_id, state__in=["standing", "upcoming"]).first()
    if row:
        with translation.override(_language_of(row.contact)):
            _tell(row.contact, _given(row))


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


@task()
def send_right_ended(contact_id: int, account: str, responsibility: str) -> None:
    """Tell a contact what they may do no longer."""
    contact = Contact.objects.select_related("user").filter(pk=contact_id).first()
    if contact:
        with translation.override(_language_of(contact)):
            names = {"account": account, "responsibility": responsibility}
            _tell(contact, [phrase("You no longer act for %(account)s as %(responsibility)s", **names)])


def _tell(contact: Contact, lines: list[str]) -> None:
    """The first line is the subject too. Those who are gone get no letters."""
    if contact.is_active and contact.default_email:
        subject, rest = lines[0], lines[1:]
        _send(
            contact.default_email,
            subject,
            lines=[f"{subject}.", *rest],
            action=phrase("Open the help center"),
            path=reverse("portal:home"),
        )
