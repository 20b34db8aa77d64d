"""Words that a desk puts on its contacts to find them again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.search import UniqueForm, search_column, unique_column
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy

LONGEST = 50


class Tag(models.Model):
    """One word or a few. `name_key` (derived by the database) is what makes a name unique."""

    name = LineField(_("name"), max_length=LONGEST)
    name_key = unique_column(F("name"))
    search = search_column(F("name"))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["search"]
        constraints = [
            UniqueConstraint(
                UniqueForm(F("name")),
                name="tag_name_unique_ignoring_case_and_spaces",
                violation_error_message=gettext_noop("Another tag has this name. Choose a different one."),
            ),
            CheckConstraint(condition=~Q(name=""), name="tag_name_not_blank"),
            CheckConstraint(
                condition=~Q(name__contains=",") & ~Q(name__contains=";"),
                name="tag_name_without_dividers",
                violation_error_message=gettext_noop(
                    "A comma or a semicolon divides tags, so a tag cannot contain one."
                ),
            ),
        ]
        indexes = [models.Index(fields=["search"], name="tag_by_name")]

    def __str__(self) -> str:
        return self.name


class ContactTag(models.Model):
    """One tag of one contact. Written by `customers.services.tags` alone."""

    contact = models.ForeignKey(
        "customers.Contact", on_delete=models.CASCADE, related_name="tagged", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged", db_index=False)

    class Meta:
        verbose_name = phrase_lazy("tag of a %(term_contact)s")
        verbose_name_plural = _("tags")
        ordering = ["tag__search"]
        constraints = [
            UniqueConstraint(
                fields=["contact", "tag"],
                name="contact_tag_once",
                violation_error_message=gettext_noop("This %(term_contact)s already has this tag."),
            ),
        ]
        indexes = [models.Index(fields=["tag", "contact"], name="contact_tag_by_tag")]

    def __str__(self) -> str:
        return f"{self.contact} – {self.tag}"
