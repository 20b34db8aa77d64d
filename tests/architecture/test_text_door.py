"""Every text that people write passes the one door (`helpdesk.core.text`): model fields, form fields, and what the
database derives from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import models

from customers.models import Account, Contact, Tag
from helpdesk.core.database.bulk import insert_rows
from helpdesk.core.search import UniqueForm
from helpdesk.core.text import form_fields, unique_form
from helpdesk.core.text.address_fields import AddressField, AddressFormField, AddressKeyField
from helpdesk.core.text.model_fields import CanonicalField
from tests.factories import AccountFactory, ContactFactory

OURS = {"core", "events", "customers", "tickets", "portal", "outbox", "jobs"}
#: Text that no person writes, or that is the whole of somebody else's language: model → fields.
NOT_WRITTEN = {
    "core.user": {"password", "language", "time_zone"},
    "events.auditentry": {"code", "subject_type", "related_type"},
    "events.formversion": {"subject_type"},
    "events.eventdelivery": {"consumer", "subject_type", "failure", "worker"},
    "customers.identityconfirmation": {"subject_type"},
    "core.term": {"language"},
    "core.duty": {"name", "failure"},
    "core.worker": {"name", "host"},
    "outbox.channelpause": {"answer"},
    "outbox.delivery": {
        *("kind", "address", "name", "language", "recipient_type", "about_type"),
        *("message_id", "worker", "answer", "sealed"),
    },
    "core.onceanswer": {"actor", "key", "route", "digest", "location"},
    "core.tally": {"key"},
    "customers.accountdomain": {"domain"},
    "customers.account": {"website"},
    "customers.contact": {"language", "time_zone", "support_pin"},
    "customers.contactmethod": {"value_key", "bounce_reason"},
    "customers.customfield": {"key"},
    "customers.duplicatesearch": {"walk_name"},
    "customers.importrun": {"phone_region", "digest"},
    "customers.previewrow": {"outcome", "problem"},
    "customers.rejectedrow": {"problem"},
    "jobs.job": {"job_kind", "problem"},
    "customers.invitation": {"email_key", "language"},
    "customers.savedview": {"query"},
    "customers.defaultview": {"code"},
    "tickets.message": {"html", "acted_for", "acted_as", "source", "message_id", "sender_address"},
    "tickets.attachment": {"content_type"},
    "tickets.draft": {"key"},
    "tickets.ticketstatus": {"code"},
    "tickets.ticketstatusname": {"language"},
    "tickets.messagerecipient": {"address"},
}
DIRTY = "  Ha\u200bn\r\n\u202ebit\x00  "


def text_fields() -> Iterator[tuple[str, models.Field]]:
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.local_concrete_fields:
                is_text = isinstance(field, models.CharField | models.TextField)
                if is_text and not field.choices and not field.generated:
                    yield model._meta.label_lower, field


def test_a_model_field_of_text_is_canonical_or_written_by_nobody() -> None:
    passing = (CanonicalField, AddressField, AddressKeyField)
    outside = {
        f"{label}.{field.name}"
        for label, field in text_fields()
        if not isinstance(field, passing) and field.name not in NOT_WRITTEN.get(label, set())
    }
    assert outside == set()


def test_no_exception_stands_for_a_field_that_is_gone() -> None:
    known = {(label, field.name) for label, field in text_fields()}
    assert {(label, name) for label, names in NOT_WRITTEN.items() for name in names} <= known


def every_form(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        yield form
        yield from every_form(form)


def test_a_form_field_of_text_is_canonical() -> None:
    passing = (form_fields.LineField, form_fields.ProseField, AddressFormField)
    outside = set()
    for form in every_form(forms.BaseForm):
        if form.__module__.split(".")[0] not in {"helpdesk", "customers", "tickets", "portal"}:
            continue
        for name, field in getattr(form, "base_fields", {}).items():
            is_text = type(field) in (forms.CharField, forms.EmailField, forms.SlugField)
            secret = isinstance(field.widget, forms.PasswordInput | forms.HiddenInput)
            if is_text and not secret and not isinstance(field, passing):
                outside.add(f"{form.__module__}.{form.__name__}.{name}")
    codes = ("ConfirmCodeForm", "SecondCodeForm", "ConfirmSecondCodeForm", "ActivateAppForm")
    assert outside <= {
        *(f"helpdesk.sign_in.auth.{form}.code" for form in codes),  # a machine made them
        *(f"helpdesk.sign_in.admin.ChangedUserForm.{name}" for name in ("language", "time_zone")),
        # As they were typed: services read them as addresses.
        "customers.views.contacts.forms.MethodForm.value",
        "customers.views.contacts.forms.NewContactForm.email",
    }


def test_what_is_several_lines_stays_so() -> None:
    flattened = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in every_form(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, form_fields.LineField)
        and (name in {"body", "notes", "address"} or isinstance(field.widget, forms.Textarea))
    }
    assert flattened == set()


@pytest.mark.django_db
def test_whichever_way_a_text_is_written_it_is_stored_in_one_form() -> None:
    account = Account.objects.create(name=DIRTY)
    Account.objects.bulk_create([Account(name=DIRTY + "2")])
    insert_rows(Tag, ("name",), [(DIRTY,)])
    Contact.objects.filter(pk=ContactFactory().pk).update(first_name=DIRTY)
    assert (account.name, Tag.objects.get().name) == ("Han bit", "Han bit")
    assert Account.objects.get(name=DIRTY).pk == account.pk  # what is looked for, too
    assert Contact.objects.get().first_name == "Han bit"
    assert set(Account.objects.values_list("name", flat=True)) == {"Han bit", "Han bit 2"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "Straße 한빛",
        "  Harbor   Tower ",
        "❤\ufe0f 辻\U000e0100",
        "👨\u200d👩",
        "İstanbul ıI",
        "ǅ ﬁ",
        "Ἀθῆναι",
        "a\u0301",
    ],
)
def test_the_database_derives_the_same_unique_form(name: str) -> None:
    account = AccountFactory(name=name)
    account.refresh_from_db()
    assert account.name_key == unique_form(name)
    assert Account.objects.values_list(UniqueForm(models.F("name")), flat=True).get() == unique_form(name)


def test_passing_is_what_the_fields_do_by_themselves() -> None:
    field: Any = Account._meta.get_field("name")
    assert field.to_python(DIRTY) == field.get_prep_value(DIRTY) == "Han bit"
    assert field.formfield().clean(DIRTY) == "Han bit"
