"""Pairs of contacts that may be one and the same person, and how far the search for them has come."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.contacts import Contact
from helpdesk.core.actors import Actor
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.scoping import ScopedQuerySet

#: A number, a name in one account or an address that more people share says nothing: a switchboard, a "Reception".
MOST_SHARING = 10


class DuplicatePairQuerySet(ScopedQuerySet):
    """Pairs."""

    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees contacts; the pairs are of the whole desk."""
        return self if actor.can("customers.view_contact") else self.none()

    def open(self) -> Self:
        """Those that nobody has told apart."""
        return self.filter(dismissed_at__isnull=True)

    def dismissed(self) -> Self:
        """Those that somebody told apart, and that still look alike."""
        return self.filter(Q(same_phone=True) | Q(same_name=True) | Q(similar_address=True)).exclude(
            dismissed_at__isnull=True
        )

    def because(self, reason: str) -> Self:
        """Those for which one of `DuplicatePair.Reason` holds; all when it is none."""
        return self.filter(**{reason: True}) if reason else self

    def folded(self, reason: str = "") -> Self:
        """Without the pairs that an older contact stands for: of three who are alike (for `reason`), the oldest with
        each of the others."""
        pairs = type(self)(self.model).open().because(reason)
        with_second = pairs.filter(first=OuterRef("first"), second=OuterRef(OuterRef("second")))
        return self.exclude(Exists(pairs.filter(Exists(with_second), second=OuterRef("first"))))

    def touching(self, contact_ids: list[int]) -> Self:
        """Those with one of these contacts on either side."""
        return self.filter(Q(first__in=contact_ids) | Q(second__in=contact_ids))


class DuplicatePair(models.Model):
    """Two contacts that look like one person, the older one first, and why. Derived: `duplicate_search` keeps it."""

    class Reason(models.TextChoices):
        PHONE = "same_phone", _("Same phone")
        NAME = "same_name", _("Same name")
        ADDRESS = "similar_address", _("Similar address")

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    same_phone = models.BooleanField(default=False)
    same_name = models.BooleanField(default=False)
    similar_address = models.BooleanField(default=False)
    found_at = models.DateTimeField(auto_now_add=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    dismissed_reasons = models.JSONField(default=list, blank=True)
    """What they were told apart in spite of; only another reason brings the pair back."""

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-first_id", "-second_id"]
        constraints = [
            UniqueConstraint(
                fields=["first", "second"],
                name="duplicate_pair_unique",
                violation_error_message=gettext_noop("These two are known as possible duplicates already."),
            ),
            CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="duplicate_pair_older_first",
                violation_error_message=gettext_noop("A pair is of two, the older one first."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-first", "-second"],
                name="duplicate_pair_open",
                condition=Q(dismissed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} – {self.second_id}"

    @property
    def reasons(self) -> list[str]:
        """The names of the reasons that hold."""
        return [reason.value for reason in self.Reason if getattr(self, reason.value)]


class DuplicateSearch(models.Model):
    """How far the search has come: one row."""

    walk_name = models.TextField(blank=True)
    walk_id = models.BigIntegerField(default=0)
    """Up to which contact, by name, the walk over everybody has come."""
    walked_at = models.DateTimeField(null=True, blank=True)
    """When a walk over everybody last came to its end; none is under way when it is set."""
    changes_until = models.DateTimeField()
    changes_id = models.BigIntegerField(default=0)
    """Up to which change of a contact the search has looked."""
    merges_until = models.DateTimeField()

    class Meta:
        verbose_name = _("search for duplicates")
        verbose_name_plural = _("searches for duplicates")
        constraints = [CheckConstraint(condition=Q(id=1), name="duplicate_search_one_row")]

    def __str__(self) -> str:
        return str(self.changes_until)
