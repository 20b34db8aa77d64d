"""Addresses for letters: always the desk's public one, whatever host and port a request was sent to."""

from django.conf import settings
from django.urls import reverse


def public_url(path: str) -> str:
    """``/auth/2fa/`` → ``https://desk.example.com/auth/2fa/``, from `HELPDESK_PUBLIC_URL`."""
    return f"{settings.HELPDESK_PUBLIC_URL}{path}"


class PublicLinks:
    """For allauth's adapter, which would take the host of the link to a new password from whoever asked for it."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        user, _dash, token = key.partition("-")
        return public_url(reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": token}))
