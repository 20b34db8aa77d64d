"""Lists of contacts and accounts that somebody has kept under a name, and which of them opens by itself."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.custom_fields import CustomField
from helpdesk.core.actors import Actor
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.roles import ADMINISTRATOR, AGENT, MANAGER
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.search import UniqueForm
from helpdesk.core.text.model_fields import LineField

MODULES = ("contact", "account")


class SavedViewQuerySet(ScopedQuerySet):
    """Saved views."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those that are shared with one; who looks after other people's sees whatever is shared."""
        if actor.user is None or not actor.is_staff:
            return self.none()
        if actor.can("customers.change_savedview"):
            return self.filter(Q(owner=actor.user) | Q(owner=None) | ~Q(audience=SavedView.Audience.OWNER))
        return self.offered_to(actor)

    def offered_to(self, actor: Actor) -> Self:
        """Those that are meant for this person: the ones to offer beside a list."""
        if actor.user is None or not actor.is_staff:
            return self.none()
        audiences = [SavedView.Audience.DESK, *filter(None, [actor.user.role])]
        return self.filter(Q(owner=actor.user) | Q(audience__in=audiences))


class SavedView(models.Model):
    """A list under a name. `query` is all of it as its address carries it: filters, search, order and columns."""

    Module = CustomField.Module

    class Audience(models.TextChoices):
        """Who is offered it: its owner, those of one role, or everybody."""

        OWNER = "owner", _("Only me")
        AGENTS = AGENT, _("Agents")
        MANAGERS = MANAGER, _("Managers")
        ADMINISTRATORS = ADMINISTRATOR, _("Administrators")
        DESK = "desk", _("Everybody at the desk")

    module = models.CharField(_("module"), max_length=10, choices=CustomField.Module.choices)
    name = LineField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="saved_views"
    )
    """Whose it is; nobody's when that person was deleted. Then administrators look after it."""
    audience = models.CharField(
        _("shared with"), max_length=13, choices=Audience.choices, default=Audience.OWNER
    )
    query = models.CharField(_("query"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["module", "name", "id"]
        permissions = [("share_savedview", "Can share views with others")]
        constraints = [
            UniqueConstraint(
                F("owner"),
                F("module"),
                UniqueForm(F("name")),
                name="saved_view_name_unique",
                violation_error_message=gettext_noop(
                    "You have another view with this name. Choose a different one."
                ),
            ),
            CheckConstraint(condition=~Q(name=""), name="saved_view_name_not_blank"),
            CheckConstraint(condition=Q(module__in=MODULES), name="saved_view_module_known"),
            CheckConstraint(
                condition=Q(audience__in=["owner", "agent", "manager", "administrator", "desk"]),
                name="saved_view_audience_known",
            ),
        ]
        indexes = [models.Index(fields=["module", "audience"], name="saved_view_offered")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        query = f"&{self.query}" if self.query else ""
        return f"{reverse(f'customers:{self.module}_list')}?view={self.key}{query}"

    @property
    def key(self) -> str:
        """What an address calls it."""
        return str(self.pk)

    @property
    def is_shared(self) -> bool:
        return self.audience != self.Audience.OWNER


class DefaultView(models.Model):
    """Which view a person's list opens with: a saved one, or by its code one that every desk has."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    module = models.CharField(max_length=10, choices=CustomField.Module.choices)
    view = models.ForeignKey(SavedView, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints = [
            UniqueConstraint(fields=["user", "module"], name="default_view_once"),
            CheckConstraint(condition=Q(module__in=MODULES), name="default_view_module_known"),
            CheckConstraint(
                condition=Q(view__isnull=False, code="") | (Q(view__isnull=True) & ~Q(code="")),
                name="default_view_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.module}: {self.key}"

    @property
    def key(self) -> str:
        """What an address calls the view."""
        return self.code or str(self.view_id)
