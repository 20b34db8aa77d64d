"""What the pages about one's own sign-in ask for, and that each leads back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate", "account_logout"])
def test_a_page_about_the_sign_in_leads_back(client: Client, name: str) -> None:
    client.force_login(UserFactory(role="agent"))
    text = client.get(reverse(name)).content.decode()
    assert re.search(r'class="small textlink" href="/">\s*Back', text)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("account_change_password", ["Current password", "New password", "New password, again"]),
        ("account_reauthenticate", ["Password"]),
    ],
)
def test_a_password_is_asked_for_once_in_sentence_case(client: Client, name: str, labels: list[str]) -> None:
    client.force_login(UserFactory(role="agent"))
    text = client.get(reverse(name)).content.decode()
    assert re.findall(r'<label for="id_\w+">([^<]+)</label>', text) == labels
    assert "placeholder" not in text
