"""`/`: the tickets of my accounts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.services.associations import Entry, set_accounts
from tests.factories import DESK, AccountFactory, ContactFactory, TicketFactory, UserFactory, fill_desk
from tests.personas import Persona, World
from tickets.models import Ticket
from tickets.services.conversation import add_note, reply
from tickets.services.following import follow
from tickets.services.lifecycle import change_status
from tickets.status_kinds import StatusKind

LIFT, PAY_SLIP, RAIN = "The lift is stuck", "My pay slip", "Rain gets in"


def page(persona: Persona, address: str = "/", **headers: str) -> str:
    response = persona.client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def shown(persona: Persona, address: str = "/") -> set[str]:
    content = page(persona, address)
    return {subject for subject in (LIFT, PAY_SLIP, RAIN) if subject in content}


def test_the_requester_sees_their_tickets_private_ones_too(world: World) -> None:
    assert shown(world.carla) == {LIFT, PAY_SLIP}


@pytest.mark.parametrize("name", ["kim", "ada", "bo"])
def test_colleagues_and_who_acts_for_the_account_see_what_is_shared(world: World, name: str) -> None:
    assert shown(world.persona(name)) == {LIFT}


def test_a_stranger_sees_nothing_of_it(world: World) -> None:
    assert shown(world.zoe) == {RAIN}


def test_seeing_only_is_enough_for_the_list(world: World, share) -> None:
    share("see")
    assert shown(world.kim) == {LIFT}


def test_own_only_hides_the_others(world: World, share) -> None:
    share("own")
    assert shown(world.kim) == set()
    assert shown(world.carla) == {LIFT, PAY_SLIP}


def test_the_lower_of_the_two_levels_counts(world: World, share_with_kim) -> None:
    share_with_kim("own")
    assert shown(world.kim) == set()
    assert shown(world.ada) == {LIFT}


def test_whoever_no_longer_acts_sees_nothing(world: World, bo_no_longer_acts) -> None:
    assert shown(world.bo) == set()
    assert "Harbor Tower" not in page(world.bo)


def test_a_deactivated_contact_is_told_that_the_access_is_closed(world: World, carla_is_gone) -> None:
    response = world.carla.client.get("/")
    assert response.status_code == 403
    assert "Your access is closed" in response.content.decode()
    assert LIFT not in response.content.decode()


def test_somebody_without_a_contact_gets_a_clear_page(world: World) -> None:
    response = Persona("nobody", user=UserFactory(email="nobody@people.example")).client.get("/")
    assert response.status_code == 403
    assert "nobody@people.example" in response.content.decode()


def test_an_agent_is_sent_to_the_workspace(world: World) -> None:
    response = world.ana.client.get("/")
    assert (response.status_code, response.url) == (302, "/agent/tickets/")


def test_a_visitor_is_asked_to_sign_in(world: World) -> None:
    response = world.anonymous.client.get("/")
    assert response.status_code == 302
    assert response.url.startswith("/auth/login/")


def test_posting_is_refused(world: World) -> None:
    assert world.carla.client.post("/").status_code == 405


# --- what is written beside the tickets --------------------------------------


def test_the_switcher_shows_how_one_belongs_and_counts_only_what_is_visible(world: World) -> None:
    both = AccountFactory(name="Second Home")
    entries = [Entry(world.harbor.pk), Entry(both.pk)]
    set_accounts(world.kim.contact, entries, actor=DESK)
    TicketFactory(contact=world.kim.contact, account=both, subject="At home")
    content = page(world.kim)
    assert "acct--primary" in content
    assert "Your primary account" in content
    assert "Member" in content
    switcher = world.kim.client.get("/").context
    assert [(each.account.name, each.waiting) for each in switcher["accounts"]] == [
        ("Harbor Tower", 1),
        ("Second Home", 1),
    ]
    assert switcher["everyone_count"] == 2


def test_an_account_one_acts_for_is_dashed(world: World) -> None:
    content = page(world.bo)
    assert "acct--acting" in content
    assert "You act on its behalf" in content


def test_private_and_unshared_tickets_are_not_counted(world: World, share) -> None:
    assert world.kim.client.get("/").context["everyone_count"] == 1
    share("own")
    assert world.kim.client.get("/").context["everyone_count"] == 0


def test_sections_follow_what_the_desk_waits_for(world: World, answered: Ticket) -> None:
    sections = {
        section.stage.label: [row.ticket.subject for row in section.rows]
        for section in world.carla.client.get("/").context["listing"].sections
    }
    assert sections == {"Waiting for you": [LIFT], "With our team": [PAY_SLIP]}


def test_the_question_of_the_desk_is_quoted_and_notes_never_are(world: World, answered: Ticket) -> None:
    add_note(answered, "A note about the customer", actor=world.ana.actor)
    content = page(world.kim)
    assert "Is anybody in the lift right now?" in content
    assert "Ana" in content
    assert "A note about the customer" not in content


def test_a_note_does_not_move_a_ticket_in_the_list(world: World) -> None:
    before = page_times(world.kim)
    add_note(world.shared, "Nothing to see", actor=world.ana.actor)
    assert page_times(world.kim) == before


def page_times(persona: Persona) -> list[object]:
    listing = persona.client.get("/").context["listing"]
    return [row.ticket.heard_at for section in listing.sections for row in section.rows]


def test_solved_ones_stay_for_seven_days_then_go_to_the_older_ones(world: World) -> None:
    change_status([world.shared], StatusKind.SOLVED, actor=DESK)
    assert "Solved in the last 7 days" in page(world.kim)
    long_ago = timezone.now() - timedelta(days=8)
    Ticket.objects.filter(pk=world.shared.pk).update(solved_at=long_ago)
    content = page(world.kim)
    assert LIFT not in content
    assert 'href="?status=older"' in content
    assert shown(world.kim, "/?status=older") == {LIFT}


def test_followers_are_counted_without_those_of_the_desk(world: World) -> None:
    follow(world.shared, actor=world.kim.actor)
    follow(world.shared, actor=world.ana.actor)
    listing = world.carla.client.get("/").context["listing"]
    followers = {row.ticket.subject: row.followers for section in listing.sections for row in section.rows}
    assert followers == {LIFT: 1, PAY_SLIP: 0}


def test_one_follows_the_tickets_of_others_not_ones_own(world: World) -> None:
    follow_address = f"/tickets/{world.shared.pk}/follow/"
    assert follow_address in page(world.kim)
    assert follow_address not in page(world.carla)


# --- filters -------------------------------------------------------------------


def test_mine(world: World) -> None:
    TicketFactory(contact=world.kim.contact, subject="Kim asks")
    assert "Kim asks" in page(world.kim, "/?who=mine")
    assert LIFT not in page(world.kim, "/?who=mine")


def test_one_account(world: World) -> None:
    TicketFactory(contact=world.bo.contact, subject="Bo asks", account=world.lighthouse)
    content = page(world.bo, f"/?account={world.lighthouse.pk}")
    assert "Bo asks" in content
    assert LIFT not in content


def test_an_account_of_somebody_else_changes_nothing_and_is_not_named(world: World) -> None:
    content = page(world.kim, f"/?account={world.far_away.pk}")
    assert RAIN not in content
    assert "Far Away" not in content


@pytest.mark.parametrize(
    ("status", "expected"),
    [("waiting", {LIFT}), ("with_us", {PAY_SLIP}), ("solved", set()), ("current", {LIFT, PAY_SLIP})],
)
def test_status(world: World, answered: Ticket, status: str, expected: set[str]) -> None:
    assert shown(world.carla, f"/?status={status}") == expected


@pytest.mark.parametrize(
    "query", ["?who=x", "?status=x", "?account=x", "?account=99999999999", "?after=x", "?before=%00"]
)
def test_a_choice_that_makes_no_sense_is_ignored(world: World, query: str) -> None:
    assert shown(world.kim, f"/{query}") == {LIFT}


@pytest.mark.parametrize("words", ["lift", "STUCK  lift", "#{pk}", "{pk}", "have a look"])
def test_search_finds_subject_number_and_what_was_said(world: World, words: str) -> None:
    query = words.format(pk=world.shared.pk).replace("#", "%23").replace(" ", "+")
    assert shown(world.kim, f"/?q={query}") == {LIFT}


def test_search_finds_what_was_solved_long_ago(world: World) -> None:
    change_status([world.shared], StatusKind.SOLVED, actor=DESK)
    Ticket.objects.filter(pk=world.shared.pk).update(solved_at=timezone.now() - timedelta(days=400))
    content = page(world.kim, "/?q=stuck&status=current")
    assert "The lift is <mark>stuck</mark>" in content
    assert "Solved earlier" in content
    assert shown(world.kim, "/?q=lift&status=with_us") == set()


def test_search_never_finds_notes(world: World) -> None:
    assert shown(world.kim, "/?q=Called") == set()
    assert shown(world.kim, "/?q=lift+company") == set()


def test_search_never_finds_what_one_cannot_see(world: World) -> None:
    for query in ("pay", "rain", str(world.private.pk), str(world.strangers.pk)):
        assert shown(world.kim, f"/?q={query}") == set()


def test_a_hit_shows_the_words_where_they_were_found(world: World) -> None:
    reply(world.shared, "It hums, and the café is dark.", actor=world.ana.actor)
    by_text, by_subject = page(world.kim, "/?q=CAFE"), page(world.kim, "/?q=lift")
    assert "and the <mark>café</mark> is dark" in by_text
    assert "The <mark>lift</mark> is stuck" in by_subject
    assert "<mark>" not in page(world.kim, "/")


@pytest.mark.parametrize("query", ["%25", "_", "'", "<script>", "\\", "(", "가나"])
def test_signs_in_a_search_are_only_signs(world: World, query: str) -> None:
    content = page(world.kim, f"/?q={query}")
    assert LIFT not in content
    assert "<script>" not in content.split("</head>")[1].replace('<script type="module"', "")


def test_htmx_gets_the_list_alone(world: World) -> None:
    content = page(world.kim, "/?q=lift", **{"HX-Request": "true"})
    assert "The <mark>lift</mark> is stuck" in content
    assert "<html" not in content
    response = world.kim.client.get("/")
    assert "HX-Request" in response["Vary"]


# --- empty, many -----------------------------------------------------------------


def test_nothing_yet(world: World) -> None:
    nobody = ContactFactory(accounts=[])
    user = UserFactory(email="new@people.example")
    type(nobody).objects.filter(pk=nobody.pk).update(user=user)
    content = page(Persona("new", user=user))
    assert "No tickets yet" in content
    assert "aswitch" not in content


def test_pages_hold_every_ticket_once(world: World) -> None:
    fill_desk(60, account=world.harbor)
    seen: list[str] = []
    address = "/"
    for _page in range(5):
        listing = world.kim.client.get(address).context["listing"]
        seen += [row.ticket.subject for section in listing.sections for row in section.rows]
        if not listing.page.has_next:
            break
        address = f"/?after={listing.page.next_cursor}"
    assert len(seen) == len(set(seen)) == 61


def test_many_tickets_and_accounts_cost_no_more_queries(world: World, count_queries) -> None:
    def visit() -> object:
        return world.kim.client.get("/")

    few = count_queries(visit)
    fill_desk(60, account=world.harbor)
    for number in range(10):
        account = AccountFactory(name=f"Another {number}")
        entries = [Entry(each.account_id) for each in world.kim.contact.associations.order_by("position")]
        set_accounts(world.kim.contact, [*entries, Entry(account.pk)], actor=DESK)
    assert count_queries(visit) <= few + 1  # one more looks for older ones only when there is a single page
    assert few <= 16
