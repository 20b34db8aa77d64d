"""What each door to the import says and does besides importing; what an import does is in test_modes.py."""

import io
import signal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from tablib import Dataset

from customers.models import Account, Contact, ImportRun
from customers.resources import AccountResource, ContactResource
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from helpdesk.jobs import running as machine
from tests.customers.imports.conftest import HEADER, csv_text, xls, xlsx
from tests.customers.imports.doors import agreement, counts

pytestmark = pytest.mark.django_db
PEOPLE = [
    HEADER,
    ("Lena", "Berg", "lena@new.example", "Harbor Tower", "Tenant"),
    ("Carla", "Moreno", "carla@people.example", "", ""),
    ("Bad", "Address", "bad@nowhere", "", ""),
]


# --- Command line -------------------------------------------------------------------
@pytest.fixture
def people(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text(csv_text(PEOPLE))
    return str(path)


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_contacts", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_columns_counts_and_reasons(world, people):
    said = command(people)
    assert "  Company → Primary account\n" in said
    assert "1 created + 0 updated + 0 unchanged + 1 skipped + 1 failed = 3 rows" in said
    assert "row 4 failed: Not a complete email address" in said
    assert Contact.objects.get(methods__value="lena@new.example").primary_account == world.harbor


def test_a_dry_run_says_the_same_and_keeps_nothing(world, people):
    before = Contact.objects.count()
    said = command(people, "--dry-run")
    assert "1 created + 0 updated + 0 unchanged + 1 skipped + 1 failed = 3 rows" in said
    assert "row 4 failed: Not a complete email address" in said
    assert (Contact.objects.count(), ImportRun.objects.count()) == (before, 0)


def test_the_desk_itself_imports_unless_a_user_is_named(world, people):
    command(people)
    entry = AuditEntry.objects.filter(code="import.started").latest("pk")
    assert (entry.actor_kind, entry.actor_user) == ("system", None)
    command(people, "--user", "MAX@desk.example")
    assert AuditEntry.objects.filter(code="import.started").latest("pk").actor_user == world.max.user


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{people}", "--user", "ana@desk.example"], "may not import"),
        (["{people}", "--user", "nobody@desk.example"], "Nobody signs in as"),
        (["{people}", "--map", "Firm=account"], "no column called “Firm”"),
        (["{people}", "--map", "Company=acount"], "no field called “acount”"),
        (["{people}", "--map", "Company=custom:none"], "no field called “custom:none”"),
        (["{people}", "--map", "Company"], "HEADING=FIELD"),
        (["{people}", "--map", "First name=", "--map", "Last name=", "--map", "Email="], "Choose a column"),
        (["{people}", "--sheet", "People"], "no sheet of this name"),
        (["{people}", "--undo", "1"], "Give one file"),
        (["{people}", "--dry-run", "--rejected", "x.csv"], "writes no file"),
        (["--undo", "999"], "no import number 999"),
        (["--resume", "999"], "no import number 999"),
        (["{people}.gone"], "No such file"),
        (["{folder}/picture.csv"], "its content is not text"),
        ([], "Give one file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_leaves_nothing(
    world, people, tmp_path, arguments, sentence
):
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(CommandError, match=sentence) as caught:
        command(*(argument.format(people=people, folder=tmp_path) for argument in arguments))
    assert caught.value.returncode == 1
    assert not ImportRun.objects.exists()


def test_columns_can_be_chosen_and_a_choice_takes_its_field_from_a_guess(world, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Name,Firm,Company,Note\nLena Berg,Right Ltd,Wrong Ltd,hello\n")
    said = command(str(path), "--map", "Firm=account", "--map", "Note=")
    assert "  Firm → Primary account\n  Company → (left out)\n  Note → (left out)\n" in said
    assert Contact.objects.get(first_name="Lena").primary_account.name == "Right Ltd"
    assert not Account.objects.filter(name="Wrong Ltd").exists()


def test_a_sheet_can_be_chosen(world, tmp_path):
    path = tmp_path / "people.xlsx"
    path.write_bytes(xlsx(PEOPLE, empty_sheet_first=True))
    assert "sheet People: 3 rows" in command(str(path), "--sheet", "People")


def test_the_command_takes_an_import_back(world, people):
    command(people)
    run = ImportRun.objects.get()
    assert "Undone: 1 records" in command("--undo", str(run.pk))
    assert not Contact.objects.filter(methods__value="lena@new.example").exists()
    with pytest.raises(CommandError, match="already past that step"):
        command("--undo", str(run.pk))


def test_ctrl_c_stops_after_the_batch_and_the_run_can_go_on(world, tmp_path, monkeypatch):
    monkeypatch.setattr("customers.imports.engine.files.BATCH", 4)
    path = tmp_path / "many.csv"
    path.write_text(csv_text([HEADER, *((f"P{n}", "X", f"p{n}@x.example", "", "") for n in range(10))]))
    whole, calls = machine.do_items, []

    def interrupted(*args, **kwargs):
        calls.append(args)
        if len(calls) == 1:
            signal.raise_signal(signal.SIGINT)
        whole(*args, **kwargs)

    monkeypatch.setattr(machine, "do_items", interrupted)
    with pytest.raises(CommandError, match="Stopped as asked, after 4 of 10 rows") as caught:
        command(str(path))
    run = ImportRun.objects.get()
    assert (run.status, run.processed) == ("cancelled", 4)
    assert f"--resume {run.pk}" in str(caught.value)
    monkeypatch.setattr(machine, "do_items", whole)
    assert "10 created" in command("--resume", str(run.pk))
    assert Contact.objects.filter(last_name="X").count() == 10


def test_ctrl_c_pressed_twice_stops_at_once_and_keeps_no_half_batch(world, people, monkeypatch):
    def interrupted(*args, **kwargs):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(machine, "do_items", interrupted)
    with pytest.raises(CommandError, match="Stopped as asked, after 0 of 3 rows"):
        command(people)
    assert ImportRun.objects.get().status == "cancelled"


def test_a_terminal_sees_the_progress_and_a_file_does_not(world, people):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    call_command("import_contacts", people, stdout=out)
    assert "\r3 of 3 rows\n" in out.getvalue()
    assert "of 3 rows" not in command(people)


def test_rows_left_out_go_to_the_file_that_was_named(world, people, tmp_path):
    out = tmp_path / "out.csv"
    assert str(out) in command(people, "--rejected", str(out))
    assert (
        out.read_text("utf-8-sig").splitlines()[2] == "Bad,Address,bad@nowhere,,,Not a complete email address"
    )


# --- Django admin -------------------------------------------------------------------
IMPORT, CONFIRM = "admin:customers_contact_import", "admin:customers_contact_process_import"


def post_file(client, data: bytes, name: str = "people.csv", **fields: str):
    file = SimpleUploadedFile(name, data)
    form = {"import_file": file, "format": "0", "resource": "0", "mode": "add"} | fields
    return client.post(reverse(IMPORT), form)


def test_the_admin_offers_the_import_beside_the_export(world):
    page = world.root.client.get(reverse("admin:customers_contact_changelist")).content.decode()
    assert f'href="{reverse(IMPORT)}"' in page.replace("'", '"')
    form = world.root.client.get(reverse(IMPORT)).content.decode()
    for mode in ("Add new records", "Update without overwriting", "Update with overwriting"):
        assert mode in form


def test_the_admin_shows_each_row_before_anything_is_written(world):
    before = Contact.objects.count()
    preview = post_file(world.root.client, csv_text(PEOPLE).encode())
    result, page = preview.context["result"], preview.content.decode()
    assert Contact.objects.count() == before
    assert (result.totals["new"], result.totals["skip"], result.totals["error"]) == (1, 1, 1)
    assert "<ins>lena@new.example</ins>" in page
    assert "Already here as Carla Moreno, with the same: Email" in page
    assert "Not a complete email address" in page


def test_the_difference_shows_what_goes_and_what_comes(world):
    rows = [HEADER, ("Caroline", "", "carla@people.example", "<b>New</b>", "")]
    page = post_file(world.root.client, csv_text(rows).encode(), mode="overwrite").content.decode()
    assert "<del>Carla</del> <ins>Caroline</ins>" in page
    assert "<ins>&lt;b&gt;New&lt;/b&gt;</ins>, Harbor Tower" in page


def test_what_rows_make_of_their_accounts_stands_in_one_column(world):
    rows = [
        ("Name", "Email", "Company", "Company website"),
        ("Carla Moreno", "carla@people.example", "Harbor Tower", "https://one.example"),
        ("Zoe Novak", "zoe@people.example", "Quayside", "https://two.example"),
    ]
    result = post_file(world.root.client, csv_text(rows).encode(), mode="overwrite").context["result"]
    assert result.diff_headers.count("Website of the account") == 1


def test_confirming_imports_what_was_shown_and_leads_to_the_import(world):
    run = post_file(world.root.client, csv_text(PEOPLE).encode()).context["result"].run
    page = world.root.client.post(reverse(CONFIRM), agreement(run), follow=True)
    run.refresh_from_db()
    assert counts(run) == {"created": 1, "skipped": 1, "failed": 1}
    assert "3 rows read: 1 created, 0 updated, 0 unchanged, 1 skipped, 1 failed." in page.content.decode()
    assert reverse("customers:import_result", args=[run.pk]) in page.content.decode()
    assert timeline(run).get(code="import.started").actor_user == world.root.user
    history = world.root.client.get(reverse("customers:import_list")).content.decode()
    assert reverse("customers:import_result", args=[run.pk]) in history


def test_confirming_twice_imports_once(world):
    run = post_file(world.root.client, csv_text(PEOPLE).encode()).context["result"].run
    world.root.client.post(reverse(CONFIRM), agreement(run))
    again = world.root.client.post(reverse(CONFIRM), agreement(run))
    assert again.url == reverse("customers:import_result", args=[run.pk])
    assert Contact.objects.filter(methods__value="lena@new.example").count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("people.csv", csv_text([("이름", "이메일"), ("한지수", "jisoo@new.example")]).encode("cp949")),
        (
            "people.csv",
            csv_text([("이름", "이메일"), ("한지수", "jisoo@new.example")], delimiter=";").encode(),
        ),
        ("people.xlsx", xlsx([("이름", "이메일"), ("한지수", "jisoo@new.example")])),
        ("people.xls", xls([("이름", "이메일"), ("한지수", "jisoo@new.example")])),
    ],
)
def test_the_admin_reads_what_our_readers_read(world, name, data):
    run = post_file(world.root.client, data, name).context["result"].run
    world.root.client.post(reverse(CONFIRM), agreement(run))
    contact = Contact.objects.get(methods__value="jisoo@new.example")
    assert (contact.last_name, contact.first_name) == ("한", "지수")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "its content is not text"),
        (b"Colour,Size\nred,12\n", "Choose a column for the name, the email address, the reference number"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_in_the_admin(world, data, sentence):
    response = post_file(world.root.client, data)
    assert sentence in response.content.decode()
    assert not ImportRun.objects.exists()


def test_a_large_file_goes_on_in_the_workspace(world, monkeypatch):
    monkeypatch.setattr("customers.imports.admin.AT_ONCE", 2)
    response = post_file(world.root.client, csv_text(PEOPLE).encode())
    run = ImportRun.objects.get()
    assert run.status == "checking"
    assert response.url == reverse("customers:import_preview", args=[run.pk])


@pytest.mark.parametrize("name", ["ana", "max", "carla"])
def test_nobody_but_an_administrator_imports_in_the_admin(world, name):
    client = world.persona(name).client
    run = post_file(world.root.client, csv_text(PEOPLE).encode()).context["result"].run
    assert client.get(reverse(IMPORT), follow=True).status_code == 403
    assert client.post(reverse(CONFIRM), {"run": run.pk}, follow=True).status_code == 403
    run.refresh_from_db()
    assert run.status == "ready"


def test_get_confirms_nothing_and_a_run_of_the_other_kind_is_not_found(world):
    run = post_file(world.root.client, csv_text(PEOPLE).encode()).context["result"].run
    assert world.root.client.get(reverse(CONFIRM), {"run": run.pk}).status_code == 405
    other = reverse("admin:customers_account_process_import")
    assert world.root.client.post(other, {"run": run.pk}).status_code == 404
    assert world.root.client.post(reverse(CONFIRM), {"run": "x"}).status_code == 404


# --- The Resource -----------------------------------------------------------------------
def test_a_dataset_is_imported_by_the_engine(world):
    dataset = Dataset(("Lena", "lena@new.example", "=1+1"), headers=["First name", "Email", "Company"])
    result = ContactResource().import_data(dataset, user=world.root.user)
    assert (result.totals["new"], result.total) == (1, 1)
    assert (result.run.created, result.run.created_by) == (1, world.root.user)
    assert Contact.objects.get(first_name="Lena").primary_account.name == "=1+1"


def test_a_dataset_in_a_dry_run_changes_nothing(world):
    before = Account.objects.count()
    dataset = Dataset(("New Ltd", "7"), ("Harbor Tower", "8"), headers=["Name", "Number"])
    result = AccountResource().import_data(dataset, dry_run=True, mode="fill", also_add=True)
    assert (result.totals["new"], result.totals["update"]) == (1, 1)
    assert [row.import_type for row in result] == ["new", "update"]
    assert Account.objects.count() == before


def test_a_dataset_that_cannot_be_imported_is_an_error_of_the_whole(world):
    dataset = Dataset(("red",), headers=["Colour"])
    assert ContactResource().import_data(dataset).has_errors()
