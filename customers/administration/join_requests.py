"""New senders of an account's e-mail domain, on a desk where they do not join by themselves: somebody answers them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import timezone

from customers import policies
from customers.administration import notices
from customers.errors.administration import AlreadyDecided, AskTheDesk
from customers.errors.records import ContactGone, TooManyAccounts
from customers.models import Account, Contact, JoinRequest
from customers.services.associations import Entry, account_limit, lock_accounts_of, rewrite_lists
from helpdesk.core.actors import Actor
from helpdesk.core.database.locks import locked
from helpdesk.events.recording import record

State = JoinRequest.State


def suggest(contact: Contact, account: Account, *, actor: Actor) -> JoinRequest:
    """Note that a new contact seems to belong to an account; once, whatever was answered."""
    policies.require_add_contact(actor)
    with transaction.atomic():
        request, new = JoinRequest.objects.get_or_create(contact=contact, account=account)
        if new:
            record("join_request.made", subject=contact, related=account, actor=actor, contact=contact.name)
    return request


def accept_request(request: JoinRequest, *, actor: Actor, agreed: str | None = None) -> None:
    """Let somebody in. Raises `AlreadyDecided`, `AskTheDesk`, `ContactGone`, and `WidensSight` unless what it opens
    was `agreed` to."""
    _decide(request, State.ACCEPTED, partial(_let_in, agreed=agreed), actor=actor)


def decline_request(request: JoinRequest, *, actor: Actor) -> None:
    """Leave somebody out; the desk keeps the contact. Raises `AlreadyDecided`."""
    _decide(request, State.DECLINED, None, actor=actor)


def _decide(
    request: JoinRequest,
    state: str,
    change: Callable[[Contact, Account, Actor], None] | None,
    *,
    actor: Actor,
) -> None:
    """Authorise, lock the contact, then the account, then the request; answer, record and tell the person."""
    policies.require_manage(actor, [request.account_id])
    with transaction.atomic():
        contact = locked(Contact, request.contact_id, gone=ContactGone)
        lock_accounts_of([contact.pk], request.account_id)
        policies.require_manage(actor, [request.account_id])
        account = request.account
        row = locked(JoinRequest, request.pk, gone=AlreadyDecided)
        if row.state != State.WAITING:
            raise AlreadyDecided
        if change:
            change(contact, account, actor)
        row.state, row.decided_at = state, timezone.now()
        row.save(update_fields=["state", "decided_at"])
        record(f"join_request.{state}", subject=contact, related=account, actor=actor, contact=contact.name)
        told = notices.JOINED if state == State.ACCEPTED else notices.NOT_JOINED
        notices.tell(contact, account, told, actor=actor)


def _let_in(contact: Contact, account: Account, actor: Actor, *, agreed: str | None) -> None:
    def joined(contact: Contact, current: list[Entry]) -> list[Entry]:
        if any(entry.account_id == account.pk for entry in current):
            return current
        if current and account_limit() == 1:
            raise AskTheDesk(contact)  # it would take them away from where they are
        return [*current, Entry(account.pk)]

    try:
        rewrite_lists([contact], joined, actor=actor, agreed=agreed)
    except TooManyAccounts as error:
        raise AskTheDesk(contact) from error
