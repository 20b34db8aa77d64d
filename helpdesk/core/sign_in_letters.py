"""Letters about a person's own sign-in that nobody asked for: in their language, in the background."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django_tasks import task

from helpdesk.core.addresses import sending_form
from helpdesk.core.identity import addresses_of
from helpdesk.core.links import public_url
from helpdesk.core.models import User

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@task()
def tell_second_factor_reset(user_id: int) -> None:
    """Tell somebody that the second step of their sign-in was taken away: if it was not wanted, they can say so."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    addresses = [sending_form(address) for address in addresses_of(user)[:1]]
    if not addresses:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {"desk_name": settings.HELPDESK_NAME, "link": public_url("/auth/2fa/")}
        subject = render_to_string("account/email/second_factor_reset_subject.txt", context)
        body = render_to_string("account/email/second_factor_reset_message.txt", context)
    line = " ".join(f"[{settings.HELPDESK_NAME}] {subject}".split())
    EmailMessage(line, body.strip(), to=addresses, headers=HEADERS).send()
