"""After signing out, nobody reads from the browser what was there before: pages of people signed in are not kept.

Every address is asked by `tests/architecture/test_routes.py`; here stands what is no address of ours.
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/admin/", "/agent/nowhere/", "/agent/contacts/99999/"])
def test_nor_is_the_admin_or_a_page_that_is_not_there(world: World, page: str) -> None:
    assert "no-store" in world.root.client.get(page)["Cache-Control"]


def test_a_file_says_for_itself_how_long(world: World) -> None:
    answer = world.ana.client.get(reverse("tickets:attachment_download", args=[world.attachment.pk]))
    assert answer["Cache-Control"] == "private, max-age=300"
    answer.close()


def test_signing_out_is_not_kept_either_and_visitors_pages_may_be(world: World, client: Client) -> None:
    assert "no-store" in world.ana.client.post("/auth/logout/")["Cache-Control"]
    assert "private" not in client.get(reverse("account_reset_password_done")).headers.get(
        "Cache-Control", ""
    )
