"""A large desk in a few statements: contacts with Korean and English names, one or two accounts each."""

import random
from itertools import islice

from django.utils import timezone

from customers.models import Account, Association, Contact

FAMILY = "김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 류 홍".split()
GIVEN = "서연 민준 지우 하은 도윤 서준 지호 수아 예준 지민 현우 유진 은서 시우 다은 태윤".split()
WESTERN = "Amelia Bruno Chloe Dmitri Esra Farid Greta Hugo Ines Jonas Katya Lars Mina Noor Otto Petra".split()
SURNAMES = "Moreno Novak Lindqvist Farrell Okafor Brandt Silva Haddad Nakamura Petit Rossi Weber".split()
RARE_EVERY, RARE = 20_000, "온새미로"
BATCH = 5_000


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


def fill(contacts: int) -> Account:
    """Returns the account with the most contacts (a tenth of all)."""
    chance = random.Random(20)
    accounts = max(10, contacts // 50)
    for batch in _batches(Account(name=f"Account {n} {chance.choice(SURNAMES)}") for n in range(accounts)):
        Account.objects.bulk_create(batch)
    keys = list(Account.objects.values_list("pk", flat=True))
    for batch in _batches(range(contacts)):
        _fill_contacts(batch, keys, chance)
    return Account.objects.get(pk=keys[0])


def _fill_contacts(numbers: list[int], accounts: list[int], chance: random.Random) -> None:
    rows = []
    for number in numbers:
        first, last = _names(number, chance)
        rows.append(Contact(first_name=first, last_name=last, reference=f"B-{number}"))
    Contact.objects.bulk_create(rows)
    now = timezone.now()
    places = []
    for row in rows:
        own = chance.sample(accounts[1:], 2)
        chosen = [accounts[0], own[0]] if chance.random() < 0.1 else own
        places += [
            Association(contact=row, account_id=key, position=position, created_at=now)
            for position, key in enumerate(chosen, start=1)
        ]
    Association.objects.bulk_create(places)
