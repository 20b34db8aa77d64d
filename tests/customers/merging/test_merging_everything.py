"""A merge forgets nothing: every model that points at a contact or an account is looked at here.

Who adds such a model adds a row of it to `merge_worlds`, and sees that a merge moves it.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from customers.merging.accounts import merge_accounts
from customers.merging.contacts import merge_contacts
from customers.merging.repointing import relations_to, unique_with
from customers.models import Account, Contact, ContactMethod
from tests.customers.merging.merge_worlds import POINTS_AT_A_CONTACT, POINTS_AT_AN_ACCOUNT
from tests.factories import DESK, AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db

BOTH = [(Contact, POINTS_AT_A_CONTACT), (Account, POINTS_AT_AN_ACCOUNT)]
# (type, id) pairs: the history is never rewritten; a merged record's own is shown with the survivor's.
HISTORY = {
    "events.AuditEntry",
    "events.FormVersion",
    "events.EventDelivery",
    "customers.IdentityConfirmation",
}


def pointing_at(target: type[models.Model]) -> dict[str, Any]:
    """Every foreign key of every installed model, found from the other end than the product finds them."""
    fields = [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is target
    ]
    return {f"{field.model._meta.label}.{field.name}": field for field in fields}


@pytest.mark.parametrize(("target", "known"), BOTH)
def test_nobody_adds_a_pointer_without_saying_so_here(target: type[models.Model], known: dict) -> None:
    assert set(pointing_at(target)) == set(known), "add a row of the new model to merge_worlds"


@pytest.mark.parametrize(("target", "known"), BOTH)
def test_the_product_finds_every_pointer(target: type[models.Model], known: dict) -> None:
    found = {f"{field.model._meta.label}.{field.name}" for field in relations_to(target)}
    assert found == set(pointing_at(target))


def test_no_other_model_names_records_by_kind_and_number() -> None:
    unknown = {
        model._meta.label
        for model in apps.get_models()
        if {"subject_type", "object_id", "content_type_id"} & {f.attname for f in model._meta.concrete_fields}
    }
    ours = {
        label
        for label in unknown
        if label.split(".")[0] in ("core", "events", "customers", "tickets", "portal")
    }
    assert ours == HISTORY


@pytest.mark.parametrize("label", POINTS_AT_A_CONTACT)
def test_what_pointed_at_a_merged_contact_points_at_the_survivor(label: str) -> None:
    survivor, other = ContactFactory(), ContactFactory()
    row = POINTS_AT_A_CONTACT[label](other)
    merge_contacts(survivor, [other], actor=DESK)
    _points_at(survivor, label, row)


@pytest.mark.parametrize("label", POINTS_AT_AN_ACCOUNT)
def test_what_pointed_at_a_merged_account_points_at_the_survivor(label: str) -> None:
    survivor, other = AccountFactory(), AccountFactory()
    row = POINTS_AT_AN_ACCOUNT[label](other)
    merge_accounts(survivor, [other], actor=DESK)
    _points_at(survivor, label, row)


def _points_at(survivor: models.Model, label: str, row: Any) -> None:
    """The list of accounts is written anew: there the row is found by what it says."""
    name = label.rpartition(".")[2]
    where = {"account": row.account} if label == "customers.Association.contact" else {"pk": row.pk}
    assert getattr(type(row)._base_manager.get(**where), name) == survivor


@pytest.mark.parametrize("target", [Contact, Account, ContactMethod])
def test_nothing_hangs_on_a_row_that_may_be_dropped_as_a_double(target: type[models.Model]) -> None:
    droppable = {field.model for field in relations_to(target) if list(unique_with(field))}
    droppable -= {ContactMethod}  # what points at a method is moved to its twin
    hanging = {model._meta.label: relations_to(model) for model in droppable if relations_to(model)}
    assert hanging == {}


@pytest.mark.parametrize("target", [Contact, Account, ContactMethod])
def test_no_uniqueness_hides_in_an_expression(target: type[models.Model]) -> None:
    hidden = [
        constraint.name
        for field in relations_to(target)
        for constraint in field.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and any(field.name in _names(expression) for expression in constraint.expressions)
    ]
    assert hidden == []


def _names(expression: Any) -> set[str]:
    return {part.name for part in expression.flatten() if isinstance(part, models.F)}
