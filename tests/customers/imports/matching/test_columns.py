"""What a column is, from its heading and its values."""

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from customers.imports.matching import columns, targets
from customers.imports.matching.columns import guess, guess_kind, kind_of_values, normal
from customers.imports.matching.targets import ACCOUNTS, CONTACTS, TARGETS
from customers.models import Contact
from customers.services.custom_fields import create_custom_field, delete_custom_field
from tests.customers.imports import vendor_headings as vendors
from tests.factories import DESK
from tests.spreadsheets.reading.files import read
from tests.trials import trials

pytestmark = pytest.mark.django_db


def guessed(header: list[str], samples: list[list[str]] | None = None, **more: object) -> list[str]:
    return [one.target for one in guess(header, samples or [["something"] for _ in header], **more)]


def guessed_one(heading: str, *values: str, kind: str = CONTACTS) -> str:
    """One column, beside the name of the account."""
    return guessed(["Company", heading], [["Hanbit"], list(values)], kind=kind)[1]


# --- What other products export ------------------------------------------


@pytest.mark.parametrize("export", vendors.EXPORTS, ids=lambda export: export.name)
def test_the_headings_of_other_products(export: vendors.Export) -> None:
    header = [heading for heading, _value, _code in export.columns]
    samples = [[value] if value else [] for _heading, value, _code in export.columns]
    found = guessed(header, samples, kind=export.kind)
    assert dict(zip(header, found, strict=True)) == {
        heading: code for heading, _value, code in export.columns
    }


@pytest.mark.parametrize("export", vendors.EXPORTS, ids=lambda export: export.name)
def test_the_kind_of_other_products_files(export: vendors.Export) -> None:
    header = [heading for heading, _value, _code in export.columns]
    samples = [[value] if value else [] for _heading, value, _code in export.columns]
    assert guess_kind(header, samples) == export.kind
    assert guess_kind(header, [[] for _ in header]) == export.kind


@pytest.mark.parametrize("kind", [CONTACTS, ACCOUNTS])
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_our_own_names_of_the_fields_are_understood_in_every_language(kind: str, language: str) -> None:
    fields = [target for target in TARGETS[kind] if target.code != targets.NAME]
    with translation.override(language):
        header = [str(target.label) for target in fields]
    found = dict(zip(header, guessed(header, [[] for _ in header], kind=kind), strict=True))
    assert found == {heading: target.code for heading, target in zip(header, fields, strict=True)}


# --- Which of several -----------------------------------------------------


def test_a_name_alone_is_the_whole_name() -> None:
    assert guessed(["이름", "회사"]) == ["name", "account"]
    assert guessed(["Name", "Email"]) == ["name", "email"]


def test_a_name_beside_the_family_name_is_the_given_name() -> None:
    assert guessed(["이름", "성"]) == ["first_name", "last_name"]


def test_no_single_valued_field_is_guessed_twice_but_several_addresses_are_fine() -> None:
    header = ["Company", "Account name", "Email", "Work email"]
    assert guessed(header) == ["account", "", "email", "email"]
    assert guess(header, [["x"]] * 4)[1].reason == columns.TAKEN


def test_a_column_without_values_does_not_take_the_place_of_one_with_values() -> None:
    assert guessed(["Occupation", "Job title"], [[], ["Director"]]) == ["", "job_title"]


def test_headings_are_read_without_marks_and_case() -> None:
    assert normal("E-mail_1 (Work)") == "e mail 1 work"
    assert normal("AccountName") == "account name"
    for heading in ("first_name", "FIRST NAME", "FirstName", "First-Name*", "firstname"):
        assert guessed([heading]) == ["first_name"], heading


# --- Values ---------------------------------------------------------------


