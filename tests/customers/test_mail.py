"""Letters to people whose rights change: to whom, in which language, and without what."""

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from customers.mail import SENTENCES, send_invitation, send_notice
from customers.models import Contact, Invitation
from customers.services import notices, team
from customers.services.invitations import invite
from customers.services.team import set_role
from helpdesk.core.models import User
from tests.factories import DESK, InvitationFactory
from tests.personas import World

VALUES = {
    "by": "Ada Novak",
    "account": "Harbor Tower",
    "name": "Kim",
    "tickets": 2,
    "responsibility": "Agency",
}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", SENTENCES)
def test_every_kind_has_a_letter(world: World, kind: str, language: str) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(language=language)
    send_notice.call(world.carla.contact.pk, kind, VALUES)
    (letter,) = mail.outbox
    assert letter.to == ["carla@people.example"]
    assert "Harbor Tower" in letter.subject + letter.body
    assert "%(" not in letter.body
    assert "http://localhost:8000/" in letter.body
    assert any("가" <= each <= "힣" for each in letter.body) == (language == "ko")


def test_kinds_and_sentences_are_the_same() -> None:
    names = {value for name, value in vars(notices).items() if name.isupper()}
    assert names == set(SENTENCES)


def queued() -> list[tuple]:
    return [tuple(row.args_kwargs["args"]) for row in DBTaskResult.objects.order_by("enqueued_at")]


def test_a_change_is_told_to_the_person(world: World, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        set_role(world.harbor, world.kim.contact, team.ADMINISTRATOR, actor=world.ada.actor)
    told = {"by": "Ada Novak", "account": "Harbor Tower"}
    assert queued() == [(world.kim.contact.pk, notices.MADE_ADMINISTRATOR, told)]


def test_nobody_is_told_what_they_did_and_the_desk_loads_in_silence(
    world: World, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        set_role(
            world.harbor,
            world.ada.contact,
            team.CUSTOMER,
            actor=world.ada.actor,
            successor=world.kim.contact,
        )
        set_role(world.harbor, world.carla.contact, team.ADMINISTRATOR, actor=DESK)
    assert [(args[0], args[1]) for args in queued()] == [(world.kim.contact.pk, notices.MADE_ADMINISTRATOR)]


def test_an_invitation_carries_no_words_of_whoever_invites(
    world: World, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(world.harbor, "Buy now <hana@new.example>", actor=world.ada.actor)
    invitation = Invitation.objects.get()
    assert queued() == [(invitation.pk,)]
    send_invitation.call(invitation.pk)
    (letter,) = mail.outbox
    assert letter.to == ["hana@new.example"]
    assert "Ada Novak invites you to join Harbor Tower" in letter.body
    assert "/invitations/" in letter.body
    assert "Buy now" not in letter.body + letter.subject


def test_it_speaks_the_language_of_the_person(world: World) -> None:
    User.objects.filter(pk=world.zoe.user.pk).update(language="ko")
    known = InvitationFactory(account=world.harbor, email="zoe@people.example", invited_by=world.ada.user)
    send_invitation.call(known.pk)
    assert "초대했어요" in mail.outbox[0].body


def test_what_was_withdrawn_meanwhile_is_not_sent(world: World) -> None:
    invitation = InvitationFactory(account=world.harbor)
    invitation.delete()
    send_invitation.call(invitation.pk or 0)
    assert mail.outbox == []
