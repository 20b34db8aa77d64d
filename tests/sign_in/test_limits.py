"""Tries and letters are limited by visitor: nobody is locked out by what somebody else does to their address."""

import re
import threading

import pytest
from allauth.account import forms as allauth_forms
from django.core import mail
from django.db import connections
from django.http import HttpResponse
from django.test import Client, RequestFactory

from helpdesk.core.models import Tally, User
from helpdesk.core.web.visitors import UNKNOWN, address_of, network_of
from helpdesk.sign_in import limits
from tests.factories import ContactFactory, UserFactory

PASSWORD = "correct horse battery"
SIGN_IN, ASK_FOR_CODE, ENTER_CODE = "/auth/login/", "/auth/login/code/", "/auth/login/code/confirm/"
RESET = "/auth/password/reset/"
TOO_MANY = "Too many tries"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return UserFactory(email="ana@desk.example", role="agent")


def at(address: str) -> Client:
    """The browser of a visitor with this address."""
    return Client(REMOTE_ADDR=address)


def sign_in(browser: Client, password: str = PASSWORD, email: str = "ana@desk.example") -> HttpResponse:
    return browser.post(SIGN_IN, {"login": email, "password": password})


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def known_browser(address: str = "192.0.2.1") -> Client:
    """One that Ana has signed in with before."""
    browser = at(address)
    sign_in(browser)
    assert is_in(browser)
    browser.post("/auth/logout/")
    assert not is_in(browser)
    return browser


# --- Passwords -----------------------------------------------------------------------
def test_wrong_passwords_from_elsewhere_do_not_close_a_persons_sign_in(ana: User) -> None:
    for _try in range(20):
        sign_in(at("198.51.100.7"), "wrong")
    assert TOO_MANY in sign_in(at("198.51.100.7")).content.decode()
    owner = at("192.0.2.1")
    sign_in(owner)
    assert is_in(owner)


def test_a_known_browser_stays_open_beside_somebody_who_tries_from_the_same_address(ana: User) -> None:
    owner = known_browser("192.0.2.1")
    answers = [sign_in(at("192.0.2.1"), "wrong").status_code for _try in range(40)]
    assert answers[-1] == 429
    sign_in(owner)
    assert is_in(owner)


def test_guesses_from_many_places_are_slowed_without_closing_the_known_browser(ana: User) -> None:
    owner = known_browser()
    for number in range(limits.GUESSES_AT_ADDRESS.number):
        sign_in(at(f"198.51.100.{number}"), "wrong")
    stranger = at("203.0.113.9")
    assert TOO_MANY in sign_in(stranger).content.decode()
    assert not is_in(stranger)
    sign_in(owner)
    assert is_in(owner)


def test_a_known_browser_cannot_guess_without_end_either(ana: User) -> None:
    owner = known_browser()
    for _try in range(limits.GUESSES_OF_BROWSER.number):
        sign_in(owner, "wrong")
    assert TOO_MANY in sign_in(owner).content.decode()


def test_a_browser_is_known_for_the_people_who_used_it_alone(ana: User) -> None:
    UserFactory(email="max@desk.example", role="manager")
    browser = known_browser()
    for _try in range(5):
        sign_in(browser, "wrong", "max@desk.example")
    assert TOO_MANY in sign_in(browser, PASSWORD, "max@desk.example").content.decode()


@pytest.mark.parametrize("spoilt", ["", "nonsense", "a:b:c", "W10:1tq:x"])
def test_a_cookie_that_we_did_not_sign_makes_no_browser_known(ana: User, spoilt: str) -> None:
    browser = at("198.51.100.7")
    browser.cookies[limits.COOKIE] = spoilt
    for _try in range(5):
        sign_in(browser, "wrong")
    assert TOO_MANY in sign_in(browser).content.decode()


