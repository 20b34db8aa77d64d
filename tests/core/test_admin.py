"""People, words and the audit feed in the Django admin."""

import pytest
from django.urls import reverse

from helpdesk.core.models import Term, User
from helpdesk.events.models import AuditEntry
from tests.factories import UserFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_the_admin_s_own_sign_in_leads_to_ours(client) -> None:
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_word_is_renamed_at_once_and_recorded(world: World) -> None:
    data = {"key": "account", "language": "en", "singular": "Property", "plural": "Properties"}
    assert world.root.client.post(reverse("admin:core_term_add"), data).status_code == 302
    assert AuditEntry.objects.filter(code="term.changed", actor_user=world.root.user).exists()
    page = world.ana.client.get(reverse("customers:account_list")).content.decode()
    assert "Properties" in page
    world.root.client.post(reverse("admin:core_term_delete", args=[Term.objects.get().pk]), {"post": "yes"})
    assert "Properties" not in world.ana.client.get(reverse("customers:account_list")).content.decode()


def test_an_administrator_neither_makes_nor_touches_a_superuser(world: World) -> None:
    boss = User.objects.create_superuser("boss@desk.example", "x")
    url = reverse("admin:core_user_change", args=[boss.pk])
    assert world.root.client.post(url, {"email": "boss@desk.example"}).status_code == 403
    mine = reverse("admin:core_user_change", args=[world.ana.user.pk])
    data = {
        "email": world.ana.user.email,
        "name": "Ana",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
    }
    data |= {"shortcuts": "on", "theme": "", "language": "", "time_zone": "", "reach": "everything"}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert world.root.client.post(mine, data).status_code == 302
    assert not User.objects.get(pk=world.ana.user.pk).is_superuser
    assert AuditEntry.objects.filter(code="user.changed", subject_id=world.ana.user.pk).exists()


def test_an_agent_is_limited_to_departments(world: World) -> None:
    person, department = world.ana.user, world.night_desk
    data = {"email": person.email, "name": "Ana", "is_active": "on", "is_staff": "on", "shortcuts": "on"}
    data |= {"theme": "", "language": "", "time_zone": "", "reach": "departments"}
    data |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    data |= {"memberships-0-department": str(department.pk)}
    answer = world.root.client.post(reverse("admin:core_user_change", args=[person.pk]), data)
    assert answer.status_code == 302
    assert world.ana.actor.departments == {department.pk}


def test_a_person_is_added_with_an_address_ignoring_case(world: World) -> None:
    UserFactory(email="taken@desk.example")
    data = {
        "email": "TAKEN@desk.example",
        "name": "X",
        "password1": "correct horse 9",
        "password2": "correct horse 9",
    }
    response = world.root.client.post(reverse("admin:core_user_add"), data)
    assert response.status_code == 200
    assert "signs in with this address" in response.content.decode()


def test_the_feed_is_read_and_never_changed(world: World) -> None:
    page = world.root.client.get(reverse("admin:events_auditentry_changelist")).content.decode()
    assert "created this account" in page
    entry = AuditEntry.objects.first()
    assert (
        world.root.client.post(reverse("admin:events_auditentry_delete", args=[entry.pk])).status_code == 403
    )
    assert world.root.client.get(reverse("admin:events_auditentry_add")).status_code == 403


def test_a_word_is_for_one_of_the_languages_there_are(world: World) -> None:
    data = {"key": "account", "language": "kr", "singular": "건물", "plural": "건물"}
    response = world.root.client.post(reverse("admin:core_term_add"), data)
    assert "language" in response.context["adminform"].form.errors
    assert not Term.objects.exists()


def test_every_page_of_the_admin_has_the_mark_of_the_desk(world: World) -> None:
    for page in ("admin:index", "admin:customers_contact_changelist", "admin:core_term_add"):
        assert b'rel="icon"' in world.root.client.get(reverse(page)).content
