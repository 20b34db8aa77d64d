"""An import in the Django admin, as an administrator sees it."""

import re

import pytest
from playwright.sync_api import expect

from customers.models import Contact
from tests.customers.imports.conftest import HEADER, csv_text

ROWS = [
    HEADER,
    ("Carla", "Moreno", "carla@people.example", "Brand New", "Head of <b>IT</b>"),
    ("Ny", "Person", "ny@new.example", "Harbor Tower", ""),
    ("Bad", "Row", "nowhere", "", ""),
]


@pytest.mark.parametrize("scripts", [True, False])
def test_upload_look_confirm(world, browse, scripts):
    page = browse(world.root.user, scripts=scripts)
    page.goto("/admin/customers/contact/")
    page.get_by_role("link", name="Import", exact=True).click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": csv_text(ROWS).encode()}
    page.get_by_label("File to import").set_input_files(file)
    page.get_by_label("Update with overwriting").check()
    page.get_by_label("Also add new records").check()
    page.get_by_role("button", name="Check the file").click()
    row = page.get_by_role("row", name="Carla Moreno")
    expect(row.locator("ins")).to_have_text(["Brand New", "Head of <b>IT</b>"])
    expect(page.get_by_role("row", name="Bad Row")).to_contain_text("Not a complete email address")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("3 rows read: 1 created, 1 updated, 0 unchanged, 0 skipped, 1 failed.").wait_for()
    page.get_by_role("link", name="Open this import").click()
    expect(page).to_have_url(re.compile("/agent/imports/"))
    carla = Contact.objects.with_accounts().get(pk=world.carla.contact.pk)
    assert [place.account.name for place in carla.ordered_associations] == ["Brand New", "Harbor Tower"]
