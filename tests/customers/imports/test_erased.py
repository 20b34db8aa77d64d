"""An import forgets a person who is erased; the others of the file stay."""

from collections.abc import Callable

from customers.erasing.contacts import erase_contact
from customers.models import Contact, ImportRun
from tests.customers.clues import finds
from tests.personas import World


def test_a_real_import_forgets_the_person(world: World, imported: Callable[..., ImportRun]) -> None:
    header = ["Reference number", "First name", "Last name", "Email", "Mobile"]
    person = ["", "Nadia", "Petrenko", "nadia@petrenko.example", "010-2222-3333"]
    run = imported([header, person, ["", "Ivo", "Sand", "ivo@sand.example", ""]])
    imported([header, person])
    imported([header, ["", "Nadia", "Petrenko", "not an address", "010-2222-3333"]])
    nadia = Contact.objects.get(first_name="Nadia", methods__value="nadia@petrenko.example")
    assert finds(("Petrenko", "2222-3333", "22223333"))
    erase_contact(nadia, actor=world.max.actor)
    left = {table for table, _column, _clue in finds(("nadia@petrenko", "2222-3333", "22223333"))}
    assert left == set()
    run.refresh_from_db()
    assert not run.file
    assert not run.spool
    assert not run.can_be_resumed
    assert Contact.objects.filter(first_name="Ivo").exists()
