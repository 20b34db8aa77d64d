"""Desks worth looking at: what each fills into the world of named people, and the addresses that show it.

`test_every_page` looks at every scene; the walks of a feature start from the same desks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.duplicates.search import search_on
from customers.merging.contacts import merge_contacts
from customers.models import Contact, SavedView
from customers.services.associations import Entry
from customers.services.methods.bouncing import mark_bouncing
from customers.services.saved_views import save_view
from helpdesk.core.models import Duty, Worker
from helpdesk.outbox.models import ChannelPause, Delivery
from tests.factories import (
    DESK,
    AccountFactory,
    ContactFactory,
    FailedTaskFactory,
    InvitationFactory,
    JoinRequestFactory,
    TicketFactory,
    text_file,
)
from tests.letters import write_letters
from tests.personas import Persona, World
from tickets.services.conversation import add_note, reply
from tickets.services.drafts import Place, Writing, save_draft
from tickets.services.following import follow
from tickets.services.lifecycle import assign, change_priority, change_status
from tickets.status_kinds import StatusKind

Pages = Iterator[tuple[str, str]]
"""The name of the persona who looks, and the address."""


@dataclass(frozen=True)
class Scene:
    """A desk, and what to look at in it."""

    fill: Callable[[World], None]
    pages: Callable[[World], Pages]
    shows: Sequence[str]
    """The names of the addresses: they need no other look."""

    @property
    def name(self) -> str:
        return self.fill.__name__


# --- Accounts ---------------------------------------------------------------------------
def accounts_of_every_kind(world: World) -> None:
    """One with children, somebody who is at the limit, and enough people for a second page of the dialog."""
    AccountFactory(name="Harbor Podium Retail", parent=world.harbor)
    many = [AccountFactory(name=f"Building {n:02}") for n in range(25)]
    ContactFactory(first_name="Knox", last_name="Lindgren", accounts=[Entry(account.pk) for account in many])
    ContactFactory(first_name="Kim", last_name="Joo-won")
    for n in range(10):
        ContactFactory(first_name="Katrin", last_name=f"Falk{n}", accounts=[world.far_away])


def pages_of_accounts(world: World) -> Pages:
    for name in ("detail", "contacts", "children", "activity", "edit", "delete"):
        yield "max", reverse(f"customers:account_{name}", args=[world.harbor.pk])
    yield "max", reverse("customers:account_list")
    yield "max", reverse("customers:contact_detail", args=[Contact.objects.get(first_name="Knox").pk])


# --- Contacts ---------------------------------------------------------------------------
def contacts_of_several_accounts(world: World) -> None:
    """Somebody who belongs to several accounts, and a name in Hangul."""
    group = AccountFactory(name="Hanbit Property Group")
    tower = AccountFactory(name="Hanbit Tower", parent=group)
    AccountFactory(name="Hanbit Annex B", parent=group)
    ContactFactory(
        first_name="Ji-soo",
        last_name="Han",
        email="jisoo@hanbit.example",
        phone="+82 2 555 0142",
        accounts=[
            Entry(tower.pk, "Facilities Director"),
            Entry(group.pk, "Board observer"),
            Entry(world.harbor.pk),
        ],
    )
    ContactFactory(first_name="도윤", last_name="박", email="doyun@hanbit.example", accounts=[tower])


def pages_of_contacts(world: World) -> Pages:
    jisoo = Contact.objects.get(first_name="Ji-soo")
    for name in ("detail", "data", "activity"):
        yield "max", reverse(f"customers:contact_{name}", args=[jisoo.pk])
    contacts = reverse("customers:contact_list")
    yield "max", contacts
    yield "max", f"{contacts}?account={world.harbor.pk}&letter=C"
    yield "max", f"{contacts}?q=zzzz"


# --- Views ------------------------------------------------------------------------------
def saved_views(world: World) -> None:
    """A view of one's own and one that is shared."""
    save_view("contact", {"name": "Korean speakers", "query": "language=ko"}, actor=world.ana.actor)
    fields = {"name": "시설 담당", "query": "role=administrator&sort=name", "audience": "desk"}
    save_view("contact", fields, actor=world.max.actor)


