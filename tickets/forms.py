"""What agents fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.models import Account, Contact
from helpdesk.core.models import Department, User
from helpdesk.core.text.address_fields import AddressFormField
from helpdesk.core.text.form_fields import LineField, ProseField
from helpdesk.core.web.keys import key_in
from helpdesk.core.web.once import once_key
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase_lazy
from tickets.errors import AttachmentTooLarge, AttachmentWithoutRoom
from tickets.filters import agents
from tickets.models import Ticket
from tickets.services.drafts import Form
from tickets.services.posting import BODY_LIMIT
from tickets.services.requesters import accounts_of

NO_ACCOUNT = "none"


def uploaded_files(request: HttpRequest, name: str = "attachments") -> list[UploadedFile]:
    """The files of a request. Raises `AttachmentTooLarge` and `AttachmentWithoutRoom` when one was dropped while it
    arrived."""
    too_large = getattr(request, "upload_too_large", "")
    if too_large:
        raise AttachmentTooLarge(str(too_large), settings.HELPDESK_ATTACHMENT_MAX_BYTES)
    without_room = getattr(request, "upload_without_room", "")
    if without_room:
        raise AttachmentWithoutRoom(str(without_room))
    return [file for file in request.FILES.getlist(name) if isinstance(file, UploadedFile)]


def draft_form(request: HttpRequest) -> Form:
    """The form that a text was written in, as the request names it."""
    return Form(key=once_key(request), draft_id=key_in(request.POST.get("draft", "")))


class AgentChoice(forms.ModelChoiceField):
    """Someone of the desk, by name."""

    def label_from_instance(self, obj: User) -> str:
        return str(obj)


class TicketForm(forms.Form):
    """A new ticket by an agent: who asks (found, or created on save), what, for which account."""

    contact = forms.ModelChoiceField(
        queryset=Contact.objects.none(), required=False, widget=forms.HiddenInput, label=_("Requester")
    )
    new_name = LineField(max_length=200, required=False, label=_("Name"))
    new_email = AddressFormField(required=False, label=_("Email"))
    new_phone = LineField(max_length=60, required=False, label=_("Phone"))
    account = forms.ChoiceField(required=False)
    subject = LineField(max_length=250, label=_("Subject"))
    body = ProseField(
        max_length=BODY_LIMIT, required=False, label=_("Message"), widget=forms.Textarea({"rows": 8})
    )
    department = forms.ModelChoiceField(Department.objects.none(), required=False, empty_label=_("None"))
    priority = forms.ChoiceField(
        choices=Ticket.Priority.choices, initial=Ticket.Priority.NORMAL, label=_("Priority")
    )
    assignee = AgentChoice(
        User.objects.none(), required=False, label=_("Assignee"), empty_label=_("Unassigned")
    )
    channel = forms.ChoiceField(choices=(), initial=Ticket.Channel.WEB, label=_("How it came in"))

    def __init__(self, *args: Any, request: DeskRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        people = Contact.objects.visible_to(request.actor)
        fields["contact"].queryset = people.filter(is_active=True)
        fields["contact"].error_messages["invalid_choice"] = phrase_lazy(
            "This %(term_contact)s is deactivated or no longer there. Choose another."
        )
        fields["department"].queryset = Department.objects.filter(is_active=True)
        fields["department"].label = phrase_lazy("%(Term_department)s")
        fields["account"].label = phrase_lazy("%(Term_account)s")
        fields["assignee"].queryset = agents()
        fields["channel"].choices = [
            (Ticket.Channel.WEB, _("Written by the desk")),
            (Ticket.Channel.PHONE, _("By phone")),
            (Ticket.Channel.EMAIL, _("By email")),
        ]
        self.requester = self._requester()
        self.deactivated = (
            None if self.requester else people.filter(pk=key_in(self._asked), is_active=False).first()
        )
        """Whom an address names who cannot be asked for any more; the page says so before anything is filled in."""
        self.accounts: list[Account] = accounts_of(self.requester) if self.requester else []
        fields["account"].choices = self._account_choices()

    def _requester(self) -> Contact | None:
        fields: dict[str, Any] = self.fields
        try:
            return fields["contact"].clean(self._asked) if self._asked else None
        except forms.ValidationError:
            return None

    @property
    def _asked(self) -> str:
        return str((self.data.get("contact") if self.is_bound else self.initial.get("contact")) or "")

    def _account_choices(self) -> list[tuple[str, Any]]:
        own = [(str(account.pk), account.name) for account in self.accounts]
        return [*own, (NO_ACCOUNT, phrase_lazy("No %(term_account)s"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("contact") and not (cleaned.get("new_name") or cleaned.get("new_email")):
            self.add_error(
                None, phrase_lazy("Choose the %(term_contact)s who asks, or enter a name or an address.")
            )
        return cleaned

    def ticket_fields(self) -> dict[str, Any]:
        """What `create_ticket` takes, but for the contact."""
        names = ("subject", "department", "priority", "assignee", "channel")
        fields = {name: self.cleaned_data[name] for name in names}
        chosen = self.cleaned_data.get("account")
        if chosen:
            fields["account"] = next((a for a in self.accounts if str(a.pk) == chosen), None)
        return fields
