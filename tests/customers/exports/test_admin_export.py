"""The export in the Django admin."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from helpdesk.events.models import AuditEntry
from tests.personas import World


def rows(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def ticked(form: Any, *columns: str) -> dict[str, str]:
    name = form.resources[0].__name__.lower()
    return {"resource": "0", "format": "1", **{f"{name}_{column}": "on" for column in columns}}


@pytest.mark.parametrize("model", ["customers_contact", "customers_account", "tickets_ticket"])
def test_the_page_offers_the_columns_of_the_screens(world: World, model: str) -> None:
    response = world.root.client.get(reverse(f"admin:{model}_export"))
    form = response.context["form"]
    labels = {field.label for field in form if getattr(field.field, "is_selectable_field", False)}
    assert labels == {str(column.heading) for column in form.resources[0]().offered}
    assert [title for _number, title in form.fields["format"].choices][1:] == ["xlsx", "csv"]
    assert "Export" in world.root.client.get(reverse(f"admin:{model}_changelist")).content.decode()


def test_it_writes_what_the_list_shows_and_records_it(world: World) -> None:
    address = reverse("admin:customers_contact_export") + "?q=moreno"
    form = world.root.client.get(address).context["form"]
    response = world.root.client.post(address, ticked(form, "last_name", "account"))
    assert rows(response) == [["Last name", "Primary account"], ["Moreno", "Harbor Tower"]]
    entry = AuditEntry.objects.get(code="export.made")
    assert (entry.actor_user, entry.data["rows"], entry.data["criteria"]) == (
        world.root.user,
        1,
        {"q": ["moreno"]},
    )


def test_the_ticked_rows_alone(world: World) -> None:
    chosen = {"action": "export_admin_action", "_selected_action": [world.harbor.pk, world.far_away.pk]}
    page = world.root.client.post(reverse("admin:customers_account_changelist"), chosen)
    assert page.context["form"].initial["export_items"] == [world.far_away.pk, world.harbor.pk]
    data = ticked(page.context["form"], "account") | {"export_items": [world.harbor.pk]}
    assert rows(world.root.client.post(page.context["export_url"], data)) == [["Name"], ["Harbor Tower"]]