def test_a_title_that_holds_salutations_is_no_job_title() -> None:
    assert guessed(["title"], [["Mrs.", "Mr.", "Ms."]]) == [""]
    assert guessed(["title"], [["Director", "Mr."]]) == ["job_title"]


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("How to reach", ["ana@example.com"], "email"),
        ("Ring", ["+82 2 555 0142"], "phone"),
        ("Ring", ["010-5550-0177", "+82 10-5550-0178"], "mobile"),
        ("Ring", ["01055500177"], "mobile"),
        ("Where", ["https://hanbit.example/about"], "account_website"),
        ("Where", ["https://www.linkedin.com/in/ana"], ""),
        ("Born on", ["01/02/2003"], ""),
        ("Born", ["2001-02-03"], ""),
        ("Postal", ["06236"], "account_address"),
        ("Fax", ["+82 2 555 0142"], ""),
        ("팩스", ["02-555-0142"], ""),
        ("Contact owner", ["ana@desk.example"], ""),
        ("Created by", ["ana@desk.example"], ""),
        ("비서 이메일 확인", ["ana@desk.example"], ""),
        ("Their server", ["hanbit.example"], ""),
        ("Login as", ["john.smith"], ""),
        ("연락처", ["010-5550-0177"], "mobile"),
        ("연락처", ["02-555-0142"], "phone"),
        ("Contact number", ["02-555-0142"], "phone"),
        ("Contact number", ["K-1042"], "reference"),
    ],
)
def test_values_tell_what_the_heading_of_a_contacts_column_does_not(
    heading: str, values: list[str], expected: str
) -> None:
    assert guessed_one(heading, *values) == expected


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("Ring", ["010-5550-0177"], "account_phone"),
        ("Where", ["www.hanbit.example"], "account_website"),
        ("Mail from", ["hanbit.example", "tower.example"], "account_domain"),
        ("Mail from", ["gmail.com"], ""),
        ("Main reader", ["ana@example.com"], ""),
        ("IP", ["44.242.120.158"], ""),
        ("Type", ["Customer", "Partner"], "account_type"),
        ("Type", ["고객", "파트너"], "account_type"),
        ("Type", ["Analyst", "Competitor"], ""),
        ("Website", ["hanbit.example"], "account_website"),
        ("Website", ["none yet"], ""),
        ("Parent", ["Harbor Group"], "account_parent"),
        ("Id", ["0015g00000"], "account_external_id"),
    ],
)
def test_values_tell_what_the_heading_of_an_accounts_column_does_not(
    heading: str, values: list[str], expected: str
) -> None:
    assert guessed_one(heading, *values, kind=ACCOUNTS) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Asia/Seoul", "UTC"], "time_zone"),
        (["america_slash_new_york"], ""),
        (["GMT+9 or so"], ""),
    ],
)
def test_a_time_zone_is_one_that_can_be_stored(values: list[str], expected: str) -> None:
    assert guessed_one("Time zone", *values) == expected


def test_an_email_domain_that_is_a_public_providers_is_not_the_accounts() -> None:
    assert guessed_one("Email domain", "gmail.com", "naver.com") == ""
    assert guessed_one("Email domain", "hanbit.example") == "account_domain"


# --- People and their company --------------------------------------------


def test_the_companys_phone_and_website_are_not_the_persons() -> None:
    header = ["First name", "Company", "Phone", "Company phone", "Website"]
    samples = [["Ana"], ["Hanbit"], ["02-1"], ["02-2"], ["hanbit.example"]]
    assert guessed(header, samples) == ["first_name", "account", "phone", "account_phone", "account_website"]


def test_without_a_company_nothing_is_said_of_one() -> None:
    header = ["First name", "Company phone", "Website", "Street", "City", "Parent account"]
    samples = [["Ana"], ["02-2"], ["hanbit.example"], ["1 Mill Lane"], ["Seoul"], ["Harbor Group"]]
    assert guessed(header, samples) == ["first_name", "phone", "", "", "", ""]


def test_one_address_is_taken_the_likeliest_that_has_values() -> None:
    header = ["Account Name", "Billing Street", "Billing Code", "Shipping Street", "Shipping Code"]
    name, address = "account", "account_address"
    filled = [["Hanbit"], ["1 Mill Lane"], ["06236"], ["2 Dock Road"], ["06237"]]
    assert guessed(header, filled, kind=ACCOUNTS) == [name, address, address, "", ""]
    only_shipping = [["Hanbit"], [], [], ["2 Dock Road"], ["06237"]]
    assert guessed(header, only_shipping, kind=ACCOUNTS) == [name, "", "", address, address]


