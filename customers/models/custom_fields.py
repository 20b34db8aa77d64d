"""Fields that a desk adds to its contacts and accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.search import UniqueForm
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy


class CustomField(models.Model):
    """A definition. The values stand in `custom_fields` of the records, under `key`, and outlive the definition."""

    class Module(models.TextChoices):
        CONTACT = "contact", phrase_lazy("%(Term_contact)s")
        ACCOUNT = "account", phrase_lazy("%(Term_account)s")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", pgettext_lazy("kind of field", "Number")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("Choice")

    module = models.CharField(_("module"), max_length=10, choices=Module.choices)
    key = models.SlugField(_("key"), max_length=60, allow_unicode=True, editable=False)
    label = LineField(_("label"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest number comes first.")
    )

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["module", "position", "id"]
        constraints = [
            UniqueConstraint(
                F("module"),
                UniqueForm(F("label")),
                name="custom_field_label_unique",
                violation_error_message=gettext_noop("Another field has this label. Choose a different one."),
            ),
            UniqueConstraint(
                fields=["module", "key"],
                name="custom_field_key_unique",
                violation_error_message=gettext_noop("Another field has this key. Choose a different label."),
            ),
            CheckConstraint(condition=~Q(label=""), name="custom_field_label_not_blank"),
            CheckConstraint(condition=Q(module__in=["contact", "account"]), name="custom_field_module_known"),
            CheckConstraint(
                condition=Q(kind__in=["text", "number", "date", "boolean", "choice"]),
                name="custom_field_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label