def test_the_cookie_names_nobody_and_no_script_reads_it(ana: User) -> None:
    cookie = known_browser().cookies[limits.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "ana" not in cookie.value


@pytest.mark.parametrize("typed", ["ANA@desk.example", " ana@desk.example "])
def test_an_address_written_otherwise_is_the_same_address(ana: User, typed: str) -> None:
    for _try in range(5):
        sign_in(at("198.51.100.7"), "wrong")
    assert TOO_MANY in sign_in(at("198.51.100.7"), PASSWORD, typed).content.decode()


def test_whoever_sets_a_new_password_by_letter_gets_in_while_others_try(ana: User) -> None:
    for number in range(limits.GUESSES_AT_ADDRESS.number):
        sign_in(at(f"198.51.100.{number}"), "wrong")
    owner = at("192.0.2.1")
    owner.post(RESET, {"email": "ana@desk.example"})
    link = re.search(r"http://localhost:8000(\S+)", str(mail.outbox[-1].body))
    assert link
    form = owner.get(link[1], follow=True)
    new = {"password1": "an entirely new one", "password2": "an entirely new one"}
    owner.post(form.request["PATH_INFO"], new)
    sign_in(owner, "an entirely new one")
    assert is_in(owner)


def test_a_right_password_is_no_guess(ana: User) -> None:
    for _time in range(8):
        browser = at("192.0.2.1")
        sign_in(browser)
        assert is_in(browser)
    assert set(Tally.objects.exclude(number=0).values_list("number", flat=True)) == {8}  # the posts alone


# --- Letters -------------------------------------------------------------------------
@pytest.mark.parametrize("page", [ASK_FOR_CODE, RESET])
@pytest.mark.parametrize("email", ["carla@kolm.example"])
def test_one_visitor_cannot_flood_an_address_nor_keep_letters_from_its_owner(page: str, email: str) -> None:
    ContactFactory(email="carla@kolm.example")
    for _hour in range(3):
        Tally.objects.filter(number__gt=0).exclude(number__gte=6).delete()  # a minute later
        for _try in range(5):
            at("198.51.100.7").post(page, {"email": email})
    assert len(mail.outbox) <= 2 * limits.LETTERS_OF_VISITOR_TO_ADDRESS_AN_HOUR.number
    sent = len(mail.outbox)
    at("192.0.2.1").post(page, {"email": email})
    assert len(mail.outbox) == sent + 1


def test_codes_and_links_to_one_address_count_together() -> None:
    ContactFactory(email="carla@kolm.example")
    for page in (ASK_FOR_CODE, RESET, RESET):
        at("198.51.100.7").post(page, {"email": "carla@kolm.example"})
    for page in (ASK_FOR_CODE, RESET):
        answer = at("198.51.100.7").post(page, {"email": "Carla@kolm.example"})
        assert TOO_MANY in answer.content.decode()
    assert len(mail.outbox) == 3


def test_many_visitors_together_cannot_flood_an_address_either(ana: User) -> None:
    owner = known_browser()
    for number in range(60):
        at(f"198.51.100.{number}").post(RESET, {"email": "ana@desk.example"})
    assert len(mail.outbox) == limits.LETTERS_TO_ADDRESS.number
    owner.post(RESET, {"email": "ana@desk.example"})
    assert len(mail.outbox) == limits.LETTERS_TO_ADDRESS.number + 1


# --- Codes that come at once -----------------------------------------------------------
@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_sixty_codes_at_once_five_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    ContactFactory(email="carla@kolm.example")
    asking = Client()
    asking.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    looked_at: list[str] = []
    compare = allauth_forms.compare_user_code

    def counted(*, actual: str, expected: str) -> bool:
        if expected:
            looked_at.append(actual)
        return compare(actual=actual, expected=expected)

    monkeypatch.setattr(allauth_forms, "compare_user_code", counted)
    gate, answers = threading.Barrier(60), []

    def guess(number: int) -> None:
        browser = Client()
        browser.cookies = asking.cookies.copy()
        gate.wait(timeout=30)
        try:
            answers.append(browser.post(ENTER_CODE, {"code": f"{number:08}"}).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(looked_at) <= 5
    # A request may also find the session changed under it, which Django answers with 400.
    assert set(answers) <= {200, 302, 400}
    assert len(answers) == 60


def test_after_five_codes_the_right_one_is_too_late() -> None:
    ContactFactory(email="carla@kolm.example")
    browser = Client()
    browser.post(ASK_FOR_CODE, {"email": "carla@kolm.example"})
    code = re.search(r"^(\d[\d-]{6,})$", str(mail.outbox[-1].body), re.MULTILINE)
    Tally.objects.all().delete()
    waiting = browser.session["account_login"]
    for _try in range(5):
        browser.post(ENTER_CODE, {"code": "00000000"})
        session = browser.session
        session["account_login"] = waiting  # as a parallel request would have left it
        session.save()
    assert code
    assert browser.post(ENTER_CODE, {"code": code[1]})["Location"] == ASK_FOR_CODE
    assert not is_in(browser)


# --- Visitors --------------------------------------------------------------------------
def asked(remote: str, forwarded: str | None = None) -> dict:
    return {"REMOTE_ADDR": remote} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (1, "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        (2, "10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "10.0.0.1", "198.51.100.7", "10.0.0.1"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "unknown", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        (1, "10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "", None, UNKNOWN),
        (0, "unix:", None, UNKNOWN),
    ],
)
def test_the_outermost_of_our_proxies_is_believed_and_nobody_else(
    settings, proxies: int, remote: str, forwarded: str | None, address: str
) -> None:
    settings.HELPDESK_PROXIES = proxies
    assert address_of(RequestFactory().get("/", **asked(remote, forwarded))) == address


def test_a_network_of_ipv6_is_one_visitor() -> None:
    one, other, elsewhere = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", "2001:db8:0:2::1")
    networks = [network_of(RequestFactory().get("/", **asked(each))) for each in (one, other, elsewhere)]
    assert networks[0] == networks[1] != networks[2]


def test_rotating_what_a_visitor_may_write_does_not_help(settings, ana: User) -> None:
    settings.HELPDESK_PROXIES = 1
    for number in range(5):
        browser = Client(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7")
        sign_in(browser, "wrong")
    browser = Client(HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.7")
    assert TOO_MANY in sign_in(browser).content.decode()
