"""Whose address is this? Every way to write an address differently, through every door.

For each: who gets a letter (the owner, at the address that is stored, or nobody), and who is signed in (the owner or
nobody). The rule behind it stands in `helpdesk.core.text.addresses` and `helpdesk.sign_in.identity`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from customers.administration.access import link_to_desk, link_user
from customers.administration.invitations import accept, invitations_for, invite
from customers.administration.matching import find_or_create_contact, match_contact
from customers.errors.administration import NobodyNamed
from customers.errors.records import AddressInUse, AddressOfDesk, NotAnAddress
from customers.imports.matching.problems import RowError
from customers.imports.matching.records import Parser
from customers.merging.contacts import merge_contacts
from customers.models import Contact, ContactMethod
from customers.services.contacts.changes import update_contact
from customers.services.methods.changes import add_method, change_method, remove_method
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.core.text.addresses import AddressRefused, address_key, read_address
from helpdesk.sign_in.identity import whose
from tests.factories import DESK, AccountFactory, ContactFactory, InvitationFactory, UserFactory
from tests.letters import sent_letters

pytestmark = pytest.mark.django_db
STORED = "Kirsti@Orrin-Support.example"
SHOWN = "Kirsti@orrin-support.example"
PASSWORD = "correct horse battery"
AGENT = Actor.channel("a workflow")

#: How an address may be written, and whether that is the same mailbox.
WRITTEN: dict[str, tuple[str, bool]] = {
    "as it is": (SHOWN, True),
    "lower case": (SHOWN.lower(), True),
    "upper case": (SHOWN.upper(), True),
    "blanks around it": (f"  {SHOWN}\t", True),
    "zero width space": ("Kirsti\u200b@orrin-support.example", True),
    "soft hyphen in the domain": ("kirsti@orrin-sup\u00adport.example", True),
    "direction mark at the end": (f"{SHOWN}\u202c", True),
    "trailing dot": (f"{SHOWN}.", True),
    "quotation marks": ('"kirsti"@orrin-support.example', True),
    "full width in the domain": ("kirsti@ｏrrin-support.example", True),
    "long s in the domain, which is s by UTS 46": ("kirsti@orrin-ſupport.example", True),
    "ideographic full stop": ("kirsti@orrin-support。example", True),
    "dotless i in the local part": ("kırsti@orrin-support.example", False),
    "dotless i in the domain": ("kirsti@orrın-support.example", False),
    "its A form": ("kirsti@xn--orrn-support-54b.example", False),
    "dotted capital i": ("kİrsti@orrin-support.example", False),
    "long s": ("kirſti@orrin-support.example", False),
    "Kelvin sign": ("\u212airsti@orrin-support.example", False),
    "full width": ("ｋirsti@orrin-support.example", False),
    "ligature": ("kirﬆi@orrin-support.example", False),
    "Cyrillic i": ("kіrsti@orrin-support.example", False),
    "Cyrillic in the domain": ("kirsti@оrrin-support.example", False),
    "combining mark": ("kirsti\u0301@orrin-support.example", False),
    "plus part": ("kirsti+x@orrin-support.example", False),
    "other quotation": ('"kir sti"@orrin-support.example', False),
    "dot in the local part": ("kir.sti@orrin-support.example", False),
    "subdomain": ("kirsti@mail.orrin-support.example", False),
    "two addresses": (f"mallory@evil.example,{SHOWN}", False),
    "line break": (f"mallory@evil.example\r\nBcc: {SHOWN}", False),
    "nul": ("kirsti\x00@orrin-support.example", True),
    "empty": ("", False),
}


@pytest.fixture(params=["contact", "staff"])
def owner(request: pytest.FixtureRequest) -> User:
    """Whoever the address belongs to: a contact with a sign-in, or somebody of the desk."""
    if request.param == "staff":
        return User.objects.create_user(STORED, PASSWORD, name="Kirsti", is_staff=True)
    user = User.objects.create_user(None, PASSWORD, name="Kirsti")
    link_user(ContactFactory(first_name="Kirsti", email=STORED), user, actor=DESK)
    return User.objects.get(pk=user.pk)


def letters() -> list[str]:
    """To whom there are letters, each once."""
    return sorted({address for letter in mail.outbox for address in letter.to})


def signed_in(client: Client) -> int | None:
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


# --- The doors that sign in --------------------------------------------------------------
def by_password(client: Client, address: str) -> None:
    client.post("/auth/login/", {"login": address, "password": PASSWORD})


def by_code(client: Client, address: str) -> None:
    client.post("/auth/login/code/", {"email": address})
    found = re.search(r"^(\d[\d-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE) if mail.outbox else None
    client.post("/auth/login/code/confirm/", {"code": found[1] if found else "0000-0000"})


def by_reset(client: Client, address: str) -> None:
    client.post(reverse("account_reset_password"), {"email": address})
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body)) if mail.outbox else None
    if found:
        form = client.get(found[1], follow=True)
        new = "an entirely new one"
        client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
        client.post("/auth/login/", {"login": SHOWN, "password": new})


DOORS: dict[str, Callable[[Client, str], None]] = {
    "password": by_password,
    "code": by_code,
    "reset": by_reset,
}


@pytest.mark.parametrize("door", DOORS)
def test_a_letter_goes_to_the_stored_owner_and_nobody_else_is_signed_in(owner: User, door: str) -> None:
    found, expected = {}, {}
    for number, (written, (address, is_same)) in enumerate(WRITTEN.items()):
        mail.outbox.clear()
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")  # a visitor each, as each has limits of their own
        DOORS[door](client, address)
        found[written] = (letters(), signed_in(client))
        may = is_same and not (door == "code" and owner.is_staff)
        is_written_to = is_same and door != "password"  # a code for the desk: it tells how to sign in there
        expected[written] = ([SHOWN] if is_written_to else [], owner.pk if may else None)
    assert found == expected


def test_the_function_knows_the_owner_by_one_mailbox(owner: User) -> None:
    found = {written: whose(address) for written, (address, _is_same) in WRITTEN.items()}
    known = {written: (each.user.pk, each.address) for written, each in found.items() if each}
    assert known == {written: (owner.pk, SHOWN) for written, (_address, same) in WRITTEN.items() if same}


# --- The doors that store ----------------------------------------------------------------
def by_service(address: str) -> str:
    return add_method(ContactFactory(), "email", address, actor=DESK).value_key


def by_correction(address: str) -> str:
    method = ContactFactory(email="other@x.example").methods.get()
    return change_method(method, address, actor=DESK).value_key


def by_new_contact(address: str) -> str:
    return ContactFactory(email=address or " ").methods.get().value_key


def by_page(address: str) -> str:
    """The field that is edited in place; what it refuses it says with 422."""
    contact, client = ContactFactory(email=""), Client()
    client.force_login(UserFactory(role="manager"), backend="helpdesk.sign_in.auth.AddressBackend")
    client.post(reverse("customers:method_add", args=[contact.pk]), {"kind": "email", "value": address})
    return "".join(contact.methods.values_list("value_key", flat=True))


def by_import(address: str) -> str:
    try:
        return "".join(Parser(["name", "email"]).parse(2, ["Somebody", address]).addresses)
    except RowError:
        return ""


def by_invitation(address: str) -> str:
    """Nobody learns whether an address is taken: it is invited by its key."""
    account = AccountFactory()
    try:
        invite(account, address, actor=DESK)
    except NobodyNamed:
        return ""
    return "".join(account.invitations.values_list("email_key", flat=True))


def by_administration(address: str) -> str:
    client = Client()
    client.force_login(UserFactory(role="administrator"), backend="helpdesk.sign_in.auth.AddressBackend")
    form = {"email": address, "name": "New", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/admin/core/user/add/", form)
    return "".join(User.objects.filter(name="New").values_list("email_key", flat=True))


#: Doors that store an address, and whether they say of one that is taken that it is.
STORING: dict[str, tuple[Callable[[str], str], bool]] = {
    "service": (by_service, True),
    "correction": (by_correction, True),
    "new contact": (by_new_contact, True),
    "page": (by_page, True),
    "administration": (by_administration, True),
    "import": (by_import, False),
    "invitation": (by_invitation, False),
}


def stored(door: str, address: str) -> str:
    """The key under which a door stores an address; empty when it refuses it, with a sentence."""
    try:
        with transaction.atomic():
            key = STORING[door][0](address)
            transaction.set_rollback(True)
    except (NotAnAddress, AddressInUse, AddressOfDesk) as refusal:
        assert refusal.message.endswith(".")
        return ""
    return key


@pytest.mark.parametrize("door", STORING)
def test_every_door_stores_an_address_under_its_one_key(door: str) -> None:
    keys = {written: stored(door, address) for written, (address, _is_same) in WRITTEN.items()}
    same = {written for written, key in keys.items() if key == SHOWN.lower()}
    # A cell and the field of invitations take several addresses, and read quotation marks as those of a list; a page
    # says of a NUL that it is one.
    several = {"two addresses", "line break", "quotation marks"}
    lists = {"import": several, "invitation": several, "page": {"nul"}}.get(door, set())
    assert same - lists == {written for written, (_address, is_same) in WRITTEN.items() if is_same} - lists
    others = {written: key for written, key in keys.items() if key and written not in same | lists}
    assert others == {written: address_key(WRITTEN[written][0]) for written in others}


@pytest.mark.parametrize("door", [door for door, (_store, tells) in STORING.items() if tells])
def test_nobody_else_gets_an_address_that_is_taken(owner: User, door: str) -> None:
    given = {written for written, (address, is_same) in WRITTEN.items() if is_same and stored(door, address)}
    assert given == set()
    assert whose(SHOWN).user.pk == owner.pk  # type: ignore[union-attr]


def test_a_ticket_finds_its_requester_by_one_mailbox() -> None:
    contact = ContactFactory(first_name="Kirsti", email=STORED)
    found = {
        written for written, (address, _same) in WRITTEN.items() if match_contact(email=address) == contact
    }
    assert found == {written for written, (_address, is_same) in WRITTEN.items() if is_same}
    assert find_or_create_contact(actor=DESK, name="Somebody", email=SHOWN.upper()) == contact


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@bu\u0308cher.example", "info@xn--bcher-kva.example"),
        ("info@XN--BCHER-KVA.example", "info@xn--bcher-kva.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("info@strasse.example", "info@strasse.example"),
        ("홍길동@한빛.example", "홍길동@xn--xx3br43b.example"),
        ("홍길동@한빛.example", "홍길동@xn--xx3br43b.example"),
        ("josé@x.example", "josé@x.example"),
        ("JOSÉ@x.example", "JOSÉ@x.example"),
        ("山田たろう@例え.jp", "山田たろう@xn--r8jz45g.jp"),
    ],
)
def test_one_form_for_each_mailbox(written: str, key: str) -> None:
    assert address_key(written) == key
    assert address_key(read_address(written).shown) == key


@pytest.mark.parametrize(
    "written",
    [
        *("admın@x.example", "сосо@x.example", "αdmin@x.example", "kim길@x.example", "ｋim@x.example"),
        *(
            "a@x.example@y.example",
            "@x.example",
            "kim@",
            "kim@-x.example",
            "kim@x..example",
            "ki m@x.example",
        ),
        "kim@x_y.example",
    ],
)
def test_what_could_be_taken_for_another_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        read_address(written)
    assert refusal.value.message.endswith(".")


def test_a_domain_that_looks_like_another_is_shown_in_its_ascii_form() -> None:
    assert read_address("chief@orrın.example").shown == "chief@xn--orrn-nza.example"


# --- Addresses that changed --------------------------------------------------------------
@dataclass
class Customer:
    """A contact with a sign-in and a password, and another contact to take addresses to."""

    contact: Contact
    user: User
    other: Contact


@pytest.fixture
def kim() -> Customer:
    user = User.objects.create_user(None, PASSWORD, name="Kim")
    contact = ContactFactory(first_name="Kim", email="kim@x.example")
    add_method(contact, "email", "kim@home.example", actor=DESK)
    link_user(contact, user, actor=DESK)
    return Customer(contact, user, ContactFactory(first_name="Lee", email="lee@x.example"))


def method_of(address: str) -> ContactMethod:
    return ContactMethod.objects.get(value_key=address)


def opens(address: str, door: str) -> int | None:
    client = Client()
    DOORS[door](client, address)
    return signed_in(client)


@pytest.mark.parametrize("address", ["kim@x.example", "kim@home.example"])
@pytest.mark.parametrize("door", ["password", "code"])
def test_any_address_that_stood_there_opens(kim: Customer, address: str, door: str) -> None:
    assert opens(address, door) == kim.user.pk


@pytest.mark.parametrize("door", DOORS)
def test_a_removed_address_opens_nothing(kim: Customer, door: str) -> None:
    remove_method(method_of("kim@x.example"), actor=DESK)
    assert opens("kim@x.example", door) is None
    assert letters() == []


def test_a_corrected_address_opens_by_code_and_then_by_password_and_the_old_one_nothing(
    kim: Customer,
) -> None:
    change_method(method_of("kim@x.example"), "kim@new.example", actor=DESK)
    assert opens("kim@x.example", "password") is None
    assert opens("kim@new.example", "password") is None
    assert opens("kim@new.example", "code") == kim.user.pk
    assert opens("kim@new.example", "password") == kim.user.pk


@pytest.mark.parametrize("door", ["password", "reset"])
def test_an_unconfirmed_address_opens_nothing_but_by_code(kim: Customer, door: str) -> None:
    add_method(kim.contact, "email", "mallory@x.example", actor=DESK)
    assert opens("mallory@x.example", door) is None
    assert "mallory@x.example" not in letters()
    assert opens("mallory@x.example", "code") == kim.user.pk


def test_a_removed_address_ends_the_sessions_that_it_opened(kim: Customer) -> None:
    here, there = Client(), Client()
    by_password(here, "kim@x.example")
    by_password(there, "kim@home.example")
    remove_method(method_of("kim@x.example"), actor=DESK)
    assert here.get("/profile/").status_code == 302
    assert there.get("/profile/").status_code == 200


def test_a_removed_address_kills_the_code_that_was_sent_to_it(kim: Customer) -> None:
    client = Client()
    client.post("/auth/login/code/", {"email": "kim@x.example"})
    code = re.search(r"^(\d[\d-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE)
    remove_method(method_of("kim@x.example"), actor=DESK)
    client.post("/auth/login/code/confirm/", {"code": code[1] if code else ""})
    assert signed_in(client) is None


def test_a_removed_address_kills_the_link_that_was_sent_to_it(kim: Customer) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "kim@x.example"})
    link = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    remove_method(method_of("kim@x.example"), actor=DESK)
    page = client.get(link[1] if link else "", follow=True).content.decode()
    assert "no longer works" in page


def test_a_moved_address_opens_what_its_new_owner_sees(kim: Customer) -> None:
    remove_method(method_of("kim@x.example"), actor=DESK)
    add_method(kim.other, "email", "kim@x.example", actor=DESK)
    assert opens("kim@x.example", "password") is None
    assert opens("kim@x.example", "code") == Contact.objects.get(pk=kim.other.pk).user_id


def test_a_merged_contacts_address_opens_the_survivor_once_it_is_confirmed(kim: Customer) -> None:
    merge_contacts(kim.contact, [kim.other], actor=DESK)
    assert opens("lee@x.example", "password") is None
    assert opens("lee@x.example", "code") == kim.user.pk
    assert opens("kim@x.example", "password") == kim.user.pk


def test_a_deactivated_contact_is_signed_in_by_nothing(kim: Customer) -> None:
    update_contact(kim.contact, {"is_active": False}, actor=DESK)
    for door in DOORS:
        assert opens("kim@x.example", door) is None
    assert letters() == []


# --- Somebody of the desk who is a contact too --------------------------------------------
def test_a_contact_never_opens_the_sign_in_of_somebody_of_the_desk() -> None:
    staff = UserFactory(email="ana@desk.example", role="administrator")
    contact = ContactFactory(first_name="Ana", email="ana@home.example")
    link_to_desk(contact, staff, actor=DESK)
    add_method(contact, "email", "mallory@evil.example", actor=DESK)
    for address in ("ana@home.example", "mallory@evil.example"):
        assert whose(address) is None
        for door in DOORS:
            assert opens(address, door) is None
    assert letters() == []


def test_who_is_linked_may_have_the_address_of_the_desk_as_a_contact() -> None:
    staff = UserFactory(email="ana@desk.example", role="agent")
    contact = ContactFactory(first_name="Ana")
    with pytest.raises(AddressOfDesk):
        add_method(contact, "email", "ana@desk.example", actor=DESK)
    link_to_desk(contact, staff, actor=DESK)
    assert add_method(contact, "email", "ANA@desk.example", actor=DESK).value_key == "ana@desk.example"
    assert whose("ana@desk.example").user == staff  # type: ignore[union-attr]


def test_an_administrator_is_not_made_with_a_contacts_address(admin_client: Client) -> None:
    ContactFactory(first_name="Carla", email="carla@x.example", accounts=[AccountFactory()])
    form = {"email": "CARLA@x.example", "name": "Mallory", "password1": PASSWORD, "password2": PASSWORD}
    page = admin_client.post("/admin/core/user/add/", form).content.decode()
    assert "has this address" in page
    assert not User.objects.filter(name="Mallory").exists()


# --- Who is told -------------------------------------------------------------------------
def told(change: Callable[[], object]) -> dict[str, str]:
    """The letters of a change: address → text."""
    change()
    return {letter.to[0]: str(letter.body) for letter in sent_letters()}


def test_a_new_address_is_told_to_those_that_opened_the_sign_in(kim: Customer) -> None:
    letters = told(lambda: add_method(kim.contact, "email", "mallory@x.example", actor=AGENT))
    assert letters.keys() == {"kim@x.example", "kim@home.example"}
    assert "added mallory@x.example" in letters["kim@x.example"]
    assert "opens nothing before a code" in letters["kim@home.example"]


def test_a_corrected_address_is_told_to_the_old_one(kim: Customer) -> None:
    letters = told(lambda: change_method(method_of("kim@x.example"), "kim@new.example", actor=AGENT))
    assert "from kim@x.example to kim@new.example" in letters["kim@x.example"]


def test_a_removed_address_is_told_to_itself_and_the_others(kim: Customer) -> None:
    letters = told(lambda: remove_method(method_of("kim@x.example"), actor=AGENT))
    assert letters.keys() == {"kim@x.example", "kim@home.example"}


def test_nobody_is_told_of_the_address_of_a_contact_who_never_signed_in(kim: Customer) -> None:
    assert told(lambda: add_method(kim.other, "email", "new@x.example", actor=AGENT)) == {}


def test_who_is_linked_to_a_contact_is_told() -> None:
    staff = UserFactory(email="ana@desk.example", role="agent")
    letters = told(lambda: link_to_desk(ContactFactory(first_name="Ana"), staff, actor=DESK))
    assert "are one person" in letters["ana@desk.example"]


def test_an_invitation_to_an_unconfirmed_address_is_nobodys_to_accept(kim: Customer) -> None:
    invitation = InvitationFactory(account=AccountFactory(), email="board@x.example")
    add_method(kim.contact, "email", "board@x.example", actor=DESK)
    assert invitations_for(kim.contact) == []
    with pytest.raises(PermissionDenied):
        accept(invitation, actor=Actor.for_user(User.objects.get(pk=kim.user.pk)))
    by_code(Client(), "board@x.example")
    assert invitations_for(kim.contact) == [invitation]
