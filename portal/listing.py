"""The list on the home page: which tickets, in which order, under which heading."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Case, Count, IntegerChoices, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from helpdesk.core.actors import Actor
from helpdesk.core.database.counting import capped, capped_counts
from helpdesk.core.web.highlighting import excerpt
from helpdesk.core.web.pagination import KeysetPage, Order, Part
from portal.accounts import MyAccount
from tickets.models import Follower, Message, Ticket
from tickets.querysets import TicketQuerySet
from tickets.services.finding import find_as_contact
from tickets.status_kinds import OPEN_KINDS, RESTING_WITH_DESK, WAITING_FOR_CUSTOMER

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Stage(TypedDict):
        """What `staged` adds to a ticket."""

        stage: int

    StagedTicket = WithAnnotations[Ticket, _Stage]

RECENTLY_SOLVED = timedelta(days=7)
PAGE_SIZE = 25
EXCERPT_LETTERS = 140
HEARD = ("-heard_at", "-id")
ORDER = ("-stage", *HEARD)


class Stage(IntegerChoices):
    """How near a ticket is to the reader; the highest comes first."""

    EARLIER = 0, _("Solved earlier")
    SOLVED = 1, _("Solved in the last 7 days")
    WITH_US = 2, _("With our team")
    WAITING = 3, _("Waiting for you")


def in_stages(stages: Collection[Stage]) -> Q:
    """Tickets in some of these stages, asked of their columns: `stage` itself is in no index.

    What is open is one condition, so that the index of open tickets answers it.
    """
    recently = timezone.now() - RECENTLY_SOLVED
    waiting = [WAITING_FOR_CUSTOMER] if Stage.WAITING in stages else []
    with_us = RESTING_WITH_DESK if Stage.WITH_US in stages else ()
    conditions = [Q(status_kind__in=[*waiting, *with_us])] if waiting or with_us else []
    conditions += [Q(solved_at__gte=recently)] if Stage.SOLVED in stages else []
    conditions += [Q(solved_at__lt=recently)] if Stage.EARLIER in stages else []
    return reduce(or_, conditions)


def order_of(stages: Collection[Stage]) -> Order:
    """The order of the list. Of what gathers over the years a part for each stage, which an index has in order."""
    if Stage.EARLIER not in stages:
        return ORDER
    return [Part(HEARD, in_stages([stage])) for stage in sorted(stages, reverse=True)]


def staged(tickets: QuerySet[Ticket]) -> QuerySet[StagedTicket]:
    """Adds `stage`."""
    return tickets.annotate(
        stage=Case(
            When(status_kind=WAITING_FOR_CUSTOMER, then=Value(Stage.WAITING)),
            When(status_kind__in=OPEN_KINDS, then=Value(Stage.WITH_US)),
            When(solved_at__gte=timezone.now() - RECENTLY_SOLVED, then=Value(Stage.SOLVED)),
            default=Value(Stage.EARLIER),
        ),
    )


@dataclass
class Counts:
    """How many tickets that are not settled the reader can see: one grouped query for every number on the page."""

    by_account: dict[int | None, int] = field(default_factory=dict)
    mine_by_account: dict[int | None, int] = field(default_factory=dict)

    @classmethod
    def of(cls, visible: TicketQuerySet, actor: Actor) -> Counts:
        grouped = (
            visible.open()
            .order_by()
            .values("account_id")
            .annotate(everyone=Count("pk"), mine=Count("pk", filter=Q(contact=actor.contact)))
        )
        counts = cls()
        for row in grouped:
            counts.by_account[row["account_id"]] = row["everyone"]
            counts.mine_by_account[row["account_id"]] = row["mine"]
        return counts

    def everyone(self, account_id: int | None = None) -> int:
        return self._sum(self.by_account, account_id)

    def mine(self, account_id: int | None = None) -> int:
        return self._sum(self.mine_by_account, account_id)

    @staticmethod
    def _sum(counted: dict[int | None, int], account_id: int | None) -> int:
        return counted.get(account_id, 0) if account_id else sum(counted.values())


@dataclass
class Row:
    """A ticket as one line of the list."""

    ticket: Any
    mark: str
    is_mine: bool
    followers: int = 0
    last_answer: Message | None = None
    said: SafeString | str = ""
    """The piece of a message that has the words somebody looked for, with marks."""

    @property
    def offers_following(self) -> bool:
        """One hears of one's own tickets anyway."""
        return self.ticket.is_open and not self.is_mine

    @property
    def excerpt(self) -> str:
        text = strip_tags(self.last_answer.safe_html) if self.last_answer else ""
        return Truncator(" ".join(text.split())).chars(EXCERPT_LETTERS)


