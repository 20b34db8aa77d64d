"""What an association lets a contact see of its account's tickets. The rule is stated here and nowhere else.

An account says what it shares with those who belong to it: their own tickets alone, everyone's to see, or everyone's to
see and answer. An association may say less for one contact, never more; empty says nothing. `effective_level` answers
for values that are at hand (imports, previews, pages), `at_least` and `level_of_row` are the same rule in a query.
"""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

LEVELS = {"own": 0, "see": 1, "reply": 2}
"""The levels of `Sharing`, the lowest first, each with its rank."""
OWN, SEE, REPLY = LEVELS


def effective_level(account: str, association: str = "") -> str:
    """The lower of what an account shares and what the association allows."""
    return min(account, association or REPLY, key=LEVELS.__getitem__)


def allows(level: str, *, account: str, association: str = "") -> bool:
    """Whether at least `level` comes of it."""
    return LEVELS[effective_level(account, association)] >= LEVELS[level]


def levels_from(level: str) -> list[str]:
    """This level and the higher ones."""
    return [name for name, rank in LEVELS.items() if rank >= LEVELS[level]]


def at_least(level: str) -> Q:
    """`allows`, as a condition on associations."""
    allowed = levels_from(level)
    return Q(sharing__in=["", *allowed]) & Q(account__sharing__in=allowed)


def level_of_row() -> Case:
    """`effective_level`, as an expression on associations."""
    levels = [When(at_least(level), then=Value(level)) for level in (REPLY, SEE)]
    return Case(*levels, default=Value(OWN), output_field=CharField())