def test_a_home_address_is_not_that_of_the_company() -> None:
    assert guessed(["Company", "Home Street", "Home City", "집 주소 번지"]) == ["account", "", "", ""]


# --- What was chosen before, and the desk's own fields --------------------


def test_what_was_chosen_before_wins_over_the_usual_meaning() -> None:
    before = {normal("Company"): "notes", normal("Odd one"): "reference", normal("Email"): ""}
    header = ["Company", "Odd-One", "Email", "Account"]
    found = guess(header, [["x"]] * 4, remembered=before)
    assert [one.target for one in found] == ["notes", "reference", "", "account"]
    assert [one.reason for one in found[:3]] == [columns.REMEMBERED] * 3


def test_what_was_chosen_before_has_a_single_field_before_others() -> None:
    assert guessed(["Company", "Odd"], remembered={"odd": "account"}) == ["", "account"]


@pytest.mark.parametrize("code", ["no_such_field", "custom:gone", "account_custom:gone", "create"])
def test_what_no_longer_stands_is_not_remembered(code: str) -> None:
    assert guessed(["Company"], remembered={"company": code}) == ["account"]


def test_what_was_chosen_for_contacts_is_not_remembered_for_accounts() -> None:
    assert guessed(["Name"], remembered={"name": "first_name"}, kind=ACCOUNTS) == ["account"]


def test_the_desks_own_fields_are_found_by_their_labels() -> None:
    create_custom_field("contact", "Shoe size", actor=DESK)
    create_custom_field("account", "Number of floors", actor=DESK)
    create_custom_field("contact", "Website", actor=DESK)
    header = ["Company", "SHOE_SIZE", "Website", "Company number of floors"]
    found = guess(header, [["x"]] * 4)
    assert [one.target for one in found] == [
        "account",
        "custom:shoe_size",
        "custom:website",
        "account_custom:number_of_floors",
    ]
    assert found[1].reason == columns.OWN
    in_accounts = guessed(["Name", "Number of floors", "Shoe size"], kind=ACCOUNTS)
    assert in_accounts == ["account", "account_custom:number_of_floors", ""]


def test_a_field_of_the_desk_is_remembered_while_it_is_there() -> None:
    field = create_custom_field("contact", "Shoe size", actor=DESK)
    before = {"feet": "custom:shoe_size"}
    assert guessed(["Feet"], remembered=before) == ["custom:shoe_size"]
    delete_custom_field(field, actor=DESK)
    assert guessed(["Feet"], remembered=before) == [""]


def test_a_guess_costs_the_same_for_any_number_of_columns(count_queries) -> None:
    few = count_queries(lambda: guessed(["Email"]))
    assert count_queries(lambda: guessed(["Email", "Company", "Odd", "Phone"] * 20)) == few


# --- Contacts or accounts -------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Company", "Email"], CONTACTS),
        (["회사", "전화", "담당자"], CONTACTS),
        (["이름", "전화번호"], CONTACTS),
        (["Name", "Phone", "Address"], CONTACTS),
        ([], CONTACTS),
        (["A", "B"], CONTACTS),
        (["Company", "Phone"], ACCOUNTS),
        (["Name", "Parent"], ACCOUNTS),
        (["Name", "Website", "Phone", "Address"], ACCOUNTS),
        (["거래처명", "사업자등록번호", "대표자", "전화번호", "주소"], ACCOUNTS),
    ],
)
def test_the_headings_tell_people_from_companies(header: list[str], expected: str) -> None:
    assert guess_kind(header, [[] for _ in header]) == expected


