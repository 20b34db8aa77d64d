"""Parts of sentences that several events share: changed fields, days, labels of models."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format

from customers.models import Account, Association, Sharing
from customers.services.custom_fields import PREFIX
from customers.services.custom_values import shown
from helpdesk.core.words import phrase

Data = dict[str, Any]
CONTACT, ACCOUNT, USER = "customers.contact", "customers.account", "core.user"
EXPOSURE = {"exposure": list, "exposure_accounts": int}
"""What a change let people see (`customers.services.exposure`): accounts and numbers, nobody's name."""
MOST_SHOWN = 200


def field_label(model: Any, name: str, labels: dict[str, str]) -> str:
    if name.startswith(PREFIX):
        return labels.get(name, name.removeprefix(PREFIX))
    if name == "domains":
        return phrase("email domains")
    return str(model._meta.get_field(name).verbose_name)


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return phrase("empty")
    if isinstance(value, bool):
        return shown(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    choices = dict(Account.Type.choices) | dict(Sharing.choices) | dict(Association.Role.choices)
    return str(choices.get(value, value))


def _shown_custom(value: Any) -> str:
    """The value of a field that the desk added: its words are nobody's codes."""
    text = phrase("empty") if value in (None, "") else shown(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def changes_of(model: Any, data: Data) -> str:
    parts = []
    for name, (old, new) in data["changes"].items():
        label = field_label(model, name, data.get("labels", {}))
        if name in {"notes", "address", "custom_fields", "parent"}:
            parts.append(phrase("changed %(field)s", field=label))
        else:
            told = _shown_custom if name.startswith(PREFIX) else _shown
            parts.append(
                phrase("changed %(field)s from %(old)s to %(new)s", field=label, old=told(old), new=told(new))
            )
    return ", ".join(parts)


def days(data: Data) -> str:
    """From when and until when something holds, if it is limited."""
    first, last = (
        day and date_format(date.fromisoformat(day)) for day in map(data.get, ("starts_on", "ends_on"))
    )
    if first and last:
        return ", " + phrase("from %(first)s until %(last)s", first=first, last=last)
    if first:
        return ", " + phrase("from %(first)s", first=first)
    return ", " + phrase("until %(last)s", last=last) if last else ""
