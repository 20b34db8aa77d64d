"""SQL expressions for names, used by generated columns."""

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Concat, Trim

HANGUL_START = r"^[가-힣]"


def full_name() -> Case:
    """The whole name: family name first and without a space in Hangul, given name first elsewhere."""
    return Case(
        When(last_name__regex=HANGUL_START, then=Trim(Concat("last_name", "first_name"))),
        When(first_name__regex=HANGUL_START, then=Trim(Concat("last_name", "first_name"))),
        default=Trim(Concat("first_name", Value(" "), "last_name")),
        output_field=CharField(max_length=201),
    )
