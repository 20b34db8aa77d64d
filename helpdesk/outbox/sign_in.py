"""allauth's letters (sign-in codes, links for a new password) leave by the outbox.

Whoever asks for a code does not wait for the mail server, and learns nothing from how long the answer takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from helpdesk.core.models import User
from helpdesk.core.web.links import public_url
from helpdesk.core.words import phrase
from helpdesk.outbox.letters import AUTOMATIC, Letter, letter, secrets_of, subject_line
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post
from helpdesk.sign_in.auth import AccountAdapter
from helpdesk.sign_in.identity import addresses_of, whose
from helpdesk.sign_in.second_factor import second_factor_was_reset

KIND = "core.sign_in"
UNKNOWN = "account/email/unknown_account"
#: How long what these letters hold works, in seconds; others are tried as long as any letter.
LIVES = {
    "account/email/login_code": lambda: settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
    "account/email/password_reset_key": lambda: settings.PASSWORD_RESET_TIMEOUT,
}


SECOND_FACTOR = "core.second_factor_reset"


class OutboxAccountAdapter(AccountAdapter):
    """Writes a delivery where allauth would talk to the mail server.

    It goes to the stored address of its owner, whatever was typed. Who may not have what was asked for gets no letter,
    but for people of the desk: it tells them how they sign in. A row is written for everybody, so that the work tells
    nothing.
    """

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        owner = whose(email)
        is_for_owner = owner and (owner.user.is_staff or template_prefix != UNKNOWN)
        user = owner.user if owner and is_for_owner else None
        address = owner.address if owner and is_for_owner else ""
        plain = {name: value for name, value in context.items() if isinstance(value, str | int | bool | None)}
        life = LIVES.get(template_prefix)
        wanted = Wanted(
            KIND,
            params={"template": template_prefix},
            secret={**plain, "email": address},
            is_for_nobody=not is_for_owner,
            expires_at=timezone.now() + timedelta(seconds=life()) if life else None,
        )
        language = (user.language if user else "") or get_language() or settings.LANGUAGE_CODE
        post(wanted, [Recipient(address, str(user or ""), language, user)])


@letter(KIND, title=lambda: phrase("Sign-in code or link"))
def write(delivery: Delivery) -> Letter | None:
    """The letter as allauth's template has it; none when the address no longer signs its person in."""
    owner = whose(delivery.address)
    if owner is None or owner.user.pk != delivery.recipient_id:
        return None
    context = {
        **secrets_of(delivery),
        "user": owner.user,
        "request": None,
        "desk_name": settings.HELPDESK_NAME,
    }
    message = OutboxAccountAdapter().render_mail(delivery.params["template"], delivery.address, context)
    html = next((str(part.content) for part in getattr(message, "alternatives", [])), "")
    return Letter(message.subject, str(message.body), html, headers=AUTOMATIC)


@receiver(second_factor_was_reset, dispatch_uid="mail_second_factor")
def on_second_factor_reset(*, user: User, **_: Any) -> None:
    """To the first of the addresses that the person signs in with: if it was not wanted, they can say so."""
    language = user.language or settings.LANGUAGE_CODE
    addresses = addresses_of(user)[:1]
    post(Wanted(SECOND_FACTOR), [Recipient(address, str(user), language, user) for address in addresses])


@letter(SECOND_FACTOR, title=lambda: phrase("Two-step sign-in reset"))
def write_second_factor(delivery: Delivery) -> Letter | None:
    """Tells somebody that the second step of their sign-in was taken away."""
    if not User.objects.filter(pk=delivery.recipient_id or 0, is_active=True).exists():
        return None
    context = {"desk_name": settings.HELPDESK_NAME, "link": public_url("/auth/2fa/")}
    subject = render_to_string("account/email/second_factor_reset_subject.txt", context)
    text = render_to_string("account/email/second_factor_reset_message.txt", context)
    return Letter(subject_line(subject), text.strip(), headers=AUTOMATIC)
