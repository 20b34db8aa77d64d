"""The teams that tickets land with."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy


class Department(models.Model):
    """A team of the desk. One that is no longer used is switched off, never deleted under its tickets."""

    name = LineField(_("name"), max_length=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = phrase_lazy("%(term_department)s")
        verbose_name_plural = phrase_lazy("%(term_departments)s")
        ordering = ["name"]
        constraints = [
            UniqueConstraint(
                Lower("name"),
                name="tickets_department_name_once",
                violation_error_message=gettext_noop("There is already one with this name."),
            ),
            CheckConstraint(
                name="tickets_department_named",
                condition=~Q(name=""),
                violation_error_message=gettext_noop("Enter a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