def pages_of_views(world: World) -> Pages:
    view = SavedView.objects.get(owner=world.ana.user)
    yield "ana", f"{view.get_absolute_url()}&q=a&columns=name&columns=reference&columns=email"
    yield "ana", reverse("customers:view_list", args=["contact"])
    yield "ana", reverse("customers:view_delete", args=["contact", view.pk])


# --- Data health ------------------------------------------------------------------------
def findings(world: World) -> None:
    """Three who share a phone, one who has no account yet, and an address that bounces."""
    for name in ("Kim Ha-eun", "Kim Haeun", "김하은"):
        ContactFactory(
            first_name="",
            last_name=name,
            phone="+82 2 555 0101",
            accounts=[world.harbor, world.far_away],
        )
    ContactFactory(first_name="", last_name="Lost", email="lost@harbor.example")
    mark_bouncing("carla@people.example", actor=DESK, reason="550 5.1.1 No such user")
    search_on(settled=timedelta(0))


def pages_of_findings(world: World) -> Pages:
    for name in ("health", "health_domains", "health_phones", "health_bouncing", "duplicate_list"):
        yield "max", reverse(f"customers:{name}")
    yield "ana", world.carla.contact.get_absolute_url()


# --- Merging ----------------------------------------------------------------------------
def doubles(world: World) -> None:
    """Two contacts who have one account too many between them."""
    accounts = [AccountFactory(name=f"Tower {n:02}") for n in range(27)]
    ContactFactory(
        first_name="Daniel",
        last_name="Osei",
        email="d.osei@alderfinch.example",
        phone="+44 20 7946 0191",
        notes="Prefers calls.",
        external_id="Z-1",
        accounts=accounts[:20],
    )
    ContactFactory(
        first_name="D.",
        last_name="Osei",
        email="daniel@osei.example",
        phone="+44 7700 900127",
        notes="Writes.",
        external_id="Z-2",
        accounts=accounts[19:],
    )


def pages_of_doubles(world: World) -> Pages:
    one, other = Contact.objects.get(first_name="Daniel"), Contact.objects.get(first_name="D.")
    page = reverse("customers:contact_merge", args=[one.pk])
    yield "max", page
    yield "max", f"{page}?with={other.pk}"
    yield "max", f"{page}?with={other.pk}&with={world.zoe.contact.pk}"
    yield "max", f"{reverse('customers:account_merge', args=[world.harbor.pk])}?with={world.far_away.pk}"
    merge = merge_contacts(world.carla.contact, [world.kim.contact], actor=DESK)
    yield "max", reverse("customers:merge_detail", args=[merge.pk])
    yield "max", world.carla.contact.get_absolute_url()


# --- Tickets ----------------------------------------------------------------------------
def a_conversation(world: World) -> None:
    """A ticket with everything that a conversation can hold, and others beside it."""
    ana, ticket = world.ana.actor, world.shared
    assign(ticket, world.max.user, actor=ana)
    change_priority(ticket, "urgent", actor=ana)
    reply(
        ticket, "Hello Carla, **which** floor is it?\n\n- the upper\n- the lower", actor=ana, status="pending"
    )
    reply(
        ticket, "Floor `9`, see the picture.", actor=world.carla.actor, attachments=[text_file("panel.txt")]
    )
    add_note(ticket, "Spare part ordered, do not promise a date.", actor=world.max.actor)
    for subject in ("Visitor badges print with last week’s date", "주차장 번호판 인식이 야간에만 실패합니다"):
        TicketFactory(contact=world.kim.contact, subject=subject)
    change_status(world.strangers, "solved", actor=ana)


def half_written(who: Persona, place: Place, **fields: str) -> None:
    """A draft that stands in the form."""
    text = {"body": "The fitter comes on Monday, and", **fields}
    save_draft(Writing(place, text), actor=who.actor)


