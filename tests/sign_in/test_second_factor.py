"""A second factor that a role requires: grace, what stays open without it, recovery codes, another app, the reset."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from helpdesk.sign_in import second_factor
from tests.factories import PASSWORD, UserFactory
from tests.personas import World
from tests.sign_in.test_sign_in import totp_code

pytestmark = pytest.mark.django_db

SET_UP = "/auth/2fa/"
CODES = "/auth/2fa/recovery-codes/"


@pytest.fixture
def required(settings) -> Iterator[None]:
    """As on a desk that is no demo."""
    settings.HELPDESK_SECOND_FACTOR_ROLES = ["administrator"]
    yield


def days_ago(user: User, days: int) -> None:
    User.objects.filter(pk=user.pk).update(second_factor_asked_at=timezone.now() - timedelta(days=days))


def set_up(user: User) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def confirm(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


# --- Of whom ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ([], ""),
        (["administrator"], "root"),
        (["manager"], "max"),
        (["agent"], "ana"),
        (["agent", "manager", "administrator"], "ana max root"),
    ],
)
def test_it_is_required_by_role(world: World, settings, wanted: list[str], asked: str) -> None:
    settings.HELPDESK_SECOND_FACTOR_ROLES = wanted
    people = ("ana", "max", "root", "carla", "ada")
    found = [name for name in people if second_factor.is_required_of(world.persona(name).user)]
    assert found == asked.split()


def test_whoever_can_open_the_administration_counts_as_an_administrator(required, db) -> None:
    assert second_factor.is_required_of(User.objects.create_superuser("boss@desk.example", "x"))


def test_an_agent_without_a_role_counts_as_an_agent(settings) -> None:
    user = User.objects.create_user("new@desk.example", is_staff=True)
    settings.HELPDESK_SECOND_FACTOR_ROLES = ["agent"]
    assert second_factor.is_required_of(user)


def test_where_nothing_is_required_nothing_is_asked_of_the_database(
    world: World, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        assert second_factor.standing_of(world.root.user) == second_factor.Standing()


# --- Grace -----------------------------------------------------------------------------
def test_during_the_days_of_grace_every_page_names_the_last_one(required, world: World) -> None:
    for page in ("/agent/tickets/", "/agent/contacts/", "/admin/"):
        text = world.root.client.get(page).content.decode()
        assert "Your role needs two-step sign-in" in text
        assert SET_UP in text
    asked_at = User.objects.get(pk=world.root.user.pk).second_factor_asked_at
    assert abs((timezone.now() - asked_at).total_seconds()) < 60
    assert "two-step sign-in. The last day" not in world.max.client.get("/agent/tickets/").content.decode()


def test_the_days_count_from_the_first_page_and_do_not_begin_anew(required, world: World) -> None:
    days_ago(world.root.user, 3)
    world.root.client.get("/agent/tickets/")
    user = User.objects.get(pk=world.root.user.pk)
    standing = second_factor.standing_of(user)
    assert standing.last_day == timezone.localdate() + timedelta(days=4)
    assert not standing.is_overdue


@pytest.mark.parametrize(("days", "overdue"), [(6, False), (7, False), (8, True)])
def test_the_last_day_is_a_whole_day(required, world: World, days: int, overdue: bool) -> None:
    days_ago(world.root.user, days)
    assert (world.root.client.get("/agent/tickets/").status_code == 302) == overdue


def test_without_grace_the_set_up_comes_first(required, world: World, settings) -> None:
    settings.HELPDESK_SECOND_FACTOR_GRACE_DAYS = 0
    assert world.root.client.get("/agent/")["Location"] == SET_UP


# --- After it ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/agent/",
        "/agent/tickets/",
        "/agent/contacts/",
        "/admin/",
        "/admin/core/user/",
        "/auth/sign-ins/",
    ],
)
def test_after_the_last_day_every_page_leads_to_the_set_up(required, world: World, page: str) -> None:
    days_ago(world.root.user, 8)
    assert world.root.client.get(page)["Location"] == SET_UP
    assert world.root.client.post(page)["Location"] == SET_UP
    fragment = world.root.client.get(page, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (200, SET_UP)
    assert fragment.content == b""


def test_the_set_up_and_the_way_out_stay_open(required, world: World) -> None:
    days_ago(world.root.user, 8)
    client = world.root.client
    page = client.get(SET_UP).content.decode()
    assert "to go on" in page
    assert reverse("account_logout") in page
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith("/auth/reauthenticate/")
    confirm(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.post("/language/", {"language": "ko"}).status_code == 302
    assert "advice" not in client.get("/readyz").json()
    assert client.post(reverse("account_logout"))["Location"] == "/auth/login/"


@pytest.mark.django_db(transaction=True)
def test_from_the_set_up_over_the_recovery_codes_to_the_desk(settings) -> None:
    settings.HELPDESK_SECOND_FACTOR_ROLES = ["administrator"]
    root = UserFactory(email="root@desk.example", role="administrator")
    days_ago(root, 8)
    client = Client()
    client.post("/auth/login/", {"login": "root@desk.example", "password": PASSWORD})
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    done = client.post(reverse("mfa_activate_totp"), {"code": totp_code(page.context["form"].secret)})
    assert done["Location"] == CODES
    assert client.get("/agent/tickets/")["Location"] == CODES, "the codes are to be kept first"
    assert client.get("/agent/tickets/", headers={"HX-Request": "true"})["HX-Redirect"] == CODES
    assert "I keep these codes somewhere" in client.get(CODES).content.decode()
    assert "10 of 10 are left" in client.get(CODES).content.decode()
    assert client.get(reverse("sign_in:recovery_codes_keep")).status_code == 405
    assert client.post(reverse("sign_in:recovery_codes_keep"))["Location"] == SET_UP
    assert client.get("/agent/tickets/").status_code == 200
    assert "I keep these codes somewhere" not in client.get(CODES).content.decode()
    told = client.get(SET_UP).content.decode()
    assert "10 recovery codes are left." in told
    assert "cannot be turned off" in told
    codes = AuditEntry.objects.filter(subject_id=root.pk).values_list("code", flat=True)
    assert {"user.second_factor_set", "user.recovery_codes_made"} <= set(codes)


# --- Recovery codes ----------------------------------------------------------------------
def test_the_page_says_how_many_codes_are_left_and_when_they_run_out(world: World) -> None:
    set_up(world.ana.user)
    codes = Authenticator.objects.get(user=world.ana.user, type="recovery_codes")
    page = world.ana.client.get(SET_UP).content.decode()
    assert "You have not said yet that you keep them somewhere." in page
    second_factor.keep_codes(world.ana.user, actor=world.ana.actor)
    for code in codes.wrap().get_unused_codes()[:7]:
        codes.wrap().validate_code(code)
    page = world.ana.client.get(SET_UP).content.decode()
    assert "3 recovery codes are left. Make new ones before they run out." in page


def test_nobody_else_says_that_codes_are_kept(world: World) -> None:
    set_up(world.ana.user)
    with pytest.raises(PermissionDenied):
        second_factor.keep_codes(world.ana.user, actor=world.root.actor)


# --- Switched off, replaced ----------------------------------------------------------------
def test_what_the_role_needs_cannot_be_switched_off(required, world: World) -> None:
    set_up(world.root.user)
    client = world.root.client
    confirm(client)
    off = reverse("mfa_deactivate_totp")
    assert "cannot be turned off" in client.get(off).content.decode()
    assert "cannot be turned off" in client.post(off).content.decode()
    assert Authenticator.objects.filter(user=world.root.user, type="totp").exists()


def test_whoever_need_not_have_it_switches_it_off(required, world: World) -> None:
    set_up(world.ana.user)
    confirm(world.ana.client)
    assert world.ana.client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=world.ana.user).exists()
    assert AuditEntry.objects.filter(code="user.second_factor_removed").count() == 1


def test_another_app_takes_the_place_of_the_one_there_is(required, world: World) -> None:
    set_up(world.root.user)
    client, address = world.root.client, reverse("sign_in:replace_app")
    assert client.get(address)["Location"].startswith("/auth/reauthenticate/")
    confirm(client)
    page = client.get(address)
    secret = page.context["form"].secret
    wrong = client.post(address, {"code": "000000"})
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert Authenticator.objects.get(user=world.root.user, type="totp").data["secret"] != secret
    assert client.post(address, {"code": totp_code(secret)})["Location"] == SET_UP
    assert Authenticator.objects.get(user=world.root.user, type="totp").data["secret"] == secret
    assert AuditEntry.objects.filter(code="user.second_factor_changed").count() == 1


def test_without_an_app_there_is_none_to_replace(world: World) -> None:
    confirm(world.ana.client)
    assert world.ana.client.get(reverse("sign_in:replace_app"))["Location"] == reverse("mfa_activate_totp")


# --- Reset ---------------------------------------------------------------------------------
def test_an_administrator_resets_it_for_somebody_else(
    world: World, django_capture_on_commit_callbacks
) -> None:
    set_up(world.ana.user)
    assert world.ana.client.get("/agent/tickets/").status_code == 200
    data = {"action": "reset_second_factor", "_selected_action": [world.ana.user.pk, world.max.user.pk]}
    with django_capture_on_commit_callbacks(execute=True):
        page = world.root.client.post(reverse("admin:core_user_changelist"), data, follow=True)
    assert "Reset for 1 person" in page.content.decode()
    assert not Authenticator.objects.filter(user=world.ana.user).exists()
    assert world.ana.client.get("/agent/tickets/")["Location"].startswith("/auth/login/")
    entry = AuditEntry.objects.get(code="user.second_factor_reset")
    assert (entry.actor_user, entry.subject_id) == (world.root.user, world.ana.user.pk)


@pytest.mark.parametrize(("language", "word"), [("en", "was reset"), ("ko", "초기화")])
def test_the_owner_is_told_by_letter(world: World, settings, language: str, word: str) -> None:
    settings.HELPDESK_PUBLIC_URL = "https://desk.example.com"
    User.objects.filter(pk=world.ana.user.pk).update(language=language)
    set_up(world.ana.user)
    second_factor.reset_second_factor(world.ana.user, actor=world.root.actor)
    (letter,) = mail.outbox
    assert letter.to == [world.ana.user.email]
    assert word in letter.subject
    assert "https://desk.example.com/auth/2fa/" in letter.body


def test_an_administrator_does_not_reset_their_own(world: World) -> None:
    set_up(world.root.user)
    with pytest.raises(second_factor.OwnSecondFactor):
        second_factor.reset_second_factor(world.root.user, actor=world.root.actor)
    data = {"action": "reset_second_factor", "_selected_action": [world.root.user.pk]}
    page = world.root.client.post(reverse("admin:core_user_changelist"), data, follow=True)
    assert "You cannot reset your own" in page.content.decode()
    assert Authenticator.objects.filter(user=world.root.user).count() == 2


def test_nor_a_superusers_and_then_nobodys(world: World) -> None:
    boss = User.objects.create_superuser("boss@desk.example", "x")
    set_up(boss)
    set_up(world.ana.user)
    data = {"action": "reset_second_factor", "_selected_action": [world.ana.user.pk, boss.pk]}
    page = world.root.client.post(reverse("admin:core_user_changelist"), data, follow=True)
    assert "Only a superuser" in page.content.decode()
    assert Authenticator.objects.count() == 4


@pytest.mark.parametrize("who", ["ana", "max", "carla"])
def test_nobody_but_administrators_resets_it(world: World, who: str) -> None:
    set_up(world.kim.user)
    with pytest.raises(PermissionDenied):
        second_factor.reset_second_factor(world.kim.user, actor=world.persona(who).actor)


def test_a_command_helps_the_last_administrator(world: World, capsys) -> None:
    set_up(world.root.user)
    call_command("reset_second_factor", world.root.user.email.upper())
    assert not Authenticator.objects.exists()
    assert "password alone" in capsys.readouterr().out
    assert AuditEntry.objects.get(code="user.second_factor_reset").actor_kind == "system"
    with pytest.raises(CommandError, match="has no two-step sign-in"):
        call_command("reset_second_factor", world.root.user.email)
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("reset_second_factor", "nobody@desk.example")


def test_after_a_reset_the_days_of_grace_do_not_begin_anew(required, world: World) -> None:
    set_up(world.root.user)
    days_ago(world.root.user, 30)
    second_factor.reset_second_factor(world.root.user, actor=Actor.system("tests"))
    client = world.root.new_client()
    assert client.get("/agent/tickets/")["Location"] == SET_UP


def test_the_list_of_people_says_who_has_it(world: World) -> None:
    set_up(world.ana.user)
    page = world.root.client.get(reverse("admin:core_user_changelist")).content.decode()
    assert page.count('class="field-second_factor"><img src="/static/admin/img/icon-yes') == 1


@pytest.mark.parametrize("name", ["mfa_authenticator", "usersessions_usersession"])
def test_secrets_have_no_page_in_the_admin(db, name: str) -> None:
    client = Client()
    client.force_login(
        User.objects.create_superuser("boss@desk.example", "x"),
        backend="helpdesk.sign_in.auth.AddressBackend",
    )
    assert client.get(f"/admin/{name.replace('_', '/')}/").status_code == 404
