"""One's own sign-in in a browser: the second factor from the first notice to the desk, and sign-ins that are ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from helpdesk.core.models import User
from tests.browser.looks import look_everywhere, picture
from tests.factories import PASSWORD
from tests.personas import World
from tests.sign_in.test_sign_in import totp_code

LOOKS = pytest.mark.parametrize(
    ("size", "language"), [("wide", "en"), ("phone", "ko")], ids=["wide-en", "phone-ko"]
)


def ask_since(user: User, days: int, language: str) -> None:
    asked_at = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(second_factor_asked_at=asked_at, language=language)


def seen(page: Page, name: str, language: str) -> None:
    picture(page, f"second-factor-{name}-{language}")
    assert look_everywhere(page) == []


@LOOKS
def test_during_the_days_of_grace_a_notice_leads_to_the_set_up(
    world: World, browse: Callable[..., Page], settings, size: str, language: str
) -> None:
    settings.HELPDESK_SECOND_FACTOR_ROLES = ["administrator"]
    ask_since(world.root.user, 3, language)
    page = browse(world.root.user, size=size, language=language)
    page.goto("/admin/")
    expect(page.locator(".messagelist a[href='/auth/2fa/']")).to_be_visible()
    page.goto("/agent/tickets/")
    seen(page, "due", language)
    page.locator(".notice a[href='/auth/2fa/']").click()
    expect(page.locator(".notice--warn")).to_be_visible()
    seen(page, "due-index", language)


@LOOKS
def test_after_the_last_day_one_sets_it_up_and_gets_to_the_desk(
    world: World, browse: Callable[..., Page], settings, size: str, language: str
) -> None:
    settings.HELPDESK_SECOND_FACTOR_ROLES = ["administrator"]
    ask_since(world.root.user, 8, language)
    page = browse(size=size, language=language)
    page.goto("/auth/login/")
    page.locator("#id_login").fill(world.root.user.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/auth/2fa/")
    seen(page, "overdue", language)
    page.goto("/agent/contacts/")
    page.wait_for_url("**/auth/2fa/")
    page.locator("a[href='/auth/2fa/totp/activate/']").click()
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/auth/2fa/totp/activate/")
    seen(page, "activate", language)
    page.locator("#id_code").fill(totp_code(page.locator("p .id").inner_text()))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/auth/2fa/recovery-codes/")
    expect(page.locator("ul.id li")).to_have_count(10)
    seen(page, "codes", language)
    page.goto("/agent/tickets/")
    page.wait_for_url("**/auth/2fa/recovery-codes/")
    page.locator("form[action$='/keep/'] button").click()
    page.wait_for_url("**/auth/2fa/")
    seen(page, "done", language)
    page.goto("/agent/tickets/")
    page.wait_for_url("**/agent/tickets/")


def test_a_sign_in_that_is_ended_is_out_and_keeps_what_was_typed(
    world: World, browse: Callable[..., Page], problems
) -> None:
    problems.allow("401")
    world.close_sign_ins()
    here, there = browse(world.ana.user), browse(world.ana.user, size="phone")
    there.goto("/agent/contacts/")
    here.goto("/agent/tickets/")
    here.get_by_text("Your menu:").locator("xpath=ancestor::summary").click()
    here.get_by_role("link", name="Where you are signed in").click()
    expect(here.locator(".signins__one")).to_have_count(2)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.locator(".signins__one")).to_have_count(1)
    expect(here.locator("[data-toast]")).to_contain_text("1 sign-in ended")
    there.get_by_role("searchbox").first.fill("carla")
    expect(there.get_by_role("heading", name="You are signed out")).to_be_visible()
    there.goto("/agent/contacts/")
    there.wait_for_url("**/auth/login/**")


def test_after_signing_out_back_shows_nothing(world: World, browse: Callable[..., Page]) -> None:
    page = browse(world.carla.user)
    page.goto(f"/tickets/{world.shared.pk}/")
    expect(page.get_by_role("heading", name=world.shared.subject)).to_be_visible()
    page.goto("/profile/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/auth/login/")
    page.go_back()
    page.wait_for_url("**/auth/login/**")
    page.go_back()
    expect(page.get_by_text(world.shared.subject)).to_have_count(0)