@dataclass
class Section:
    """A heading with its rows and, in words, how many belong under it, on this page or not."""

    stage: Stage
    total: str
    rows: list[Row]


class Listing:
    """The sections of one page of `tickets`, an already filtered and `staged` queryset that came from `visible_to`.

    `searched` is the text that was looked for. Of what was found there is little enough to be counted in one go.
    """

    def __init__(
        self,
        tickets: QuerySet[StagedTicket],
        page: KeysetPage,
        actor: Actor,
        accounts: list[MyAccount],
        *,
        searched: str = "",
    ) -> None:
        self.tickets = tickets
        self.searched = searched
        self.page = page
        self.actor = actor
        self.marks = {each.account.pk: each.mark for each in accounts}

    @cached_property
    def sections(self) -> list[Section]:
        rows = self._rows()
        shown = [Stage(stage) for stage in sorted({row.ticket.stage for row in rows}, reverse=True)]
        by_stage = {stage: [row for row in rows if row.ticket.stage == stage] for stage in shown}
        if self.searched and self._has_more:
            counted = self.tickets.order_by().values_list("stage").annotate(Count("pk"))
            totals = {str(stage): number for stage, number in counted}
        elif self._has_more:
            held = {str(stage): self.tickets.filter(in_stages([stage])) for stage in shown}
            totals = capped_counts(held, row=self.actor.contact)
        else:
            totals = {str(stage): len(by_stage[stage]) for stage in shown}
        return [Section(stage, capped(totals[str(stage)]), by_stage[stage]) for stage in shown]

    @property
    def _has_more(self) -> bool:
        return bool(self.page.next_cursor or self.page.previous_cursor)

    def _rows(self) -> list[Row]:
        followers, answers, said = self._followers(), self._last_answers(), self._said()
        return [
            Row(
                ticket=ticket,
                mark=self.marks.get(ticket.account_id, "none"),
                is_mine=ticket.contact_id == self.actor.contact.pk,
                followers=followers.get(ticket.pk, 0),
                last_answer=answers.get(ticket.pk),
                said=said.get(ticket.pk, ""),
            )
            for ticket in self.page.rows
        ]

    def _followers(self) -> dict[int, int]:
        """How many contacts follow; who of the desk does is nobody's business here."""
        counted = Follower.objects.filter(ticket__in=self._ids(), contact__isnull=False).values_list(
            "ticket_id"
        )
        return dict(counted.order_by().annotate(Count("pk")))

    def _said(self) -> dict[int, SafeString]:
        """Where the words were found in a message, and not in the subject."""
        if not self.searched:
            return {}
        found = find_as_contact(self.actor, self.searched).said
        keys = [found[ticket.pk] for ticket in self.page.rows if found.get(ticket.pk)]
        messages = Message.objects.visible_to(self.actor).filter(pk__in=keys) if keys else ()
        return {
            message.ticket_id: excerpt(f"{message.body} {message.file_names}", self.searched)
            for message in messages
        }

    def _last_answers(self) -> dict[int, Message]:
        """What the desk said last, on the tickets that wait for an answer to it."""
        waiting = [ticket.pk for ticket in self.page.rows if ticket.stage == Stage.WAITING]
        answers = Message.objects.visible_to(self.actor).filter(author_user__isnull=False)
        of_ticket = answers.filter(ticket=OuterRef("pk")).order_by("-created_at", "-id")
        newest = Ticket.objects.filter(pk__in=waiting).annotate(answer=Subquery(of_ticket.values("pk")[:1]))
        found = answers.filter(pk__in=newest.values("answer")).select_related("author_user")
        return {answer.ticket_id: answer for answer in found}

    def _ids(self) -> list[int]:
        return [ticket.pk for ticket in self.page.rows]
