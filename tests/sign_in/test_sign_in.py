"""Signing in: one page for agents and contacts, by password or by an e-mailed code; nobody learns who is known."""

import re
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import reverse

from customers.administration.access import link_user
from customers.services.methods.changes import add_method, remove_method
from helpdesk.core.models import User
from helpdesk.sign_in.identity import whose
from tests.factories import DESK, ContactFactory

PASSWORD = "correct horse battery"
SIGN_IN = "/auth/login/"
ASK_FOR_CODE = "/auth/login/code/"
ENTER_CODE = "/auth/login/code/confirm/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    return User.objects.create_user("ana@desk.example", PASSWORD, name="Ana", is_staff=True)


@pytest.fixture
def customer() -> User:
    """A contact's user, found by either of the contact's two addresses."""
    user = User.objects.create_user(None, PASSWORD, name="Carla")
    contact = ContactFactory(first_name="Carla", email="carla@kolm.example")
    add_method(contact, "email", "carla@home.example", actor=DESK)
    link_user(contact, user, actor=DESK)
    return User.objects.get(pk=user.pk)


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def sign_in_and_confirm(client: Client, email: str) -> None:
    """Changing the second factor asks for the password once more."""
    sign_in(client, email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def signed_in_as(client: Client) -> int | None:
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


def code_in_mail() -> str:
    found = re.search(r"^(\d[\d-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


# --- by password ---------------------------------------------------------------


def test_one_page_serves_both_and_offers_a_code(client: Client) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert 'type="password"' in page
    assert f'formaction="{ASK_FOR_CODE}"' in page
    assert "style=" not in page


def test_an_agent_arrives_in_the_workspace(client: Client, agent: User) -> None:
    assert sign_in(client, "ana@desk.example")["Location"] == "/agent/"
    assert signed_in_as(client) == agent.pk


def test_an_agent_who_came_by_the_front_door_still_arrives_in_the_workspace(
    client: Client, agent: User
) -> None:
    assert sign_in(client, "ana@desk.example", next="/")["Location"] == "/agent/"


def test_a_customer_arrives_in_the_help_center(client: Client, customer: User) -> None:
    assert sign_in(client, "Carla@Kolm.example")["Location"] == "/"
    assert signed_in_as(client) == customer.pk


def test_the_page_asked_for_is_reached(client: Client, agent: User) -> None:
    assert sign_in(client, "ana@desk.example", next="/agent/tickets/")["Location"] == "/agent/tickets/"


def test_another_sites_page_is_not(client: Client, agent: User) -> None:
    assert sign_in(client, "ana@desk.example", next="https://evil.example/")["Location"] == "/agent/"


@pytest.mark.parametrize("email", ["ana@desk.example", "nobody@desk.example"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(
    client: Client, agent: User, email: str
) -> None:
    response = sign_in(client, email, "wrong")
    assert response.status_code == 200
    assert "That email and password do not match." in response.content.decode()
    assert signed_in_as(client) is None


def test_passwords_cannot_be_tried_for_ever(client: Client, agent: User) -> None:
    for _attempt in range(5):
        sign_in(client, "ana@desk.example", "wrong")
    assert "Too many tries" in sign_in(client, "ana@desk.example").content.decode()
    assert signed_in_as(client) is None


def test_one_address_of_the_net_cannot_try_for_ever(client: Client) -> None:
    answers = [sign_in(client, f"n{number}@desk.example", "wrong").status_code for number in range(31)]
    assert answers[-1] == 429


def test_a_closed_sign_in_stays_closed(client: Client, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(is_active=False)
    sign_in(client, "ana@desk.example")
    assert signed_in_as(client) is None


@pytest.mark.parametrize(("remember", "seconds"), [("on", 14 * 24 * 3600), ("", None)])
def test_staying_signed_in_is_a_choice(
    client: Client, agent: User, remember: str, seconds: int | None
) -> None:
    sign_in(client, "ana@desk.example", remember=remember)
    assert client.session.get_expire_at_browser_close() is (seconds is None)
    if seconds:
        assert client.session.get_expiry_age() == seconds


# --- by code -------------------------------------------------------------------


def test_a_customer_signs_in_by_code(client: Client, customer: User) -> None:
    answer = client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    assert answer["Location"] == ENTER_CODE
    assert mail.outbox[-1].to == ["carla@kolm.example"]
    assert client.post(ENTER_CODE, {"code": code_in_mail()})["Location"] == "/"
    assert signed_in_as(client) == customer.pk


def test_the_second_button_of_the_sign_in_page_asks_for_a_code(client: Client, customer: User) -> None:
    answer = client.post(ASK_FOR_CODE, {"login": "carla@kolm.example", "password": ""})
    assert answer["Location"] == ENTER_CODE


def test_any_address_of_the_contact_will_do(client: Client, customer: User) -> None:
    client.post(ASK_FOR_CODE, {"email": "carla@home.example"})
    assert mail.outbox[-1].to == ["carla@home.example"]
    client.post(ENTER_CODE, {"code": code_in_mail()})
    assert signed_in_as(client) == customer.pk


def test_an_address_taken_from_the_contact_finds_nobody(client: Client, customer: User) -> None:
    client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    client.post(ENTER_CODE, {"code": code_in_mail()})
    client.logout()
    remove_method(customer.contact.methods.get(value="carla@kolm.example"), actor=DESK)
    del mail.outbox[:]
    client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    assert mail.outbox == []


def test_the_code_leads_to_the_page_asked_for(client: Client, customer: User) -> None:
    query = urlencode({"next": "/tickets/7/"})
    answer = client.post(f"{ASK_FOR_CODE}?{query}", {"email": "carla@kolm.example"})
    assert (
        client.post(answer["Location"], {"code": code_in_mail(), "next": "/tickets/7/"})["Location"]
        == "/tickets/7/"
    )


def test_a_wrong_code_is_told_and_counted(client: Client, customer: User) -> None:
    client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    right = code_in_mail()
    answer = client.post(ENTER_CODE, {"code": "0000-0000"})
    assert "That code does not match." in answer.content.decode()
    for _attempt in range(4):
        client.post(ENTER_CODE, {"code": "0000-0000"})
    client.post(ENTER_CODE, {"code": right})
    assert signed_in_as(client) is None


def test_a_code_works_once(client: Client, customer: User) -> None:
    client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    code = code_in_mail()
    client.post(ENTER_CODE, {"code": code})
    client.logout()
    client.post(ENTER_CODE, {"code": code})
    assert signed_in_as(client) is None


def test_a_code_gets_old(client: Client, customer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    code = code_in_mail()
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 601
    session.save()
    client.post(ENTER_CODE, {"code": code})
    assert signed_in_as(client) is None


def test_an_unknown_address_gets_the_same_pages_and_no_code(client: Client, customer: User) -> None:
    known, stranger = Client(), Client()
    answers = []
    for browser, email in ((known, "carla@kolm.example"), (stranger, "carla@typo.example")):
        asked = browser.post(ASK_FOR_CODE, {"email": email})
        page = browser.get(ENTER_CODE).content.decode().replace(email, "")
        wrong = browser.post(ENTER_CODE, {"code": "0000-0000"}).content.decode().replace(email, "")
        answers.append((asked["Location"], without_tokens(page), without_tokens(wrong)))
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [["carla@kolm.example"]]
    assert not User.objects.filter(email="carla@typo.example").exists()


def without_tokens(page: str) -> str:
    """The page without its CSRF tokens, which differ every time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page)


def test_an_agent_gets_no_code_and_nobody_can_tell(client: Client, agent: User) -> None:
    answer = client.post(ASK_FOR_CODE, {"email": "ana@desk.example"})
    assert answer["Location"] == ENTER_CODE
    assert "password" in str(mail.outbox[-1].body)
    assert not re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))


def test_codes_cannot_be_asked_for_without_end(client: Client, customer: User) -> None:
    for _attempt in range(3):
        Client().post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    answer = client.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    assert "Too many tries" in answer.content.decode()
    assert len(mail.outbox) == 3


def test_a_nonsense_address_is_told(client: Client) -> None:
    answer = client.post(ASK_FOR_CODE, {"email": "nonsense"})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert mail.outbox == []


# --- by code, as the contact whose address it is ---------------------------------


def test_a_contact_without_a_user_gets_one_by_the_first_code(client: Client) -> None:
    contact = ContactFactory(email="kim@kolm.example", language="ko")
    client.post(ASK_FOR_CODE, {"email": "Kim@Kolm.example"})
    assert client.post(ENTER_CODE, {"code": code_in_mail()})["Location"] == "/"
    contact.refresh_from_db()
    assert contact.user_id == signed_in_as(client)
    assert contact.user.language == "ko"
    assert not contact.user.has_usable_password()


def test_a_deactivated_contact_gets_no_code(client: Client) -> None:
    contact = ContactFactory(email="kim@kolm.example")
    type(contact).objects.filter(pk=contact.pk).update(is_active=False)
    client.post(ASK_FOR_CODE, {"email": "kim@kolm.example"})
    assert mail.outbox == []


def test_an_address_that_moved_no_longer_opens_what_its_former_owner_sees(client: Client) -> None:
    """Whoever has it now gets the code, and becomes themself with it."""
    old, new = ContactFactory(email="desk@kolm.example"), ContactFactory(email="kim@kolm.example")
    client.post(ASK_FOR_CODE, {"email": "desk@kolm.example"})
    client.post(ENTER_CODE, {"code": code_in_mail()})
    client.logout()
    old.methods.update(contact=new, is_default=False)
    assert client.post(ASK_FOR_CODE, {"email": "desk@kolm.example"})["Location"] == ENTER_CODE
    client.post(ENTER_CODE, {"code": code_in_mail()})
    old.refresh_from_db()
    new.refresh_from_db()
    assert signed_in_as(client) == new.user_id
    assert old.user_id not in (None, new.user_id)


# --- a second factor -----------------------------------------------------------


def totp_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_an_agent_with_an_app_needs_its_code_too(client: Client, agent: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(agent, secret)
    assert sign_in(client, "ana@desk.example")["Location"] == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    refused = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert 'aria-invalid="true"' in refused.content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})["Location"] == "/agent/"
    assert signed_in_as(client) == agent.pk


def test_an_app_is_set_up_without_a_data_address(client: Client, agent: User) -> None:
    sign_in_and_confirm(client, "ana@desk.example")
    page = client.get(reverse("mfa_activate_totp"))
    html = page.content.decode()
    assert "<svg" in html
    assert "data:" not in html
    answer = client.post(reverse("mfa_activate_totp"), {"code": totp_code(page.context["form"].secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=agent, type="totp").exists()


def test_changing_the_second_factor_asks_for_the_password_again(client: Client, agent: User) -> None:
    sign_in(client, "ana@desk.example")
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    refused = client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert "That password does not match." in refused.content.decode()


def test_the_pages_of_the_second_factor_stand(client: Client, agent: User) -> None:
    sign_in_and_confirm(client, "ana@desk.example")
    TOTP.activate(agent, generate_totp_secret())
    RecoveryCodes.activate(agent)
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
    ):
        assert client.get(reverse(name)).status_code == 200, name


# --- passwords -----------------------------------------------------------------


def test_a_password_is_set_anew_by_a_link(client: Client, customer: User) -> None:
    assert client.post(reverse("account_reset_password"), {"email": "carla@home.example"}).status_code == 302
    link = re.search(r"http://localhost:8000(\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1], follow=True)
    assert form.status_code == 200
    new = {"password1": "an entirely new one", "password2": "an entirely new one"}
    client.post(form.request["PATH_INFO"], new)
    assert sign_in(client, "carla@kolm.example", "an entirely new one")["Location"] == "/"
    assert "no longer works" in Client().get(link[1], follow=True).content.decode()


def test_a_reset_for_an_unknown_address_looks_the_same(client: Client) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@typo.example"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


@pytest.mark.parametrize("weak", ["demo", "12345678901", "password"])
def test_a_weak_password_is_refused(client: Client, agent: User, weak: str) -> None:
    sign_in(client, "ana@desk.example")
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_changed_password_brings_its_owner_home(client: Client, agent: User) -> None:
    sign_in(client, "ana@desk.example")
    new = "an entirely new one"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer["Location"] == "/agent/"


def test_a_customer_without_a_password_sets_one(client: Client, customer: User) -> None:
    customer.set_unusable_password()
    customer.save()
    client.force_login(customer, backend="helpdesk.sign_in.auth.AddressBackend")
    assert client.get(reverse("account_change_password"))["Location"] == reverse("account_set_password")
    assert client.get(reverse("account_set_password")).status_code == 200


# --- every page ----------------------------------------------------------------

OPEN_PAGES = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_inactive",
]
OWN_PAGES = [
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
    "mfa_index",
]


def assert_a_page_of_ours(response) -> None:
    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="gate"' in html
    assert html.count("<h1>") == 1
    assert "style=" not in html
    assert "<script>" not in html


@pytest.mark.parametrize("name", OPEN_PAGES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_for_visitors_stands(client: Client, name: str, language: str) -> None:
    assert_a_page_of_ours(client.get(reverse(name), headers={"accept-language": language}))


@pytest.mark.parametrize("name", OWN_PAGES)
def test_a_page_of_ones_own_stands(client: Client, agent: User, name: str) -> None:
    assert client.get(reverse(name))["Location"].startswith(SIGN_IN) or name == "account_logout"
    sign_in(client, "ana@desk.example")
    assert_a_page_of_ours(client.get(reverse(name)))


# --- the rest ------------------------------------------------------------------


def test_nobody_signs_up(client: Client) -> None:
    page = client.get(reverse("account_signup"))
    assert "No sign-up here" in page.content.decode()
    form = {"email": "new@typo.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), form)
    assert not User.objects.filter(email="new@typo.example").exists()


@pytest.mark.parametrize("action", ["action_add", "action_primary", "action_remove", "action_send"])
def test_nobody_adds_or_chooses_an_address_behind_the_desks_back(
    client: Client, customer: User, action: str
) -> None:
    EmailAddress.objects.create(user=customer, email="other@typo.example", verified=True)
    client.force_login(customer, backend="helpdesk.sign_in.auth.AddressBackend")
    answer = client.post("/auth/email/", {"email": "other@typo.example", action: ""})
    assert answer.status_code == 404
    assert mail.outbox == []
    assert whose("other@typo.example") is None
    assert User.objects.get(pk=customer.pk).email == customer.email


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/MQ:key/", "3rdparty/", ""])
def test_pages_of_the_sign_in_that_are_not_ours_do_not_exist(client: Client, agent: User, path: str) -> None:
    sign_in(client, "ana@desk.example")
    assert client.get(f"/auth/{path}").status_code == 404


def test_signing_out_needs_a_click_and_ends_at_the_sign_in(client: Client, agent: User) -> None:
    sign_in(client, "ana@desk.example")
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in_as(client) == agent.pk
    assert client.post(reverse("account_logout"))["Location"] == SIGN_IN
    assert signed_in_as(client) is None


def test_who_is_signed_in_already_goes_home(client: Client, agent: User) -> None:
    sign_in(client, "ana@desk.example")
    assert client.get(SIGN_IN)["Location"] == "/agent/"


def test_the_page_speaks_the_browsers_language(client: Client) -> None:
    page = client.get(SIGN_IN, headers={"accept-language": "ko"}).content.decode()
    assert '<html lang="ko"' in page


def test_a_persons_own_language_goes_before_the_browsers(client: Client, agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(language="ko")
    sign_in(client, "ana@desk.example")
    page = client.get(reverse("account_change_password"), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="ko"' in page
