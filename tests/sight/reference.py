"""The rules of sight, read once more: slow, without a database, one question at a time.

Written from the product's tables, not from its code. Nothing here may be imported by the product or share with it.
"""

from __future__ import annotations

from tests.sight.worlds import Acting, Ticket, World

RANK = {"own": 0, "see": 1, "reply": 2}


def is_today_within(starts: int | None, ends: int | None) -> bool:
    """Both days are included."""
    return (starts is None or starts <= 0) and (ends is None or ends >= 0)


def top_of(world: World, account: int) -> int:
    """The account at the top of the tree that `account` stands in."""
    parent = world.accounts[account].parent
    return account if parent is None else top_of(world, parent)


def stand_together(world: World, one: int, other: int) -> bool:
    """Whether contacts of `other` may act for `one`: it is the same, linked today, or in one hierarchy."""
    if one == other:
        return True
    if top_of(world, one) == top_of(world, other):
        return True
    return any(
        {link.one, link.other} == {one, other} and is_today_within(link.starts, link.ends)
        for link in world.links
    )


def stands(world: World, acting: Acting) -> bool:
    """Whether a contact relationship grants anything today."""
    if not is_today_within(acting.starts, acting.ends):
        return False
    own = [place.account for place in world.people[acting.person].places]
    return any(stand_together(world, acting.account, account) for account in own)


def acts_for(world: World, person: int, account: int) -> bool:
    return any(
        acting.person == person and acting.account == account and stands(world, acting)
        for acting in world.acting
    )


def level_on(world: World, person: int, account: int) -> int:
    """What a person may do with the tickets of others at an account: 0 nothing, 1 see, 2 see and reply.

    The lower of the account's level and the person's own counts; who acts for the account sees and replies.
    """
    if not world.people[person].is_active:
        return 0
    if acts_for(world, person, account):
        return RANK["reply"]
    for place in world.people[person].places:
        if place.account == account:
            general = world.accounts[account].sharing
            return min(RANK[general], RANK[place.sharing or general])
    return 0


def may(world: World, person: int, ticket: Ticket, what: str) -> bool:
    """Whether a person may "see" or "reply" to a ticket."""
    if not world.people[person].is_active:
        return False
    if ticket.requester == person:
        return True
    if ticket.is_private or ticket.account is None:
        return False
    return level_on(world, person, ticket.account) >= RANK[what]


def visible(world: World, person: int) -> set[int]:
    return {n for n, ticket in enumerate(world.tickets) if may(world, person, ticket, "see")}


def repliable(world: World, person: int) -> set[int]:
    return {n for n, ticket in enumerate(world.tickets) if may(world, person, ticket, "reply")}


def seen_at_desk(world: World, agent: int) -> set[int]:
    """What an agent sees: everything, unless limited; then the tickets of their departments, and those that they are
    assigned or follow."""
    one = world.agents[agent]
    return {
        n
        for n, ticket in enumerate(world.tickets)
        if not one.is_limited
        or ticket.department in one.departments
        or ticket.assignee == agent
        or agent in ticket.following_agents
    }


def can_open_for(world: World, person: int) -> set[int]:
    """The accounts that a person may open a ticket for: their own, and those they act for."""
    if not world.people[person].is_active:
        return set()
    own = {place.account for place in world.people[person].places}
    return own | {account for account in range(len(world.accounts)) if acts_for(world, person, account)}


def manages(world: World, person: int) -> set[int]:
    """The accounts of which a person is customer administrator, by the association or by a responsibility."""
    if not world.people[person].is_active:
        return set()
    own = {place.account for place in world.people[person].places if place.role == "administrator"}
    granted = {
        acting.account
        for acting in world.acting
        if acting.person == person and acting.role == "administrator" and stands(world, acting)
    }
    return own | granted


def hears_of(world: World, ticket: Ticket) -> set[int]:
    """The people who get a letter when the desk answers publicly: requester and followers, who may still see it."""
    people = {ticket.requester, *ticket.followers}
    return {person for person in people if may(world, person, ticket, "see")}
