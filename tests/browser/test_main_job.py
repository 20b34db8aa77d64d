"""The main job, from a company's file to a colleague who finds the ticket.

The same walk with the keyboard alone, and with a finger on a phone, where axe looks at every page on the way. The
mouse, with which all other walks are made, walks it in the full trials.
"""

import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import expect

from customers.models import Contact
from tests.browser.hands import Finger, Keyboard, Mouse
from tests.factories import AccountFactory, DepartmentFactory, UserFactory
from tests.trials import FULL
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


def import_file(hand: Mouse, path: Path) -> None:
    page = hand.page
    hand.go("Imports")
    hand.look()
    hand.press(page.get_by_role("main").get_by_role("link", name=re.compile("^(Import|New import)")))
    hand.give(page.locator("input[type=file]"), path)
    hand.look()
    hand.press(page.get_by_role("button", name="Upload the file"))
    expect(page.get_by_role("heading", name="Match columns")).to_be_visible()
    hand.look()
    hand.press(page.get_by_role("button", name="Preview changes"))
    expect(page.get_by_role("main").get_by_text("Nothing has been changed yet.")).to_be_visible()
    hand.look()
    assert Contact.objects.count() == 0
    hand.press(page.get_by_role("button", name="Import 15 rows"))
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_role("main").get_by_text("Imported 15 of 15 rows.")).to_be_visible()
    hand.look()


def open_people(hand: Mouse) -> None:
    hand.go("Accounts", keys="g a")
    expect(hand.page.get_by_role("heading", level=1, name="Accounts")).to_be_visible()
    hand.look()
    hand.press(hand.page.get_by_role("main").get_by_role("link", name=ACCOUNT, exact=True), keys="j Enter")
    expect(hand.page.get_by_role("heading", level=1, name=ACCOUNT)).to_be_visible()
    hand.look()
    hand.press(hand.page.get_by_role("main").get_by_role("link", name=re.compile("^Contacts")))
    expect(hand.page.get_by_role("link", name="Associate contacts")).to_be_visible()
    hand.look()


def tick(hand: Mouse, name: str) -> None:
    dialog = hand.page.get_by_role("dialog")
    hand.tick(dialog.get_by_role("checkbox", name=re.compile(name)))
    expect(dialog.get_by_role("group", name="Selected")).to_contain_text(name)


def turn_to_second_page_of_q(hand: Mouse) -> None:
    dialog = hand.page.get_by_role("dialog")
    index = dialog.get_by_role("navigation", name="Contacts by first letter")
    expect(index.get_by_role("button", name="Z", exact=True)).to_have_count(0)
    letter = index.get_by_role("button", name="Q", exact=True)
    hand.press(letter)
    expect(letter).to_have_attribute("aria-current", "true")
    expect(dialog.get_by_role("checkbox", name=re.compile(COLLEAGUE))).to_have_count(0)
    hand.press(dialog.get_by_role("button", name="Next"))


