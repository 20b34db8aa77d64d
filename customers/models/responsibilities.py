"""Responsibilities on an account, of its own people and of those of related accounts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.accounts import Account, ends_after_start
from customers.models.contacts import Association, Contact
from customers.querysets import ContactRelationshipQuerySet
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase, phrase_lazy


class Responsibility(models.Model):
    """A definition: what somebody is responsible for, and the role that it grants on the account."""

    class Type(models.TextChoices):
        CONTACT = "contact", phrase_lazy("%(Term_contact)s")
        INTERNAL = "internal", _("Internal")

    name = LineField(_("name"), max_length=80, unique=True)
    type = models.CharField(_("type"), max_length=10, choices=Type.choices, default=Type.CONTACT)
    role = models.CharField(
        _("role"), max_length=13, choices=Association.Role.choices, default=Association.Role.CUSTOMER
    )

    is_exclusive = models.BooleanField(
        _("held by one person"),
        default=False,
        help_text=phrase_lazy("Only one %(term_contact)s at a time has it on a %(term_account)s."),
    )

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["name"]
        constraints = [
            CheckConstraint(condition=Q(type__in=["contact", "internal"]), name="responsibility_type_known"),
            CheckConstraint(
                condition=Q(role__in=["customer", "administrator"]), name="responsibility_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """It can become one person's only where one person has it."""
        if self.is_exclusive and self.pk:
            rows = ContactRelationship.objects.filter(responsibility=self.pk)
            others = rows.filter(account=OuterRef("account")).exclude(contact=OuterRef("contact"))
            shared = rows.filter(Exists(others.overlapping(OuterRef("starts_on"), OuterRef("ends_on"))))
            if row := shared.select_related("account").order_by("pk").first():
                sentence = phrase("%(account)s has more than one of them at a time.", account=row.account)
                raise ValidationError({"is_exclusive": sentence})


class ContactRelationship(models.Model):
    """Gives a contact of this account or of a related one a responsibility on it, while it stands: see the queryset."""

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("not begun")
        STANDING = "standing", _("in force")
        INELIGIBLE = "ineligible", _("no longer eligible")
        ENDED = "ended", _("ended")

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="contact_relationships", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="contact_relationships", db_index=False
    )
    responsibility = models.ForeignKey(
        Responsibility,
        on_delete=models.PROTECT,
        related_name="contact_relationships",
        limit_choices_to={"type": Responsibility.Type.CONTACT},
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    noticed = models.CharField(max_length=10, choices=State.choices, default=State.STANDING, editable=False)
    """The state that was told last, so that a change of it is recorded once. It grants nothing."""
    created_at = models.DateTimeField(auto_now_add=True)
    state: str
    """The state of today, where the queryset was asked for it (`with_state`)."""

    objects = ContactRelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = phrase_lazy("%(term_contact)s relationship")
        verbose_name_plural = phrase_lazy("%(term_contact)s relationships")
        constraints = [
            UniqueConstraint(
                fields=["account", "contact", "responsibility"],
                name="contact_relationship_unique",
                violation_error_message=gettext_noop(
                    "This %(term_contact)s already has this responsibility on this %(term_account)s."
                ),
            ),
            CheckConstraint(
                condition=Q(noticed__in=["upcoming", "standing", "ineligible", "ended"]),
                name="contact_relationship_noticed_known",
            ),
            ends_after_start("contact_relationship_ends_after_start"),
        ]
        indexes = [models.Index(fields=["contact", "account"], name="contact_relationship_by_person")]

    def __str__(self) -> str:
        return f"{self.contact_id} for {self.account_id}: {self.responsibility_id}"

    @property
    def state_mark(self) -> str:
        """Why it grants nothing today, in a word; empty while it stands. Read with `with_state()`."""
        return "" if self.state == self.State.STANDING else str(self.State(self.state).label)
