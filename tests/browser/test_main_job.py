"""The main job, from a company's file to a colleague who finds the ticket, on a desk's screen and on a phone."""

import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from customers.models import Account, Contact
from tests.factories import AccountFactory, DepartmentFactory, UserFactory
from tickets.models import Ticket

ACCOUNT = "Riverside Plaza"
REQUESTER = "Nora Winter"
COLLEAGUE = "Quinn Tenant12"
SUBJECT = "The gate stays shut after six"


@pytest.fixture
def company_file(tmp_path: Path) -> Path:
    """A company's list of people, as it comes: no accounts in it, more under one letter than a page holds."""
    people = [("Nora", "Winter"), ("Anton", "Abel"), ("지수", "한")]
    people += [("Quinn", f"Tenant{number:02}") for number in range(1, 13)]
    lines = ["First Name,Last Name,E-mail"]
    lines += [f"{first},{last},{address(f'{first} {last}')}" for first, last in people]
    path = tmp_path / "people of riverside.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def address(name: str) -> str:
    return name.replace(" ", ".").lower().replace("지수.한", "jisoo.han") + "@riverside.example"


@pytest.fixture
def manager(transactional_db):
    AccountFactory(name=ACCOUNT)
    DepartmentFactory(name="Front desk")
    return UserFactory(name="Max", email="max@desk.example", role="manager")


def import_file(page: Page, path: Path) -> None:
    page.goto("/agent/imports/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^(Import|New import)")).first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload the file").click()
    expect(page.get_by_role("heading", name="Match columns")).to_be_visible()
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
    assert Contact.objects.count() == 0
    page.get_by_role("button", name="Import 15 rows").click()
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_text("Imported 15 of 15 rows.")).to_be_visible()


def open_people(page: Page) -> None:
    page.goto(f"/agent/accounts/{Account.objects.get(name=ACCOUNT).pk}/contacts/")


def tick(dialog: Locator, name: str) -> None:
    dialog.get_by_role("checkbox", name=re.compile(name)).check()
    expect(dialog.get_by_role("group", name="Selected")).to_contain_text(name)


def associate_two(page: Page, assert_accessible) -> None:
    """One found by search, the other by letter on the second page; the first stays ticked meanwhile."""
    open_people(page)
    page.get_by_role("link", name="Associate contacts").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").press_sequentially("winter", delay=20)
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    tick(dialog, REQUESTER)
    dialog.get_by_role("searchbox").fill("")
    expect(dialog.get_by_role("checkbox")).to_have_count(8)
    index = dialog.get_by_role("navigation", name="Contacts by first letter")
    expect(index.get_by_role("link", name="Z", exact=True)).to_have_count(0)
    index.get_by_role("link", name="Q", exact=True).click()
    expect(index.get_by_role("link", name="Q", exact=True)).to_have_attribute("aria-current", "true")
    expect(dialog.get_by_role("checkbox", name=re.compile(COLLEAGUE))).to_have_count(0)
    dialog.get_by_role("link", name="Next").click()
    tick(dialog, COLLEAGUE)
    expect(dialog.get_by_role("group", name="Selected")).to_contain_text(REQUESTER)
    assert_accessible(page)
    dialog.get_by_role("button", name="Associate 2 contacts").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    for name in (REQUESTER, COLLEAGUE):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def open_ticket(page: Page) -> Ticket:
    page.goto("/agent/tickets/new/")
    page.get_by_role("combobox", name="Requester").press_sequentially("nora", delay=20)
    page.get_by_role("option", name=re.compile(REQUESTER)).click()
    account = page.get_by_label("Account", exact=True)
    expect(account.locator("option:checked")).to_contain_text(ACCOUNT)
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("Message").fill("Every evening since Monday.")
    page.get_by_role("button", name="Create ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(SUBJECT)
    return Ticket.objects.get(subject=SUBJECT)


def sign_in_by_code(page: Page, email: str) -> None:
    mail.outbox.clear()
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    call_command("worker", once=True)
    (message,) = (message for message in mail.outbox if message.to == [email])
    (code,) = re.findall(r"\b\d{4}-?\d{4}\b", message.body)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1, name="Tickets")).to_be_visible()


def find_follow_reply(page: Page) -> None:
    page.get_by_role("searchbox").press_sequentially("gate", delay=20)
    expect(page).to_have_url(re.compile("q=gate"))
    row = page.get_by_role("listitem").filter(has_text=SUBJECT)
    row.get_by_role("button", name="Follow").click()
    expect(row.get_by_role("button", name="Following")).to_be_visible()
    row.get_by_role("link", name=SUBJECT).click()
    expect(page.get_by_role("region", name="Conversation")).to_contain_text("Every evening since Monday.")
    page.get_by_label("Your reply").fill("The same at the north side.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("region", name="Conversation")).to_contain_text("The same at the north side.")


def disassociate(page: Page, name: str) -> None:
    open_people(page)
    page.get_by_role("row").filter(has_text=name).hover()
    page.get_by_role("link", name=f"Remove {name} from {ACCOUNT}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("tickets keep their account")
    dialog.get_by_role("button", name=f"Remove {name}").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_from_a_file_to_a_colleague_who_finds_the_ticket(
    manager, company_file: Path, browse, assert_accessible, problems, size: str
) -> None:
    desk = browse(manager, size=size)
    import_file(desk, company_file)
    associate_two(desk, assert_accessible)
    ticket = open_ticket(desk)
    assert (ticket.contact.name, ticket.account.name) == (REQUESTER, ACCOUNT)

    colleague = browse(size=size)
    sign_in_by_code(colleague, address(COLLEAGUE))
    find_follow_reply(colleague)

    desk.goto(f"/agent/tickets/{ticket.pk}/")
    answer = desk.get_by_role("article", name=re.compile(COLLEAGUE))
    expect(answer).to_contain_text("The same at the north side.")

    disassociate(desk, COLLEAGUE)
    colleague.goto("/")
    expect(colleague.get_by_text(SUBJECT)).to_have_count(0)
    gone = colleague.goto(f"/tickets/{ticket.pk}/")
    assert gone.status == 404
    expect(colleague.get_by_text(SUBJECT)).to_have_count(0)
