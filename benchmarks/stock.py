"""What one gets from django-import-export alone: a contact with one account, found by its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tablib
from django.db import models
from import_export import fields, resources, widgets

from customers.models import Account


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


def stock_import(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Import the rows; raises when a row fails."""
    result = StockResource().import_data(tablib.Dataset(*rows, headers=header), raise_errors=True)
    if result.has_errors():
        raise RuntimeError("Stock failed")
