"""The person's own settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext
from django.views.generic import FormView

from customers.models import ContactMethod
from helpdesk.sign_in.preferences import set_preferences
from portal.accounts import my_accounts
from portal.forms import ProfileForm
from portal.views.base import HelpCenterMixin


class ProfileView(HelpCenterMixin, FormView):
    """Language, time zone and appearance; the name and the accounts are the desk's to change."""

    template_name = "portal/profile.html"
    form_class = ProfileForm
    success_url = reverse_lazy("portal:profile")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.request.user, name) for name in ProfileForm.base_fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor
        addresses = actor.contact.methods.filter(kind=ContactMethod.Kind.EMAIL)
        return super().get_context_data(**kwargs, accounts=my_accounts(actor), addresses=addresses)

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        user = set_preferences(self.request.user, actor=self.request.actor, **form.cleaned_data)
        with translation.override(user.language or translation.get_language()):
            messages.success(self.request, gettext("Saved"))
        return super().form_valid(form)

    def form_invalid(self, form: ProfileForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response