def pages_of_tickets(world: World) -> Pages:
    half_written(world.ana, Place("note", world.shared))
    half_written(world.ana, Place("ticket", contact=world.bo.contact), subject="Keys for the roof")
    tickets = reverse("tickets:ticket_list")
    yield "ana", tickets
    yield "ana", reverse("tickets:ticket_detail", args=[world.shared.pk])
    yield "ana", reverse("tickets:ticket_create")
    yield "ana", f"{reverse('tickets:ticket_create')}?contact={world.bo.contact.pk}"
    yield "ana", f"{reverse('tickets:search')}?q=a"
    yield "ana", reverse("tickets:contact_tickets", args=[world.carla.contact.pk])
    yield "ana", reverse("tickets:account_tickets", args=[world.harbor.pk])
    yield "ana", f"{reverse('tickets:ticket_contact', args=[world.shared.pk])}?q=o"
    yield "ana", f"{tickets}?view=all&q=zzzz"


# --- The help center --------------------------------------------------------------------
def a_help_center_in_use(world: World) -> None:
    """Something in every section, and a conversation with a file and a formatted answer."""
    reply(
        world.shared,
        "Is anybody **in** the lift?\n\n1. yes\n2. no\n\n`E-217`",
        actor=world.ana.actor,
        attachments=[text_file()],
        status=StatusKind.PENDING,
    )
    TicketFactory(contact=world.carla.contact, subject="로비 출입 게이트가 열리지 않습니다", status="on_hold")
    solved = TicketFactory(contact=world.kim.contact, subject="Light in the cellar")
    change_status([solved], StatusKind.SOLVED, actor=world.ana.actor)


def pages_of_the_help_center(world: World) -> Pages:
    half_written(world.bo, Place("customer_reply", world.shared))
    half_written(world.bo, Place("customer_ticket"))
    for address in (
        "/",
        "/?status=older",
        "/?q=nothing+like+this",
        f"/tickets/{world.shared.pk}/",
        "/profile/",
    ):
        yield "bo", address
    yield "bo", f"/tickets/new/?account={world.harbor.pk}&subject=lift+is+stuck"
    type(world.harbor).objects.filter(pk=world.harbor.pk).update(sharing="see")
    yield "kim", f"/tickets/{world.shared.pk}/"
    yield "kim", f"/tickets/{world.private.pk}/"


def a_team(world: World) -> None:
    """Somebody invited, somebody who asks to join, and a long name that is deactivated."""
    InvitationFactory(account=world.harbor, email="tom.veldkamp@harbor.example", invited_by=world.ada.user)
    JoinRequestFactory(account=world.harbor)
    Contact.objects.filter(pk=world.kim.contact.pk).update(
        is_active=False, first_name="Maximiliane-Alexandra", last_name="von und zu Hohenstein-Wildenburg"
    )


def pages_of_a_team(world: World) -> Pages:
    team = f"/team/{world.harbor.pk}/"
    for part in ("", "invite/", "details/", "acting/", "activity/", "export/"):
        yield "ada", team + part
    yield "ada", f"{team}acting/{world.bo.contact.pk}/end/"
    for verb in ("", "demote/", "remove/", "deactivate/", "left/"):
        yield "ada", f"{team}people/{world.carla.contact.pk}/{verb}"
    yield "ada", f"{team}people/{world.ada.contact.pk}/demote/"


# --- One's own sign-in ------------------------------------------------------------------
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def sign_ins_in_several_places(world: World) -> None:
    """Carla is signed in on three devices, one with a long address, and has an app with few recovery codes left."""
    for agent, address in ((WINDOWS, "203.0.113.87"), (IPHONE, "2001:db8:1234:5678:9abc:def0:1234:5678")):
        client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
        client.force_login(world.carla.user, backend="helpdesk.sign_in.auth.AddressBackend")
        client.get("/")
    TOTP.activate(world.carla.user, generate_totp_secret())
    codes = RecoveryCodes.activate(world.carla.user)
    for code in codes.get_unused_codes()[:8]:
        codes.validate_code(code)


def pages_of_sign_ins(world: World) -> Pages:
    yield "max", reverse("sign_in:sign_in_list")
    yield "carla", reverse("sign_in:sign_in_list")
    yield "carla", reverse("mfa_index")


