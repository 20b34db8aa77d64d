"""How the audit feed reads: one sentence, with the name where the language wants it."""

from typing import Any

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from helpdesk.events.models import AuditEntry
from helpdesk.events.recording import record
from helpdesk.events.wording import place_of, told
from tests.factories import DESK, AccountFactory, UserFactory
from tests.personas import World

CHANGE: dict[str, Any] = {"code": "account.changed", "changes": {"name": ["One", "Two"]}}


def line(entry: AuditEntry) -> str:
    return Template("{% load audit %}{% audit_line entry %}").render(Context({"entry": entry}))


def test_in_english_the_name_stands_before_what_was_done(world: World) -> None:
    entry = record(subject=world.harbor, actor=world.ana.actor, **CHANGE)
    assert told(entry) == "Ana changed name from One to Two"


def test_in_korean_a_person_is_named_with_courtesy_and_a_program_without(world: World) -> None:
    by_ana = record(subject=world.harbor, actor=world.ana.actor, **CHANGE)
    by_desk = record(subject=world.harbor, actor=DESK, **CHANGE)
    with translation.override("ko"):
        assert told(by_ana) == "Ana 님이 이름을 One에서 Two로 변경"
        assert told(by_desk).startswith("tests")
        assert "님" not in told(by_desk)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("association.changed", {"changes": {"role": ["customer", "administrator"]}}),
        ("association.removed", {}),
        ("association.removed", {"deleted": True}),
    ],
)
def test_a_sentence_about_two_still_begins_with_who_did_it(world: World, code: str, data: dict) -> None:
    entry = record(
        code, subject=world.harbor, actor=world.max.actor, contact="Carla", account="Harbor", **data
    )
    assert told(entry).startswith(("Max changed ", "Max removed ", "Max deleted "))
    assert "Carla" in told(entry)
    assert "Harbor" in told(entry)


def test_markup_in_a_name_is_text(db: None) -> None:
    account = AccountFactory()
    entry = record("account.deleted", subject=account, actor=DESK, name="<i>x</i>")
    entry.actor_user = UserFactory(name="<script>")
    assert line(entry) == '<b class="medium">&lt;script&gt;</b> deleted &lt;i&gt;x&lt;/i&gt;'


def test_the_feed_of_a_contact_leads_to_the_tickets_it_tells_of(world: World) -> None:
    feed = world.ana.client.get(reverse("customers:contact_activity", args=[world.carla.contact.pk]))
    assert f'<a class="id" href="{world.shared.get_absolute_url()}">{world.shared.reference}</a>' in (
        feed.content.decode()
    )


def test_what_is_gone_and_what_has_no_page_of_its_own_is_not_linked(world: World) -> None:
    gone = AuditEntry(code="ticket.deleted", subject_type="tickets.ticket", subject_id=7)
    word = AuditEntry(code="term.changed", subject_type="core.term", subject_id=7)
    assert place_of(gone) is place_of(word) is None
