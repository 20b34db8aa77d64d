"""The select of time zones is drawn as one string, and says the same as Django's."""

import re

import pytest
from django import forms

from helpdesk.core.time_zones import TimeZoneField, known_time_zones, time_zone_choices


class ZoneForm(forms.Form):
    zone = TimeZoneField(label="Zone", nothing=lambda: "As the <desk>")


class PlainForm(ZoneForm):
    """The same with the widget that Django draws option by option."""

    zone = TimeZoneField(label="Zone", nothing=lambda: "As the <desk>", widget=forms.Select)


def parts(form: forms.Form) -> list[str]:
    drawn = re.sub(r"\s+", " ", str(form["zone"])).replace('<select name="zone" id="id_zone">', "<select>")
    drawn = drawn.replace('<select id="id_zone" name="zone">', "<select>")
    return [part.replace("> ", ">").replace(" <", "<").strip() for part in re.split(r"(?=<)", drawn)]


@pytest.mark.parametrize("chosen", ["", "Asia/Seoul", "America/Argentina/Buenos_Aires"])
def test_it_is_drawn_as_django_draws_it(chosen: str) -> None:
    ours, plain = ZoneForm(initial={"zone": chosen}), PlainForm(initial={"zone": chosen})
    assert parts(ours) == parts(plain)


def test_a_stored_name_that_is_not_offered_stays() -> None:
    assert "UTC" in known_time_zones()
    assert "UTC" not in dict(time_zone_choices())
    assert '<option value="UTC" selected>UTC</option>' in str(ZoneForm(initial={"zone": "UTC"})["zone"])
    assert ZoneForm({"zone": "UTC"}).is_valid()


def test_what_is_none_is_refused_and_drawn_as_text() -> None:
    form = ZoneForm({"zone": '"><script>'})
    assert not form.is_valid()
    assert "<script>" not in str(form["zone"])


def test_none_is_an_answer() -> None:
    assert ZoneForm({"zone": ""}).is_valid()
    assert '<option value="" selected>As the &lt;desk&gt;</option>' in str(ZoneForm()["zone"])
