"""What contacts fill in. The forms shape the input; the rules are in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Account
from customers.services.exposure import Exposure, WidensSight
from helpdesk.core.errors import DomainError
from helpdesk.core.models import User
from helpdesk.core.text.form_fields import LineField, ProseField
from helpdesk.core.time_zones import TimeZoneField
from portal.accounts import MyAccount
from tickets.models import Ticket

URGENCY = [
    (Ticket.Priority.URGENT, _("We cannot work")),
    (Ticket.Priority.NORMAL, _("It slows us down")),
    (Ticket.Priority.LOW, _("Just a question")),
]


def _size_limit() -> str:
    size = filesizeformat(settings.HELPDESK_ATTACHMENT_MAX_BYTES).replace(".0", "")
    return gettext("Up to %(size)s each") % {"size": size}


def _desk_time() -> str:
    return gettext("As the desk (%(zone)s)") % {"zone": settings.TIME_ZONE}


class FilesField(forms.Field):
    """Holds the place of files in a form and shows what is wrong with them; the view takes them from the request."""

    def __init__(self) -> None:
        super().__init__(label=_("Files"), required=False, help_text=lazy(_size_limit, str)())


class DomainErrorMixin(forms.Form):
    """Shows what a service refused at the field it is about; `exposure` is what it asks first."""

    exposure: Exposure | None = None

    @property
    def agreed(self) -> str:
        """What was agreed to, for the services."""
        return str(self.data.get("agreed", ""))

    def refuse(self, error: DomainError) -> None:
        """Being asked is no error."""
        if isinstance(error, WidensSight):
            self.exposure = error.exposure
            return
        name = error.field if error.field in self.fields else None
        self.add_error(name, error.message)


class ReplyForm(DomainErrorMixin, forms.Form):
    """A public answer of a customer."""

    body = ProseField(
        label=_("Your reply"), required=False, widget=forms.Textarea({"rows": 4})
    )  # a file may say it all; the service decides
    attachments = FilesField()


class NewTicketForm(DomainErrorMixin, forms.Form):
    """A new ticket on behalf of one of `accounts`; without any, it is simply the person's own."""

    account = forms.ModelChoiceField(
        label=_("Who is it for?"),
        queryset=Account.objects.none(),
        error_messages={
            "required": _("Choose who it is for."),
            "invalid_choice": _("Choose who it is for: one of the list."),
        },
    )
    subject = LineField(
        label=_("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    body = ProseField(
        label=_("What happened?"),
        widget=forms.Textarea(
            {
                "rows": 5,
                "placeholder": _("What you did, what you saw, since when"),
            }
        ),
        error_messages={"required": _("Tell us what happened.")},
    )
    priority = forms.ChoiceField(
        label=_("How urgent is it?"), choices=URGENCY, initial=Ticket.Priority.NORMAL
    )
    attachments = FilesField()
    is_private = forms.BooleanField(label=_("Keep it between me and the team"), required=False)

    def __init__(self, *args: Any, accounts: list[MyAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = accounts
        field: Any = self.fields["account"]
        field.queryset = Account.objects.filter(pk__in=[each.account.pk for each in accounts])
        field.required = bool(accounts)
        if accounts and not self.initial.get("account"):
            self.initial["account"] = accounts[0].account.pk

    @property
    def chosen_account(self) -> MyAccount | None:
        """The one that is ticked when the page is shown."""
        chosen = str(self["account"].value() or "")
        return next((each for each in self.accounts if str(each.account.pk) == chosen), None)


class Choice(forms.ChoiceField):
    """A choice of which the empty one is an answer as good as the others."""

    def validate(self, value: Any) -> None:
        if value != "":
            super().validate(value)


class ProfileForm(DomainErrorMixin, forms.Form):
    """How the help center shows itself to this person."""

    use_required_attribute = False
    language = Choice(label=_("Language"), choices=[("", _("As the browser")), *settings.LANGUAGES])
    time_zone = TimeZoneField(label=_("Time zone"), nothing=_desk_time)
    theme = Choice(label=_("Appearance"), choices=User.Theme.choices, widget=forms.RadioSelect)
