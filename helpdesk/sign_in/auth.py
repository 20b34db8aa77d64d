"""Who may sign in, and how: allauth's adapters and forms for this desk.

Agents sign in by password (and a second factor where set). Contacts sign in by a code sent to one of their
addresses, or by password with any of them. Nobody signs up: agents are made in the admin, contacts by agents. Whose an
address is says `helpdesk.sign_in.identity` alone; whether it is known is never told.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import qrcode
from allauth.account import forms as allauth_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import generate_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from helpdesk.core.models import User
from helpdesk.core.text.address_fields import AddressFormField
from helpdesk.core.text.addresses import address_key
from helpdesk.core.web.links import PublicLinks
from helpdesk.sign_in.identity import Owner, whose
from helpdesk.sign_in.limits import CountedCodeForm, LimitedAdapter, may_send_letter
from helpdesk.sign_in.reset_tokens import ResetTokens
from helpdesk.sign_in.second_factor import RequiredFactor
from helpdesk.sign_in.sessions import ADDRESS_KEY

AGENT_HOME = "/agent/"
HELP_CENTER = "/"
CODE_DIGITS = 8
address_proved = Signal()
"""`user` entered a code that was sent to the address with this `key`."""


def home_of(user: Any) -> str:
    """Where a person starts: agents in the workspace, contacts in the help center."""
    return AGENT_HOME if user.is_staff else HELP_CENTER


class AddressBackend(AuthenticationBackend):
    """Address and password: a confirmed address of the person opens, no other text does."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        owner = whose(email)
        user = owner.user if owner and owner.is_confirmed else None
        return self._check_password(user, password)

    def _authenticate_by_username(self, username: str, password: str) -> None:
        return None


class AccountAdapter(PublicLinks, LimitedAdapter, DefaultAccountAdapter):
    """How this desk differs from what allauth does by itself."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This sign-in is closed."),
        "email_password_mismatch": _("That email and password do not match."),
        "incorrect_code": _("That code does not match. Check the newest message."),
        "incorrect_password": _("That password does not match."),
        "enter_current_password": _("That is not the current password."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def generate_login_code(self) -> str:
        """Digits: letters come out as Hangul while a Korean keyboard is on."""
        return str(generate_user_code(numeric=True, length=CODE_DIGITS))

    def login(self, request: HttpRequest, user: User) -> None:
        """The last step of every sign-in. The address may have been taken away since its code was sent, or while a
        second factor was asked for."""
        step = next((each for each in _steps(request, user) if each.get("email")), None)
        owner = whose(step["email"]) if step else None
        if step is None or owner is None or not _opens(owner, user, by_code=step["method"] == "code"):
            messages.error(request, _("This address no longer opens the sign-in. Use another one."))
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)
        key = address_key(owner.address)
        request.session[ADDRESS_KEY] = key
        if step["method"] == "code":
            address_proved.send(User, user=user, key=key)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def post_login(
        self, request: HttpRequest, user: Any, *, redirect_url: str | None, **login: Any
    ) -> HttpResponse:
        """Whoever came by the front door starts at home; an agent who is no contact has none at the help center."""
        if redirect_url == HELP_CENTER:
            redirect_url = home_of(user)
        response: HttpResponse = super().post_login(request, user, redirect_url=redirect_url, **login)
        return response


def _steps(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """What was shown to sign in, the latest first."""
    return list(reversed(get_authentication_records(request, user)))


def _opens(owner: Owner, user: User, *, by_code: bool) -> bool:
    return owner.user.pk == user.pk and (by_code or owner.is_confirmed)


class MfaAdapter(RequiredFactor, DefaultMFAAdapter):
    """Second factors under the desk's own name."""

    def get_totp_issuer(self) -> str:
        return str(settings.HELPDESK_NAME)

    def build_totp_svg(self, url: str) -> str:
        """On a white ground, so that it can be read in the dark appearance."""
        buffer = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(buffer)
        svg = buffer.getvalue().decode()
        return svg[svg.index("<svg") :]


class SignInForm(allauth_forms.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressFormField()
        self.order_fields(["login", "password", "remember"])
        _label(self.fields["login"], _("Email"), autocomplete="username")
        _label(self.fields["password"], _("Password"))
        _label(self.fields["remember"], _("Stay signed in for 14 days on this computer"))


class RequestCodeForm(allauth_forms.RequestLoginCodeForm):
    """The address to send a code to; also takes it from the sign-in form, whose second button posts here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        data = kwargs.get("data")
        if data and "login" in data and "email" not in data:
            kwargs["data"] = data.copy()
            kwargs["data"]["email"] = data["login"]
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressFormField()
        _label(self.fields["email"], _("Email"), autocomplete="username")

    def clean_email(self) -> str:
        """Finds the person, silently nobody when there is none or it is an agent: those sign in by password."""
        email = str(self.cleaned_data["email"])
        if not may_send_letter(context.request, email):
            raise _refusal("too_many_login_attempts")
        owner = whose(email)
        self._user = owner.user if owner and not owner.user.is_staff else None
        return email


class ConfirmCodeForm(CountedCodeForm, allauth_forms.ConfirmLoginCodeForm):
    """The code from the message."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["code"], _("Code"), inputmode="numeric")


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """The address to send the link to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressFormField()
        _label(self.fields["email"], _("Email"), autocomplete="username")

    def clean_email(self) -> str:
        """An address that is not confirmed gets a code before it gets a link."""
        email = str(self.cleaned_data["email"])
        if not may_send_letter(context.request, email):
            raise _refusal("too_many_login_attempts")
        owner = whose(email)
        self.users = [owner.user] if owner and owner.is_confirmed else []
        if not self.users:
            ResetTokens().make_token(User(pk=0))  # as much work as for somebody: the time tells nothing
        return email


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The password that is, and the one that shall be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["oldpassword"], _("Current password"))
        _label_new_password(self)


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """The first password of somebody who signed in by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_new_password(self)


class ForgottenPasswordForm(allauth_forms.ResetPasswordKeyForm):
    """The password that takes the place of a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_new_password(self)


class ConfirmPasswordForm(allauth_forms.ReauthenticateForm):
    """The password again, before what changes the sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["password"], _("Password"))


class SecondCodeForm(mfa_forms.AuthenticateForm):
    """The code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["code"], _("Code"))


class ConfirmSecondCodeForm(mfa_forms.ReauthenticateForm):
    """The code of the app again, before what changes the sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["code"], _("Code"))


class ActivateAppForm(totp_forms.ActivateTOTPForm):
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self.fields["code"], _("Code"), inputmode="numeric")


def _label_new_password(form: forms.Form) -> None:
    _label(form.fields["password1"], _("New password"))
    _label(form.fields["password2"], _("New password, again"))


def _label(field: forms.Field, label: Any, **attributes: str) -> None:
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _refusal(code: str) -> ValidationError:
    return ValidationError(AccountAdapter.error_messages[code], code=code)
