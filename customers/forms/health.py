"""What the remedies of the data health ask."""

from __future__ import annotations

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _


def regions() -> list[tuple[str, str]]:
    """Countries by their code, each with the code that its numbers begin with."""
    return [
        (region, f"{region} +{phonenumbers.country_code_for_region(region)}")
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    ]


class RegionForm(forms.Form):
    """Whose numbers those without a country code are."""

    region = forms.ChoiceField(label=_("Phone numbers without a country code belong to"), choices=regions)
