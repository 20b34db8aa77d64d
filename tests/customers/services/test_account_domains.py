"""The e-mail domains of an account: one account or many, the same rows and the same history."""

import pytest

from customers.errors.records import DomainTaken, PublicMailDomain
from customers.models import Account
from customers.services.accounts.changes import (
    AccountChange,
    NewAccount,
    change_accounts,
    create_account,
    create_accounts,
    update_account,
)
from helpdesk.core.validation import InvalidFields
from helpdesk.events.timelines import timeline
from tests.factories import DESK, AccountFactory

pytestmark = pytest.mark.django_db

PRESENT = ["b.{n}.example", "a.{n}.example"]
WISHES = {
    "as they are": PRESENT[::-1],
    "one more": [*PRESENT, "c.{n}.example"],
    "one less": PRESENT[:1],
    "none": [],
    "others, written otherwise": ["@C.{n}.Example", " c.{n}.example ", "한국.{n}.example"],
}


def one(account: Account, domains: list[str]) -> None:
    update_account(account, {}, domains=domains, actor=DESK)


def many(account: Account, domains: list[str]) -> None:
    other = AccountChange(AccountFactory().pk, domains=[f"other{account.pk}.example"])
    change_accounts([other, AccountChange(account.pk, domains=domains)], actor=DESK)


@pytest.mark.parametrize("wish", WISHES)
def test_one_account_and_many_leave_the_same_rows_and_the_same_history(wish: str) -> None:
    found = []
    for name, change in (("aaa", one), ("bbb", many)):
        account = AccountFactory(domains=[domain.replace("{n}", name) for domain in PRESENT])
        timeline(account).delete()
        change(account, [domain.replace("{n}", name) for domain in WISHES[wish]])
        rows = list(account.domains.values_list("domain", flat=True))
        told = [(entry.code, entry.data) for entry in timeline(account)]
        found.append(str((rows, told)).replace(name, "{n}"))
    assert found[0] == found[1]


def test_one_new_account_and_many_leave_the_same() -> None:
    single = create_account({"name": "One"}, domains=["One.example"], actor=DESK)
    (among,) = create_accounts([NewAccount({"name": "Two"}, ["Two.example"])], actor=DESK)
    for account, domain in ((single, "one.example"), (among, "two.example")):
        assert [row.domain for row in account.domains.all()] == [domain]
        assert [entry.code for entry in timeline(account)] == ["account.created"]


@pytest.mark.parametrize("change", [one, many])
@pytest.mark.parametrize(
    ("domain", "refusal"),
    [("taken.example", DomainTaken), ("gmail.com", PublicMailDomain), ("not a domain", InvalidFields)],
)
def test_what_may_not_be_is_refused_and_nothing_changes(
    change, domain: str, refusal: type[Exception]
) -> None:
    AccountFactory(domains=["taken.example"])
    account = AccountFactory(domains=["own.example"])
    with pytest.raises(refusal):
        change(account, [domain])
    assert [row.domain for row in account.domains.all()] == ["own.example"]


@pytest.mark.parametrize("change", [one, many])
def test_a_domain_may_go_from_one_account_to_another(change) -> None:
    first, second = AccountFactory(domains=["moved.example"]), AccountFactory()
    change(first, [])
    change(second, ["moved.example"])
    assert [row.domain for row in second.domains.all()] == ["moved.example"]