# --- New fields -----------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["12", "1,250.50"], "number"),
        (["0", "1"], "number"),
        (["06236", "04524"], "text"),
        (["1234567890123456"], "text"),
        (["12", "many"], "text"),
        (["2026-03-31", "2026. 4. 1."], "date"),
        (["03/04/2026"], "text"),
        (["yes", "no"], "boolean"),
        (["TRUE"], "boolean"),
        (["예", "아니요"], "boolean"),
        (["yes", "perhaps"], "text"),
        (["", " "], "text"),
        ([], "text"),
    ],
)
def test_a_new_field_takes_all_the_values_seen(values: list[str], expected: str) -> None:
    assert kind_of_values(values) == expected


# --- Anything at all ------------------------------------------------------

_known = [heading for export in vendors.EXPORTS for heading, _value, _code in export.columns]
_value = st.one_of(
    st.text(max_size=20), st.sampled_from(["010-5550-0177", "a@b.example", "x.example", "Customer", "2"])
)
_column = st.tuples(st.one_of(st.text(max_size=30), st.sampled_from(_known)), st.lists(_value, max_size=3))


@with_settings(max_examples=trials(50, 500))
@given(
    st.lists(_column, max_size=12),
    st.sampled_from([CONTACTS, ACCOUNTS]),
    st.dictionaries(
        st.sampled_from([normal(heading) for heading in _known]),
        st.sampled_from(["account", "", "email", "?"]),
    ),
)
def test_whatever_a_file_holds_each_column_gets_one_known_field_and_single_fields_once(
    found: list[tuple[str, list[str]]], kind: str, remembered: dict[str, str]
) -> None:
    header, samples = [name for name, _values in found], [values for _name, values in found]
    codes = guessed(header, samples, kind=kind, remembered=remembered) if header else []
    assert len(codes) == len(header)
    assert all(targets.is_known(kind, code) for code in codes)
    assert not targets.twice_filled(codes)
    assert guess_kind(header, samples) in (CONTACTS, ACCOUNTS)
    assert all(kind_of_values(values) for values in samples)


# --- Real files -----------------------------------------------------------

PERSON = {"first_name", "last_name", "account", "email", "phone"}
PLACE = {"account", "account_address"}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("uk-500.csv", CONTACTS, PERSON | PLACE | {"account_website"}),
        ("uk-500.xls", CONTACTS, PERSON | PLACE | {"account_website"}),
        ("uk-500.xlsx", CONTACTS, PERSON | PLACE | {"account_website"}),
        ("leads.csv", CONTACTS, PERSON | PLACE | {"account_website", "x"}),
        (
            "korean-cp949.csv",
            CONTACTS,
            {"first_name", "last_name", "account", "job_title", "email", "mobile", "notes"},
        ),
        ("google-contacts.csv", CONTACTS, PERSON | {"name", "job_title", "mobile", "notes", "label"}),
        ("companies.csv", ACCOUNTS, PLACE),
        ("locations-with-parents.csv", ACCOUNTS, PLACE),
    ],
)
def test_the_shared_files_are_matched_by_themselves(
    shared_data, name: str, kind: str, expected: set[str]
) -> None:
    table, _rows = read((shared_data / name).read_bytes(), name)
    assert guess_kind(table.header, table.samples) == kind
    assert set(guessed(table.header, table.samples, kind=kind)) - {""} == expected


def test_google_says_beside_a_way_what_it_is_called(imported) -> None:
    header = ("Name", "E-mail 1 - Type", "E-mail 1 - Value", "Phone 1 - Type", "Phone 1 - Value")
    row = ("Ana Lima", "* Work", "ana@new.example", "Home", "+351 21 123 4567")
    imported([header, row])
    person = Contact.objects.get(last_name="Lima")
    labels = dict(person.methods.values_list("kind", "label"))
    assert labels == {"email": "Work", "phone": "Home"}
    assert imported([header, row], mode="overwrite").unchanged == 1
    imported([header, ("Ana Lima", "", "ana@new.example", "Office", "+351 21 123 4567")], mode="fill")
    assert dict(person.methods.values_list("kind", "label")) == labels
    imported([header, ("Ana Lima", "", "ana@new.example", "Office", "+351 21 123 4567")], mode="overwrite")
    assert dict(person.methods.values_list("kind", "label")) == {"email": "Work", "phone": "Office"}
