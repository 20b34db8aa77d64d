"""A large desk in a few statements: contacts with Korean and English names, one or two accounts each."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from customers.models import Account, Association, Contact, ContactMethod
from helpdesk.core.database.bulk import insert

FAMILY = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍".split()
GIVEN = "서연 민준 지우 하은 도윤 서준 지호 수아 예준 지민 현우 유진 은서 시우 다은 태윤".split()
WESTERN = "Amelia Bruno Chloe Dmitri Esra Farid Greta Hugo Ines Jonas Katya Lars Mina Noor Otto Petra".split()
SURNAMES = "Moreno Novak Lindqvist Farrell Okafor Brandt Silva Haddad Nakamura Petit Rossi Weber".split()
RARE_EVERY, RARE = 20_000, "온새미로"
BATCH = 10_000


def _batches(rows, size=BATCH):
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def _names(number: int, chance: random.Random) -> tuple[str, str]:
    if number % RARE_EVERY == 0:
        return RARE, chance.choice(FAMILY)
    if chance.random() < 0.6:
        return f"{chance.choice(GIVEN)}{chance.choice(GIVEN)}", chance.choice(FAMILY)
    return chance.choice(WESTERN), f"{chance.choice(SURNAMES)}-{number}"


def fill(contacts: int, *, methods: bool = False) -> Account:
    """Returns the account with the most contacts (a tenth of all). With ``methods`` each has an address and a mobile:
    of 1,000 two share a number, two have addresses that differ in a dot, one is no number, one bounces."""
    chance = random.Random(20)
    accounts = max(10, contacts // 50)
    for batch in _batches(Account(name=f"Account {n} {chance.choice(SURNAMES)}") for n in range(accounts)):
        insert(batch)
    keys = list(Account.objects.values_list("pk", flat=True))
    with indexes_afterwards(Contact, Association, ContactMethod):
        for batch in _batches(range(contacts)):
            rows = _fill_contacts(batch, keys, chance)
            if methods:
                insert(
                    [
                        method
                        for number, row in zip(batch, rows, strict=True)
                        for method in _methods(number, row)
                    ]
                )
    return Account.objects.get(pk=keys[0])


@contextmanager
def indexes_afterwards(*models: type[Model]) -> Iterator[None]:
    """Rows go in several times faster without the indexes, which are built in one go at the end."""
    indexes = [(model, index) for model in models for index in model._meta.indexes]
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)


def _fill_contacts(numbers: list[int], accounts: list[int], chance: random.Random) -> list[Contact]:
    rows = []
    for number in numbers:
        first, last = _names(number, chance)
        rows.append(Contact(first_name=first, last_name=last, reference=f"B-{number}"))
    insert(rows)
    now = timezone.now()
    places = []
    for row in rows:
        own = chance.sample(accounts[1:], 2)
        chosen = [accounts[0], own[0]] if chance.random() < 0.1 else own
        places += [
            Association(contact=row, account_id=key, position=position, created_at=now)
            for position, key in enumerate(chosen, start=1)
        ]
    insert(places)
    return rows


def _methods(number: int, contact: Contact) -> list[ContactMethod]:
    """The first numbers of each thousand are the odd ones."""
    odd = number % 1000
    name = f"reach.{number - 1}" if odd == 1 else f"reach{number}"
    address = f"{name}@example{number // 1000 % 500}.example"
    digits = f"+8210{10_000_000 + number - (odd == 3)}"
    phone = "ask at the gate" if odd == 5 else digits
    email = ContactMethod(contact=contact, kind="email", value=address, value_key=address, is_default=True)
    if odd == 6:
        email.bouncing_since, email.bounce_reason = timezone.now(), "550 5.1.1 No such user"
    mobile = ContactMethod(contact=contact, kind="mobile", value=phone, value_key=phone, is_default=True)
    return [email, mobile]
