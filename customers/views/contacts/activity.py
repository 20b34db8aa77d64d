"""What of a record's history is shown: which kind of event, and by whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import User
from helpdesk.core.words import phrase_lazy
from helpdesk.events.models import AuditEntry

MOST_NAMES = 50
DESK = "desk"
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "details": (_("Details"), ("contact.", "account.", "custom_field.")),
    "accounts": (
        phrase_lazy("%(term_accounts)s and relationships"),
        ("association.", "contact_relationship.", "account_relationship."),
    ),
    "methods": (phrase_lazy("Ways to reach this %(term_contact)s"), ("method.",)),
    "tickets": (phrase_lazy("%(Term_tickets)s"), ("ticket.",)),
    "pin": (_("Support PIN"), ("pin.",)),
}


class ActivityForm(forms.Form):
    """Two choices, both may be left open. `entries` is the whole history."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    who = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(self, data: Any, entries: QuerySet[AuditEntry]) -> None:
        super().__init__(data)
        self.entries = entries
        kinds = [(name, words) for name, (words, _prefixes) in KINDS.items()]
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", _("Everything")), *kinds]
        fields["who"].choices = [("", _("Everybody")), *self._people()]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def _people(self) -> list[tuple[str, Any]]:
        """Who did anything of it; what nobody signed in did is the desk's."""
        ids = set(self.entries.order_by().values_list("actor_user", flat=True).distinct()[:MOST_NAMES])
        people = [(str(user.pk), user.get_full_name()) for user in User.objects.filter(pk__in=ids - {None})]
        people.sort(key=lambda person: person[1].casefold())
        return [*people, (DESK, _("The help desk"))] if None in ids else people

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return self.is_valid() and any(self.cleaned_data.values())

    def chosen(self) -> QuerySet[AuditEntry]:
        """The entries that were asked for; a choice that does not exist leaves them all."""
        self.is_valid()
        entries, kind, who = self.entries, self.cleaned_data.get("kind"), self.cleaned_data.get("who")
        if kind:
            wanted = Q()
            for prefix in KINDS[kind][1]:
                wanted |= Q(code__startswith=prefix)
            entries = entries.filter(wanted)
        if who:
            entries = entries.filter(actor_user=None if who == DESK else int(who))
        return entries