# --- Background work -----------------------------------------------------------------------
def letters_in_every_state(world: World) -> None:
    """One that left, one refused, one tried again, one given up; a failed task and duty; a worker and a dead one."""
    now = timezone.now()
    follow(world.shared, actor=world.kim.actor)
    message = reply(world.shared, "The engineer comes at ten.", actor=world.ana.actor)
    waiting = reply(world.strangers, "Which floor?", actor=world.ana.actor)
    old = reply(world.private, "Thanks", actor=world.ana.actor)
    write_letters()
    rows = Delivery.objects.about("tickets.message", [message.pk])
    rows.filter(address="kim@people.example").update(state="sent", ended_at=now)
    refused = {
        "state": "refused",
        "answer": "550 5.1.1 <carla@people.example>: Recipient address rejected",
        "ended_at": now,
    }
    rows.filter(address="carla@people.example").update(**refused)
    later = {
        "attempts": 3,
        "answer": "451 4.7.1 Greylisted, try again later",
        "next_at": now + timedelta(minutes=2),
    }
    Delivery.objects.about("tickets.message", [waiting.pk]).update(**later)
    given_up = {"state": "given_up", "reason": "unreachable", "ended_at": now}
    Delivery.objects.about("tickets.message", [old.pk]).update(**given_up)
    world.carla.contact.methods.filter(kind="email").update(bouncing_since=now)
    FailedTaskFactory()
    Duty.objects.create(
        name="duplicates.search", due_at=now, failed_at=now, failure="ValueError: too many values to unpack"
    )
    Worker.objects.create(name="a", host="desk-1.internal.example", pid=4211)
    Worker.objects.create(
        name="b", host="desk-2.internal.example", pid=977, seen_at=now - timedelta(minutes=3)
    )
    ChannelPause.objects.create(
        failures=2, answer="ConnectionRefusedError: [Errno 111] Connection refused", until=now
    )


def pages_of_letters(world: World) -> Pages:
    yield "root", reverse("outbox:background")
    yield "root", reverse("outbox:letters")
    yield "root", f"{reverse('outbox:letters')}?state=failed"
    yield "root", f"{reverse('outbox:letters')}?state=cancelled"
    yield "ana", reverse("tickets:ticket_detail", args=[world.shared.pk])
    yield "ana", f"{reverse('tickets:ticket_list')}?view=all"


SCENES = (
    Scene(
        letters_in_every_state,
        pages_of_letters,
        ["outbox:background", "outbox:letters", "tickets:ticket_detail", "tickets:ticket_list"],
    ),
    Scene(
        accounts_of_every_kind,
        pages_of_accounts,
        [
            *(
                f"customers:account_{name}"
                for name in ("detail", "contacts", "children", "activity", "edit", "delete", "list")
            ),
            "customers:contact_detail",
        ],
    ),
    Scene(
        contacts_of_several_accounts,
        pages_of_contacts,
        [f"customers:contact_{name}" for name in ("detail", "data", "activity", "list")],
    ),
    Scene(
        saved_views,
        pages_of_views,
        ["customers:contact_list", "customers:view_list", "customers:view_delete"],
    ),
    Scene(
        findings,
        pages_of_findings,
        [
            *(f"customers:health{name}" for name in ("", "_domains", "_phones", "_bouncing")),
            "customers:duplicate_list",
            "customers:contact_detail",
        ],
    ),
    Scene(
        doubles,
        pages_of_doubles,
        [
            "customers:contact_merge",
            "customers:account_merge",
            "customers:merge_detail",
            "customers:contact_detail",
        ],
    ),
    Scene(
        a_conversation,
        pages_of_tickets,
        [
            *(f"tickets:ticket_{name}" for name in ("list", "detail", "create", "contact")),
            *("tickets:search", "tickets:contact_tickets", "tickets:account_tickets"),
        ],
    ),
    Scene(
        a_help_center_in_use,
        pages_of_the_help_center,
        [f"portal:{name}" for name in ("home", "ticket_detail", "ticket_create", "profile")],
    ),
    Scene(
        a_team,
        pages_of_a_team,
        [
            "portal:team",
            *(
                f"portal:team_{name}"
                for name in ("invite", "details", "acting", "activity", "export", "acting_end")
            ),
            *(f"portal:team_{name}" for name in ("person", "demote", "remove", "deactivate", "leaver")),
        ],
    ),
    Scene(sign_ins_in_several_places, pages_of_sign_ins, ["sign_in:sign_in_list", "mfa_index"]),
)
