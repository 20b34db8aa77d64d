"""How the customers' audit codes read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format

from customers.models import Account, Association, Contact, ContactMethod, CustomField, SavedView, Sharing
from customers.services.custom_fields import PREFIX
from customers.services.custom_values import shown
from customers.services.exposure import opened
from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase, phrase_n

Data = dict[str, Any]
MOST_SHOWN = 200


def _field_label(model: Any, name: str, labels: dict[str, str]) -> str:
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


def _changes(model: Any, data: Data) -> str:
    parts = []
    for name, (old, new) in data["changes"].items():
        label = _field_label(model, name, data.get("labels", {}))
        if name in {"notes", "address", "custom_fields", "parent"}:
            parts.append(phrase("changed %(field)s", field=label))
        else:
            told = _shown_custom if name.startswith(PREFIX) else _shown
            parts.append(
                phrase("changed %(field)s from %(old)s to %(new)s", field=label, old=told(old), new=told(new))
            )
    return ", ".join(parts)


def _view_changes(data: Data) -> str:
    """The query is an address: that it changed says enough, and comes last, however the database keeps them."""
    parts = []
    audiences = dict(SavedView.Audience.choices)
    for name, (old, new) in sorted(
        data["changes"].items(), key=lambda change: (change[0] == "query", change)
    ):
        label = _field_label(SavedView, name, {})
        if name == "query":
            parts.append(phrase("changed what it shows"))
        else:
            old, new = audiences.get(old, old), audiences.get(new, new)
            parts.append(phrase("changed %(field)s from %(old)s to %(new)s", field=label, old=old, new=new))
    return ", ".join(parts)


def _relabelled(data: Data) -> str:
    label = data["label"][1]
    if not label:
        return phrase("removed the label of %(value)s", value=data["value"])
    return phrase("labelled %(value)s “%(label)s”", value=data["value"], label=label)


def _days(data: Data) -> str:
    """From when and until when something holds, if it is limited."""
    first, last = (
        day and date_format(date.fromisoformat(day)) for day in map(data.get, ("starts_on", "ends_on"))
    )
    if first and last:
        return ", " + phrase("from %(first)s until %(last)s", first=first, last=last)
    if first:
        return ", " + phrase("from %(first)s", first=first)
    return ", " + phrase("until %(last)s", last=last) if last else ""


def _removed(data: Data) -> str:
    if data.get("deleted"):
        return phrase("deleted %(account)s, which %(contact)s belonged to", **data)
    return phrase("removed %(contact)s from %(account)s", **data)


def _added(data: Data) -> str:
    if data.get("primary"):
        return phrase("added %(contact)s to %(account)s as the primary %(term_account)s", **data)
    return phrase("added %(contact)s to %(account)s", **data)


def _tagged(data: Data) -> str:
    parts = []
    if added := ", ".join(data["added"]):
        parts.append(phrase("added the tags %(tags)s", tags=added))
    if removed := ", ".join(data["removed"]):
        parts.append(phrase("removed the tags %(tags)s", tags=removed))
    return ", ".join(parts)


def _left(data: Data) -> str:
    if data["to"]:
        return phrase(
            "noted that %(name)s has left, and that %(to)s takes over", name=data["name"], to=data["to"]
        )
    return phrase("noted that %(name)s has left, and that nobody takes over", name=data["name"])


def _method(data: Data) -> str:
    return str(dict(ContactMethod.Kind.choices).get(data.get("kind", ""), ""))


register("contact.created", lambda d: phrase("created this %(term_contact)s"))
register("contact.changed", lambda d: _changes(Contact, d) + opened(d))
register("contact.tagged", _tagged)
register("contact.left", lambda d: _left(d) + opened(d))
register("contact.erased", lambda d: phrase("erased the personal data of this %(term_contact)s"))
register("contact.returned", lambda d: phrase("let %(name)s in again", **d) + opened(d))
register("contact.deleted", lambda d: phrase("deleted %(name)s", **d))
register("contact.sign_in_opened", lambda d: phrase("opened the help center sign-in for %(email)s", **d))
register("account.created", lambda d: phrase("created this %(term_account)s"))
register("account.changed", lambda d: _changes(Account, d) + opened(d))
register("account.domains_changed", lambda d: _changes(Account, d))
register("account.deleted", lambda d: phrase("deleted %(name)s", **d))
register("association.added", lambda d: _added(d) + opened(d))
register("association.removed", lambda d: _removed(d) + opened(d))
register("sight.given_back", lambda d: phrase("gave back what was seen before") + opened(d))
register("association.opened", lambda d: phrase("let %(contact)s see more", **d) + opened(d))
register(
    "association.changed",
    lambda d: (
        phrase(
            "%(changes)s for %(contact)s at %(account)s",
            contact=d["contact"],
            account=d["account"],
            changes=_changes(Association, d),
        )
        + opened(d)
    ),
)
register(
    "association.primary_changed",
    lambda d: phrase(
        "changed the primary %(term_account)s of %(contact)s from %(old)s to %(new)s",
        contact=d["contact"],
        old=d["old"],
        new=d["new"],
    ),
)
register(
    "association.reordered",
    lambda d: phrase("changed the order of the %(term_accounts)s of %(contact)s", **d),
)
register("method.added", lambda d: phrase("added %(kind)s %(value)s", kind=_method(d), value=d["value"]))
register("method.removed", lambda d: phrase("removed %(kind)s %(value)s", kind=_method(d), value=d["value"]))
register(
    "method.changed",
    lambda d: phrase(
        "changed %(kind)s from %(old)s to %(new)s",
        kind=_method(d),
        old=d["changes"]["value"][0],
        new=d["changes"]["value"][1],
    ),
)
register("method.relabelled", _relabelled)
register("method.made_default", lambda d: phrase("made %(value)s the default", **d))
register("contact.linked_to_desk", lambda d: phrase("said that this is %(name)s of the desk", **d))
register("contact.unlinked_from_desk", lambda d: phrase("said that this is not %(name)s of the desk", **d))
register("method.confirmed", lambda d: phrase("confirmed %(value)s by a code", **d))
register("method.bouncing", lambda d: phrase("noted that %(value)s takes no mail: %(reason)s", **d))
register("method.bouncing_cleared", lambda d: phrase("let mail be sent to %(value)s again", **d))
register("pin.given", lambda d: phrase("got a support PIN"))
register("pin.renewed", lambda d: phrase("renewed the support PIN"))
register("pin.revealed", lambda d: phrase("revealed the support PIN"))
register(
    "contact.help_center_looked_at",
    lambda d: phrase("looked at the help center as this %(term_contact)s sees it"),
)
register("pin.found", lambda d: phrase("found this %(term_contact)s by the support PIN"))
register("pin.not_found", lambda d: phrase("looked for a support PIN that nobody has"))
register("pin.confirmed", lambda d: phrase("confirmed the identity of %(contact)s by the support PIN", **d))
register("pin.refused", lambda d: phrase("entered a support PIN that does not match %(contact)s", **d))
register(
    "account_relationship.created",
    lambda d: phrase("linked %(from)s and %(to)s: %(type)s", **d) + _days(d) + opened(d),
)
register(
    "account_relationship.deleted", lambda d: phrase("ended the link of %(from)s and %(to)s: %(type)s", **d)
)
register(
    "contact_relationship.created",
    lambda d: phrase("let %(contact)s act for %(account)s as %(responsibility)s", **d) + _days(d) + opened(d),
)
register(
    "contact_relationship.deleted",
    lambda d: phrase("ended that %(contact)s acts for %(account)s as %(responsibility)s", **d),
)
register(
    "contact_relationship.begun",
    lambda d: phrase("acts for %(account)s as %(responsibility)s from today on", **d),
)
register(
    "contact_relationship.ended",
    lambda d: phrase("no longer acts for %(account)s as %(responsibility)s: the last day has passed", **d),
)
register(
    "contact_relationship.eligible",
    lambda d: phrase("made it possible again to act for this %(term_account)s"),
)
register(
    "contact_relationship.no_longer_eligible",
    lambda d: phrase("ended the link that acting for this %(term_account)s stood on"),
)
register("custom_field.created", lambda d: phrase("added the field %(name)s", **d))
register(
    "custom_field.changed",
    lambda d: phrase(
        "changed the field %(name)s: %(changes)s", name=d["name"], changes=_changes(CustomField, d)
    ),
)
register("custom_field.deleted", lambda d: phrase("deleted the field %(name)s; its values are kept", **d))
register("saved_view.created", lambda d: phrase("saved the view %(name)s", **d))
register(
    "saved_view.changed",
    lambda d: phrase("changed the view %(name)s: %(changes)s", name=d["name"], changes=_view_changes(d)),
)
register("saved_view.deleted", lambda d: phrase("deleted the view %(name)s", **d))
register("saved_view.made_default", lambda d: phrase("made %(name)s the default view", **d))
register("saved_view.default_ended", lambda d: phrase("ended having a default view"))
register("duplicate.dismissed", lambda d: phrase("told %(contact)s and %(other)s apart", **d))
register(
    "duplicate.restored", lambda d: phrase("took back that %(contact)s and %(other)s are two people", **d)
)
register(
    "health.joined_by_domain",
    lambda d: phrase_n(
        "associated %(n)s %(term_contact)s with the %(term_account)s of its domain",
        "associated %(n)s %(term_contacts)s with the %(term_accounts)s of their domains",
        d["people"],
    ),
)
register(
    "health.joined_by_domain_undone",
    lambda d: phrase_n(
        "took %(n)s %(term_contact)s out of the %(term_account)s of its domain again",
        "took %(n)s %(term_contacts)s out of the %(term_accounts)s of their domains again",
        d["people"],
    ),
)
register("tag.created", lambda d: phrase("made the tag %(name)s", **d))
register(
    "tag.renamed",
    lambda d: phrase(
        "renamed the tag %(old)s to %(new)s", old=d["changes"]["name"][0], new=d["changes"]["name"][1]
    ),
)
register("tag.deleted", lambda d: phrase("deleted the tag %(name)s", **d))
