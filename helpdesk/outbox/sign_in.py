"""allauth's letters (sign-in codes, links for a new password) leave by the outbox.

Whoever asks for a code does not wait for the mail server, and learns nothing from how long the answer takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from helpdesk.core.auth import AccountAdapter
from helpdesk.core.models import User
from helpdesk.core.words import phrase
from helpdesk.outbox.letters import AUTOMATIC, Letter, letter, secrets_of
from helpdesk.outbox.models import Delivery
from helpdesk.outbox.posting import Recipient, Wanted, post

KIND = "core.sign_in"
#: How long what these letters hold works, in seconds; others are tried as long as any letter.
LIVES = {
    "account/email/login_code": lambda: settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
    "account/email/password_reset_key": lambda: settings.PASSWORD_RESET_TIMEOUT,
}


class OutboxAccountAdapter(AccountAdapter):
    """Writes a delivery where allauth would talk to the mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user")
        user = user if isinstance(user, User) else None
        plain = {name: value for name, value in context.items() if isinstance(value, str | int | bool | None)}
        life = LIVES.get(template_prefix)
        wanted = Wanted(
            KIND,
            params={"template": template_prefix},
            secret={**plain, "email": email},
            expires_at=timezone.now() + timedelta(seconds=life()) if life else None,
        )
        language = (user.language if user else "") or get_language() or settings.LANGUAGE_CODE
        post(wanted, [Recipient(email, str(user or ""), language, user)])


@letter(KIND, title=lambda: phrase("Sign-in code or link"))
def write(delivery: Delivery) -> Letter | None:
    """The letter as allauth's template has it; none when its person is gone or may not sign in any more."""
    user = User.objects.filter(pk=delivery.recipient_id).first() if delivery.recipient_id else None
    if delivery.recipient_id and (user is None or not user.is_active):
        return None
    context = {**secrets_of(delivery), "user": user, "request": None, "desk_name": settings.HELPDESK_NAME}
    message = OutboxAccountAdapter().render_mail(delivery.params["template"], delivery.address, context)
    html = next((str(part.content) for part in getattr(message, "alternatives", [])), "")
    return Letter(message.subject, str(message.body), html, headers=AUTOMATIC)
