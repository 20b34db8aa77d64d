"""Letters to contacts about what they may do for other accounts: in their language, sent after the change is kept."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django_tasks import task

from customers.models import Association, Contact, ContactRelationship
from customers.signals import right_ended, right_given
from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.words import phrase

SUBJECT_LIMIT = 200


@receiver(right_given, dispatch_uid="mail_right_given")
def on_right_given(*, relationship: ContactRelationship, actor: Actor, **_: Any) -> None:
    """What the desk itself loads or imports writes to nobody."""
    if actor.kind != actors.SYSTEM:
        transaction.on_commit(partial(send_right_given.enqueue, relationship.pk))


@receiver(right_ended, dispatch_uid="mail_right_ended")
def on_right_ended(*, relationship: ContactRelationship, actor: Actor, **_: Any) -> None:
    if actor.kind != actors.SYSTEM:
        names = (relationship.account.name, relationship.responsibility.name)
        transaction.on_commit(partial(send_right_ended.enqueue, relationship.contact_id, *names))


@task()
def send_right_given(relationship_id: int) -> None:
    """Tell a contact what they may do from now on, if that is still so."""
    rows: Any = ContactRelationship.objects.with_state().select_related(
        "contact__user", "account", "responsibility"
    )
    row = rows.filter(pk=relationship_id, state__in=["standing", "upcoming"]).first()
    if row:
        with translation.override(_language(row.contact)):
            _send(row.contact, _given(row))


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
        with translation.override(_language(contact)):
            names = {"account": account, "responsibility": responsibility}
            _send(contact, [phrase("You no longer act for %(account)s as %(responsibility)s", **names)])


def _language(contact: Contact) -> str:
    return contact.language or (contact.user.language if contact.user else "") or settings.LANGUAGE_CODE


def _send(contact: Contact, lines: list[str]) -> None:
    """The first line is the subject too. Those who are gone get no letters."""
    if not contact.is_active or not contact.default_email:
        return
    context = {
        "lines": lines,
        "link": f"{settings.HELPDESK_PUBLIC_URL}/",
        "desk_name": settings.HELPDESK_NAME,
        "letter_language": translation.get_language(),
    }
    letter = EmailMultiAlternatives(
        lines[0][:SUBJECT_LIMIT],
        render_to_string("mail/right.txt", context),
        to=[contact.default_email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    letter.attach_alternative(render_to_string("mail/right.html", context), "text/html")
    letter.send()
