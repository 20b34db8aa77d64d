"""A column of tags: it adds, never takes away, and is undone."""

import pytest

from customers.imports.engine import undo
from customers.models import Contact
from customers.services.tags import tags_of
from helpdesk.jobs import lifecycle as jobs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", ["fill", "overwrite"])
def test_tags_of_a_file_are_added_and_an_empty_cell_takes_none_away(imported, actor, mode) -> None:
    header = ("First name", "Email", "Tags")
    run = imported([header, ("Pat", "p@example.com", "VIP, Board"), ("Sam", "s@example.com", "")])
    pat, sam = (Contact.objects.get(first_name=name) for name in ("Pat", "Sam"))
    assert (tags_of([pat.pk, sam.pk]), run.created) == ({pat.pk: ("Board", "VIP")}, 2)
    run = imported([header, ("Pat", "p@example.com", "vip;New"), ("Pat", "p@example.com", "")], mode=mode)
    assert tags_of([pat.pk]) == {pat.pk: ("Board", "New", "VIP")}
    jobs.undo(run, actor=actor)
    undo.take_back(run.pk)
    assert tags_of([pat.pk]) == {pat.pk: ("Board", "VIP")}
