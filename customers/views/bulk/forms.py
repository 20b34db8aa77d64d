"""The form of a bulk update: one block a field, each to be set or cleared; what is not there stays as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from customers.bulk.fields import NO, STATES, YES, BulkField, offered_to
from customers.bulk.wanted import ACCOUNTS, ADD_TAGS, JOB_TITLE, REMOVE_TAGS, ROLE, Wanted
from customers.models import Account, Association, CustomField
from customers.services.associations import account_limit
from customers.services.custom_fields import UnfitValue, value_of
from customers.services.tags import divided, too_long
from customers.snapshots.states import CUSTOM
from helpdesk.core.actors import Actor
from helpdesk.core.text import prose
from helpdesk.core.text.form_fields import LineField, ProseField
from helpdesk.core.time_zones import time_zone_choices
from helpdesk.core.web.keys import keys_in
from helpdesk.core.words import phrase

SET, CLEAR = "set", "clear"
TOKENS = (ACCOUNTS, ADD_TAGS, REMOVE_TAGS)
EMPTY = ("", "—")
Kind = CustomField.Kind


@dataclass
class Block:
    """One field of the form as it stands: whether it is set or cleared, its control, and what is wrong with it."""

    field: BulkField
    is_cleared: bool
    is_new: bool
    """Just added: nothing has been entered yet, so nothing is wrong with it."""
    control: Any = None
    accounts: list[Account] = dataclasses.field(default_factory=list)
    tags: list[str] = dataclasses.field(default_factory=list)
    error: str = ""

    @property
    def code(self) -> str:
        return self.field.code


class BulkForm:
    """What somebody has put together so far. `place` tells two such forms on one page apart."""

    def __init__(self, data: QueryDict, *, actor: Actor, place: str = "bulk-update") -> None:
        self.data, self.place = data, place
        self.offered = offered_to(actor)
        wanted = [code for code in dict.fromkeys(data.getlist("field")) if code in self.offered]
        dropped, added = data.get("drop"), data.get("add", "")
        codes = [code for code in wanted if code != dropped]
        if added in self.offered and added not in codes:
            codes.append(added)
        self.inputs = Inputs(data, [self.offered[code] for code in codes], place)
        self.blocks = [self._block(code) for code in codes]

    def _block(self, code: str) -> Block:
        field = self.offered[code]
        mode = self.data.get(f"{code}-mode", "")
        block = Block(field, field.can_be_cleared and mode == CLEAR, is_new=not mode)
        if code == ACCOUNTS:
            block.accounts = self._accounts
        elif code in TOKENS:
            block.tags = divided(",".join([*self.data.getlist(code), self.data.get(f"{code}_text", "")]))
        else:
            block.control = self.inputs[code]
        if not block.is_new and not block.is_cleared:
            block.error = self._problem(block)
        return block

    @cached_property
    def _accounts(self) -> list[Account]:
        """The chosen accounts in their order; one typed by name, without scripts, is found by it."""
        keys = keys_in(self.data.getlist(ACCOUNTS))
        found = Account.objects.in_bulk(keys)
        chosen = {key: found[key] for key in keys if key in found}
        if typed := self.data.get(f"{ACCOUNTS}_text", "").strip():
            chosen |= {account.pk: account for account in Account.objects.named([typed])}
        first = self.data.get("primary", "")
        return sorted(chosen.values(), key=lambda account: str(account.pk) != first)

    def _problem(self, block: Block) -> str:
        if block.code == ACCOUNTS:
            limit = account_limit()
            if len(block.accounts) > limit:
                return phrase("A %(term_contact)s can belong to %(limit)s %(term_accounts)s.", limit=limit)
            return ""
        if block.code in TOKENS:
            return too_long(block.tags)
        if block.field.definition and (text := self.inputs.text(block.code)):
            try:
                value_of(block.field.definition, text)
            except UnfitValue as unfit:
                return unfit.sentence
        return " ".join(str(sentence) for sentence in self.inputs.errors.get(block.code, []))

    # --- What comes of it ----------------------------------------------------------
    @property
    def others(self) -> list[BulkField]:
        """What can still be added."""
        codes = {block.code for block in self.blocks}
        return [field for code, field in self.offered.items() if code not in codes]

    @property
    def missing(self) -> Block | None:
        """The first field that is to be set and has no value yet. No tags at all are none to add or to remove, which
        is nothing to ask for beside something that is there."""
        empty = [block for block in self.blocks if not block.is_cleared and not self._has(block)]
        if len(empty) < len(self.blocks):
            empty = [block for block in empty if block.code not in (ADD_TAGS, REMOVE_TAGS)]
        return next(iter(empty), None)

    def _has(self, block: Block) -> bool:
        if block.code == ACCOUNTS:
            return bool(block.accounts)
        return bool(block.tags) if block.code in TOKENS else bool(self.inputs.text(block.code))

    @property
    def has_errors(self) -> bool:
        return any(block.error for block in self.blocks)

    @property
    def is_complete(self) -> bool:
        return bool(self.blocks) and not self.has_errors and self.missing is None

    @property
    def wanted(self) -> Wanted:
        """For the preview and the run. Only of a form that is complete."""
        values = {block.code: self._value(block) for block in self.blocks}
        special = {name: values.pop(name) for name in (*TOKENS, JOB_TITLE, ROLE) if name in values}
        return Wanted(fields=values, **special)

    def _value(self, block: Block) -> Any:
        if block.code == ACCOUNTS:
            return () if block.is_cleared else tuple(account.pk for account in block.accounts)
        if block.code in TOKENS:
            return tuple(block.tags)
        text = "" if block.is_cleared else self.inputs.text(block.code)
        if block.code == "is_active":
            return text == YES
        definition = block.field.definition
        return value_of(definition, text) if definition and text else text


class Inputs(forms.Form):
    """The controls of fields with one value."""

    def __init__(self, data: QueryDict, chosen: list[BulkField], place: str) -> None:
        super().__init__(data, auto_id=f"{place}-%s")
        for each in chosen:
            if each.code not in TOKENS:
                self.fields[each.code] = _control(each)
        self.full_clean()

    def text(self, code: str) -> str:
        """What was entered, as far as it fits."""
        return prose(str(self.cleaned_data.get(code, ""))).strip()


def _control(each: BulkField) -> forms.Field:
    fixed: dict[str, Sequence[Any]] = {
        "language": settings.LANGUAGES,
        "time_zone": time_zone_choices(),
        ROLE: Association.Role.choices,
        "is_active": STATES,
    }
    choices = _of_definition(each.definition) if each.definition else fixed.get(each.code)
    if choices is not None:
        return forms.ChoiceField(label=each.label, required=False, choices=[EMPTY, *choices])
    if each.code == "notes":
        widget = forms.Textarea(attrs={"rows": 3})
        return ProseField(label=each.label, required=False, max_length=10000, widget=widget)
    hint = _("A date with the year first, such as 2026-03-31.") if _is_date(each) else ""
    longest = 120 if each.code == JOB_TITLE else 2000
    return LineField(label=each.label, required=False, max_length=longest, help_text=hint)


def _is_date(each: BulkField) -> bool:
    return each.code.startswith(CUSTOM) and each.definition is not None and each.definition.kind == Kind.DATE


def _of_definition(definition: CustomField) -> list[Any] | None:
    if definition.kind == Kind.CHOICE:
        return [(choice, choice) for choice in definition.choices]
    if definition.kind == Kind.BOOLEAN:
        return [(YES, _("Yes")), (NO, _("No"))]
    return None
