"""What one gets from django-import-export alone, twice: into a table made for it, and into the desk.

*Bare* is a plain ModelResource of a contact that is five columns and nothing else, its account a ForeignKeyWidget that
creates accounts. *Same work* is the same resource over the product's contact, through the services that the pages
call: addresses and the order of accounts are kept, every change is validated and told to the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tablib
from django.db import models
from import_export import fields, instance_loaders, resources, widgets

from customers.models import Account, Contact
from customers.services.associations import associate, make_primary
from customers.services.contacts.changes import create_contact, update_contact
from customers.services.methods.values import NewMethod
from helpdesk.core.actors import Actor

DESK = Actor.system("stock")


class StockContact(models.Model):
    """A contact as simple as it can be: its account is a column."""

    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, unique=True)
    job_title = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        app_label = "customers"
        db_table = "benchmark_stock_contact"

    def __str__(self) -> str:
        return self.email


class AccountWidget(widgets.ForeignKeyWidget):
    """Finds an account by its name, and creates it when there is none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Account | None:
        return self.model.objects.get_or_create(name=value)[0] if value else None


class StockResource(resources.ModelResource):
    """Every setting as it comes."""

    first_name = fields.Field("first_name", "First name")
    last_name = fields.Field("last_name", "Last name")
    email = fields.Field("email", "Email")
    account = fields.Field("account", "Company", widget=AccountWidget(Account, "name"))
    job_title = fields.Field("job_title", "Job title")

    class Meta:
        model = StockContact
        import_id_fields = ("email",)
        fields = ("first_name", "last_name", "email", "account", "job_title")


class ContactByAddress(instance_loaders.BaseInstanceLoader):
    """Finds the contact of a row by the address."""

    def get_instance(self, row: Any) -> Contact | None:
        return Contact.objects.filter(methods__kind="email", methods__value_key=row["Email"]).first()


class DeskResource(resources.ModelResource):
    """Rows become contacts of the desk, one after the other."""

    first_name = fields.Field("first_name", "First name")
    last_name = fields.Field("last_name", "Last name")

    class Meta:
        model = Contact
        instance_loader_class = ContactByAddress
        import_id_fields = ()
        force_init_instance = False
        fields = ("first_name", "last_name")

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Contact, bool]:
        found = instance_loader.get_instance(row)
        return (found, False) if found else (self.init_instance(row), True)

    def do_instance_save(self, instance: Contact, is_create: bool) -> None:
        names = {"first_name": instance.first_name, "last_name": instance.last_name}
        if is_create:
            instance.pk = create_contact(
                names, actor=DESK, methods=[NewMethod("email", self.row["Email"])]
            ).pk
        else:
            update_contact(instance, names, actor=DESK)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        self.row = row

    def after_save_instance(self, instance: Contact, row: Any, **kwargs: Any) -> None:
        account = AccountWidget(Account, "name").clean(row["Company"], row)
        if account is not None and not associate(
            instance, account, actor=DESK, primary=True, job_title=row["Job title"]
        ):
            make_primary(instance, account, actor=DESK)


def stock_import(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    resource: type[resources.ModelResource] = StockResource,
) -> None:
    """Import the rows; raises when a row fails."""
    result = resource().import_data(tablib.Dataset(*rows, headers=header), raise_errors=True)
    if result.has_errors():
        raise RuntimeError("Stock failed")
