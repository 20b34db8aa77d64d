"""A list taken along as a file, in a real browser."""

from pathlib import Path

from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from helpdesk.events.models import AuditEntry
from tests.browser.looks import picture
from tests.personas import World


def first_column(page: Page, folder: Path) -> list[object]:
    with page.expect_download() as waiting:
        page.locator("form.export").get_by_role("button").last.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return [row[0] for row in load_workbook(file).active.iter_rows(values_only=True)]


def test_the_dialog_is_accessible(world: World, browse, assert_accessible_in_both_themes) -> None:
    page = browse(world.max.user, size="phone", language="ko")
    page.goto(reverse("customers:contact_list"))
    page.locator(".tablefoot a[hx-get*=export]").click()
    expect(page.locator("#dialog")).to_be_visible()
    picture(page, "export-dialog")
    assert_accessible_in_both_themes(page)


def test_what_the_search_left_comes_with_the_chosen_columns(world: World, browse, tmp_path) -> None:
    page = browse(world.max.user)
    page.goto(reverse("customers:contact_list"))
    page.get_by_role("searchbox").fill("zoe")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Export").click()
    expect(page.get_by_role("heading", name="Export 1 contact")).to_be_visible()
    page.get_by_role("checkbox", name="Reference number").uncheck()
    assert first_column(page, tmp_path) == ["First name", "Zoe"]
    expect(page.locator("#dialog")).to_be_hidden()
    page.get_by_role("link", name="Export").click()
    expect(page.get_by_role("checkbox", name="Reference number")).not_to_be_checked()


def test_ticked_tickets_come_alone(world: World, browse, tmp_path) -> None:
    page = browse(world.ana.user)
    page.goto(reverse("tickets:ticket_list"))
    page.get_by_role("row", name="The lift is stuck").get_by_role("checkbox").check()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("heading", name="Export 1 ticket")).to_be_visible()
    assert first_column(page, tmp_path) == ["Number", str(world.shared.pk)]
    assert AuditEntry.objects.get(code="export.made").data["rows"] == 1