def associate_two(hand: Mouse) -> None:
    """One found by search, the other by letter on the second page; the first stays ticked meanwhile."""
    page = hand.page
    open_people(hand)
    opener, dialog = page.get_by_role("link", name="Associate contacts"), page.get_by_role("dialog")
    hand.press(opener)
    expect(dialog).to_be_visible()
    hand.leave(dialog)
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    hand.press(opener)
    hand.write(dialog.get_by_role("searchbox"), "winter")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    tick(hand, REQUESTER)
    hand.write(dialog.get_by_role("searchbox"), "")
    expect(dialog.get_by_role("checkbox")).to_have_count(8)
    turn_to_second_page_of_q(hand)
    tick(hand, COLLEAGUE)
    expect(dialog.get_by_role("group", name="Selected")).to_contain_text(REQUESTER)
    hand.look()
    hand.press(dialog.get_by_role("button", name="Associate 2 contacts"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    for name in (REQUESTER, COLLEAGUE):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    hand.look()


def open_ticket(hand: Mouse) -> Ticket:
    page = hand.page
    hand.go("Tickets", keys="g t")
    hand.look()
    hand.press(page.get_by_role("main").get_by_role("link", name="New ticket"), keys="n")
    requester = page.get_by_role("combobox", name="Requester")
    expect(requester).to_be_visible()
    hand.look()
    hand.pick(requester, "nora", page.get_by_role("option", name=re.compile(REQUESTER)))
    account = page.get_by_label("Account", exact=True)
    expect(account.locator("option:checked")).to_contain_text(ACCOUNT)
    hand.write(page.get_by_label("Subject"), SUBJECT)
    hand.write(page.get_by_label("Message"), "Every evening since Monday.")
    hand.press(page.get_by_role("button", name="Create ticket"), keys="Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(SUBJECT)
    hand.look()
    return Ticket.objects.get(subject=SUBJECT)


def code_sent_to(email: str) -> str:
    call_command("worker", once=True)
    (message,) = (message for message in mail.outbox if message.to == [email])
    (code,) = re.findall(r"\b\d{4}-?\d{4}\b", message.body)
    return code


def sign_in_by_code(hand: Mouse, email: str) -> None:
    page = hand.page
    mail.outbox.clear()
    page.goto("/")
    hand.look()
    hand.write(page.get_by_label("Email"), email)
    hand.press(page.get_by_role("button", name="Send me a code"))
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    hand.look()
    hand.write(page.get_by_label("Code"), code_sent_to(email))
    hand.press(page.get_by_role("button", name="Sign in"))
    expect(page.get_by_role("heading", level=1, name="Tickets")).to_be_visible()
    hand.look()


def find_and_follow(hand: Mouse) -> None:
    page = hand.page
    hand.write(page.get_by_role("searchbox"), "gate")
    expect(page).to_have_url(re.compile("q=gate"))
    row = page.get_by_role("listitem").filter(has_text=SUBJECT)
    hand.press(row.get_by_role("button", name="Follow"))
    expect(row.get_by_role("button", name="Following")).to_be_visible()
    hand.look()
    hand.press(row.get_by_role("link", name=SUBJECT))


def reply(hand: Mouse, text: str) -> None:
    page = hand.page
    conversation = page.get_by_role("region", name="Conversation")
    expect(conversation).to_contain_text("Every evening since Monday.")
    hand.look()
    hand.write(page.get_by_label("Your reply"), text)
    hand.press(page.get_by_role("button", name="Send reply"))
    expect(conversation).to_contain_text(text)
    hand.look()


def read_reply(hand: Mouse, text: str) -> None:
    page = hand.page
    hand.go("Tickets", keys="g t")
    hand.press(page.get_by_role("main").get_by_role("link", name=SUBJECT), keys="j Enter")
    expect(page.get_by_role("article", name=re.compile(COLLEAGUE))).to_contain_text(text)
    hand.look()


def disassociate(hand: Mouse, name: str) -> None:
    page = hand.page
    open_people(hand)
    hand.show(page.get_by_role("row").filter(has_text=name))
    hand.press(page.get_by_role("link", name=f"Remove {name} from {ACCOUNT}"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("tickets keep their account")
    hand.look()
    hand.press(dialog.get_by_role("button", name=f"Remove {name}"))
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    hand.look()


@pytest.mark.long
@pytest.mark.parametrize("kind", [Mouse, Keyboard, Finger] if FULL else [Keyboard, Finger])
def test_from_a_file_to_a_colleague_who_finds_the_ticket(
    manager, company_file: Path, browse, assert_accessible, kind: type[Mouse]
) -> None:
    desk = kind(browse(manager, size=kind.size), assert_accessible)
    desk.page.goto("/agent/")
    import_file(desk, company_file)
    associate_two(desk)
    ticket = open_ticket(desk)
    assert (ticket.contact.name, ticket.account.name) == (REQUESTER, ACCOUNT)

    colleague = kind(browse(size=kind.size), assert_accessible)
    sign_in_by_code(colleague, address(COLLEAGUE))
    find_and_follow(colleague)
    reply(colleague, "The same at the north side.")
    read_reply(desk, "The same at the north side.")

    disassociate(desk, COLLEAGUE)
    colleague.press(colleague.page.get_by_role("navigation").get_by_role("link", name="Tickets"))
    expect(colleague.page.get_by_text(SUBJECT)).to_have_count(0)
    gone = colleague.page.goto(f"/tickets/{ticket.pk}/")
    assert gone.status == 404
    expect(colleague.page.get_by_text(SUBJECT)).to_have_count(0)
