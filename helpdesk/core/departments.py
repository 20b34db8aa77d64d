"""Departments of the desk and the agents in them.

Tickets land with departments. An agent limited to departments reaches their tickets alone (`Actor.departments`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy


class Department(models.Model):
    """A team of the desk. One that is no longer used is switched off, never deleted under its tickets."""

    name = LineField(_("name"), max_length=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        app_label = "core"
        verbose_name = phrase_lazy("%(term_department)s")
        verbose_name_plural = phrase_lazy("%(term_departments)s")
        ordering = ["name"]
        constraints = [
            UniqueConstraint(
                Lower("name"),
                name="core_department_name_once",
                violation_error_message=gettext_noop("There is already one with this name."),
            ),
            CheckConstraint(
                name="core_department_named",
                condition=~Q(name=""),
                violation_error_message=gettext_noop("Enter a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentMember(models.Model):
    """An agent in a department. Whether it limits what the agent sees is `User.reach` to say."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="members")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("agent"),
        limit_choices_to={"is_staff": True},
        db_index=False,
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        app_label = "core"
        verbose_name = phrase_lazy("member of a %(term_department)s")
        verbose_name_plural = phrase_lazy("members of %(term_departments)s")
        ordering = ["agent__name", "id"]
        constraints = [
            UniqueConstraint(
                fields=["agent", "department"],
                name="core_department_member_once",
                violation_error_message=gettext_noop("This agent is in it already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} ({self.department})"
