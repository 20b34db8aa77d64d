"""Where somebody is signed in: the list, and every way to end a sign-in."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from customers.erasing.contacts import erase_contact
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from helpdesk.sign_in import sessions
from helpdesk.sign_in.identity import addresses_of
from tests.factories import PASSWORD
from tests.personas import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world: World) -> World:
    """Nobody is signed in yet."""
    world.close_sign_ins()
    return world


LIST = "/auth/sign-ins/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def browser(user: User, agent: str = WINDOWS, address: str = "192.0.2.1") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/auth/login/", {"login": addresses_of(user)[0], "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/auth/sign-ins/").status_code == 200


def rows(client: Client) -> list[sessions.SignIn]:
    return list(client.get(LIST).context["sign_ins"])


# --- The list ---------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["ana", "carla"])
def test_it_tells_device_address_and_times_and_which_is_this_one(world: World, who: str) -> None:
    user = world.persona(who).user
    here, phone = browser(user), browser(user, IPHONE, "2001:db8::9")
    phone.get("/")
    found = rows(here)
    assert [(row.device, row.address, row.is_current) for row in found] == [
        ("Chrome on Windows", "192.0.2.1", True),
        ("Safari on iPhone", "2001:db8::9", False),
    ]
    assert all(timezone.now() - row.since < timedelta(minutes=1) for row in found)
    page = here.get(LIST).content.decode()
    assert page.count("This one") == 1
    assert "Sign out everywhere else" in page
    assert "192.0.2.1" not in phone.get(LIST).content.decode().split("2001:db8::9")[0]


def test_nobody_sees_the_sign_ins_of_others(world: World) -> None:
    browser(world.max.user)
    assert len(rows(browser(world.ana.user))) == 1


def test_what_lets_nobody_in_any_more_is_not_listed(world: World) -> None:
    browser(world.ana.user)
    here, other = browser(world.ana.user), browser(world.ana.user)
    other.post("/auth/logout/")
    assert len(rows(here)) == 2
    new = {"oldpassword": PASSWORD, "password1": "an entirely new one", "password2": "an entirely new one"}
    here.post("/auth/password/change/", new)
    (left,) = rows(here)
    assert left.is_current


def test_since_when_outlasts_a_new_password(world: World) -> None:
    here = browser(world.ana.user)
    before = rows(here)[0].since
    new = {"oldpassword": PASSWORD, "password1": "an entirely new one", "password2": "an entirely new one"}
    here.post("/auth/password/change/", new)
    assert rows(here)[0].since == before


def test_a_sign_in_that_ran_out_is_forgotten(world: World) -> None:
    here = browser(world.ana.user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert sessions.open_sign_ins(world.ana.user, current=None) == []
    sessions.forget_ended()
    assert not UserSession.objects.exists()
    assert not is_in(here)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (WINDOWS, "Chrome on Windows"),
        (IPHONE, "Safari on iPhone"),
        (f"{WINDOWS} Edg/140.0", "Edge on Windows"),
        (f"{WINDOWS} Whale/4.33", "Whale on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S921N) Chrome/130.0 SamsungBrowser/28.0",
            "Samsung Internet on Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on macOS"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown browser"),
        ("<script>", "Unknown browser"),
    ],
)
def test_a_browser_is_told_in_plain_words(agent: str, device: str) -> None:
    assert sessions.device_in_words(agent) == device


def test_in_korean_the_system_comes_first() -> None:
    with translation.override("ko"):
        assert sessions.device_in_words(WINDOWS) == "Windows의 Chrome"


def test_a_foreign_name_of_a_browser_harms_nobody(world: World) -> None:
    here = browser(world.ana.user, agent="<script>alert(1)</script>\x00" + "x" * 5000)
    assert "<script>alert" not in here.get(LIST).content.decode()


# --- Seen -------------------------------------------------------------------------------
def test_being_seen_is_written_once_in_five_minutes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = browser(world.ana.user)
    here.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        for _page in range(5):
            here.get(LIST)
    assert not [query for query in captured if "UPDATE" in query["sql"]]
    old = timezone.now() - timedelta(hours=1)
    UserSession.objects.update(last_seen_at=old)
    monkeypatch.setattr(sessions, "_seen", sessions._Memo())
    here.get(LIST, REMOTE_ADDR="198.51.100.7")
    row = UserSession.objects.get(user=world.ana.user)
    assert row.last_seen_at > old
    assert row.ip == "198.51.100.7"


def test_a_sign_in_without_a_row_gets_one_at_its_next_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = browser(world.ana.user)
    UserSession.objects.all().delete()
    monkeypatch.setattr(sessions, "_seen", sessions._Memo())
    assert len(rows(here)) == 1


def test_visitors_leave_no_row(client: Client, db: None) -> None:
    client.get("/auth/login/")
    assert not UserSession.objects.exists()


# --- Ending -----------------------------------------------------------------------------
def test_one_is_ended_and_out_at_its_next_request(world: World) -> None:
    here, phone = browser(world.carla.user), browser(world.carla.user, IPHONE)
    (other,) = (row for row in rows(here) if not row.is_current)
    answer = here.post(reverse("sign_in:sign_in_end", args=[other.pk]), follow=True)
    assert "Signed out there" in answer.content.decode()
    assert not is_in(phone)
    assert is_in(here)
    assert phone.get("/", headers={"HX-Request": "true"}).status_code == 401
    entry = AuditEntry.objects.get(code="user.signed_out")
    assert (entry.actor_user, entry.data["number"]) == (world.carla.user, 1)


def test_ending_this_one_leads_to_the_sign_in_page(world: World) -> None:
    here = browser(world.ana.user)
    answer = here.post(reverse("sign_in:sign_in_end", args=[rows(here)[0].pk]))
    assert answer["Location"] == "/auth/login/"
    assert not is_in(here)


def test_somebody_elses_sign_in_cannot_be_ended(world: World) -> None:
    victim, here = browser(world.max.user), browser(world.ana.user)
    theirs = UserSession.objects.get(user=world.max.user)
    assert here.post(reverse("sign_in:sign_in_end", args=[theirs.pk])).status_code == 404
    assert is_in(victim)
    with pytest.raises(PermissionDenied):
        sessions.end_other_sign_ins(world.max.user, current=None, actor=world.ana.actor)


def test_everywhere_else(world: World) -> None:
    here, others = browser(world.ana.user), [browser(world.ana.user, IPHONE) for _number in range(3)]
    bystander = browser(world.max.user)
    answer = here.post(reverse("sign_in:sign_in_end_others"), follow=True)
    assert "3 sign-ins ended" in answer.content.decode()
    assert not any(is_in(other) for other in others)
    assert is_in(here)
    assert is_in(bystander)
    assert "Sign out everywhere else" not in here.get(LIST).content.decode()


def test_everywhere(world: World) -> None:
    here, other = browser(world.ana.user), browser(world.ana.user, IPHONE)
    assert here.post(reverse("sign_in:sign_in_end_all"))["Location"] == "/auth/login/"
    assert not is_in(here)
    assert not is_in(other)


@pytest.mark.parametrize("name", ["sign_in_end_others", "sign_in_end_all"])
def test_looking_ends_nothing(world: World, name: str) -> None:
    here = browser(world.ana.user)
    assert here.get(reverse(f"sign_in:{name}")).status_code == 405
    assert is_in(here)


# --- Through one address ------------------------------------------------------------------
def opened_through(user: User, key: str) -> Client:
    client = browser(user)
    session = client.session
    session[sessions.ADDRESS_KEY] = key
    session.save()
    return client


def test_those_opened_through_one_address_are_ended_and_no_others(world: World) -> None:
    gone, stays = (
        opened_through(world.carla.user, "old@kolm.example"),
        opened_through(world.carla.user, "carla"),
    )
    unknown, somebody = browser(world.carla.user), opened_through(world.kim.user, "old@kolm.example")
    assert sessions.end_sessions(world.carla.user, address_key="old@kolm.example") == 1
    assert [is_in(each) for each in (gone, stays, unknown, somebody)] == [False, True, True, True]
    assert sessions.end_sessions(world.carla.user, address_key="old@kolm.example") == 0
    assert sessions.end_sessions(world.carla.user) == 2
    assert not is_in(stays)


# --- People who go ------------------------------------------------------------------------
def test_whoever_is_erased_leaves_no_sign_in_behind(world: World) -> None:
    theirs, somebody = browser(world.carla.user), browser(world.kim.user)
    key = theirs.session.session_key
    erase_contact(world.carla.contact, actor=world.root.actor)
    assert not Session.objects.filter(session_key=key).exists()
    assert not UserSession.objects.filter(session_key=key).exists()
    assert is_in(somebody)
