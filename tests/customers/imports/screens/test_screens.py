"""The pages of an import, one step after the other, and what they say when a file cannot be taken."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Contact, ImportRun
from customers.views.imports import setup as views
from helpdesk.jobs.tasks import advance
from helpdesk.spreadsheets.cells import FORMULA_STARTS
from tests.customers.imports.conftest import HEADER, csv_text, xlsx
from tests.customers.imports.doors import press_start

pytestmark = pytest.mark.django_db
PEOPLE = [
    HEADER,
    ("Ana", "Lima", "ana@new.example", "Harbor Tower", "Tenant"),
    ("Ben", "Cole", "ben@new.example", "Quayside Lofts", ""),
    ("Carla", "Moreno", "carla@people.example", "", ""),
    ("=1+1", "Evil", "evil@nowhere", "", ""),
]


def upload(client, content: bytes, name: str = "people.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("customers:import_create"), {"file": file})


def page(name: str, run: ImportRun) -> str:
    return reverse(f"customers:import_{name}", args=[run.pk])


@pytest.fixture
def ready(world) -> ImportRun:
    """Max has uploaded the people and matched the columns."""
    upload(world.max.client, csv_text(PEOPLE).encode())
    run = ImportRun.objects.get()
    choices = {f"column_{index}": target for index, target in enumerate(run.mapping)}
    world.max.client.post(page("match", run), {"mode": "add"} | choices)
    run.refresh_from_db()
    return run


@pytest.fixture
def done(ready, world) -> ImportRun:
    press_start(world.max.client, ready)
    advance.call(ready.pk)
    ready.refresh_from_db()
    return ready


def test_a_manager_goes_from_file_to_contacts(world):
    client = world.max.client
    assert "CSV, XLSX, XLS or ODS, up to" in client.get(reverse("customers:import_create")).content.decode()
    response = upload(client, csv_text(PEOPLE).encode("cp949"))
    run = ImportRun.objects.get()
    assert response.url == page("match", run)

    matching = client.get(response.url).content.decode()
    assert "Matched by its heading" in matching
    assert "ana@new.example" in matching
    choices = {f"column_{index}": target for index, target in enumerate(run.mapping)}
    response = client.post(response.url, {"mode": "add"} | choices)
    assert response.url == page("preview", run)

    preview = client.get(response.url).content.decode()
    assert "Import 2 rows" in preview
    assert "Not a complete email address" in preview
    assert "Quayside Lofts" in client.get(f"{response.url}?rows=created").content.decode()
    assert not Contact.objects.filter(methods__value="ana@new.example").exists()

    response = press_start(client, run)
    assert response.url == page("result", run)
    assert "0 of 4 rows" in client.get(response.url).content.decode()
    advance.call(run.pk)
    result = client.get(response.url).content.decode()
    assert "Imported 2 of 4 rows." in result
    assert "Already here as Carla Moreno" in result
    contacts = client.get(page("contacts", run)).content.decode()
    assert "Ana Lima" in contacts
    assert "Carla Moreno" not in contacts
    assert "people.csv" in client.get(reverse("customers:import_list")).content.decode()


def test_the_counts_on_the_page_add_up(done):
    assert (done.created, done.skipped, done.failed, done.processed) == (2, 1, 1, 4)


def test_rows_left_out_come_back_with_their_columns_and_the_problem(done, world):
    response = world.max.client.get(page("rejected", done))
    text = response.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert response["Content-Disposition"] == 'attachment; filename="people-left-out.csv"'
    assert rows[0] == [*HEADER, "problem"]
    assert rows[1][5] == "Already here as Carla Moreno, with the same: Email"
    assert rows[2][:3] == ["'=1+1", "Evil", "evil@nowhere"]
    assert not any(cell.startswith(FORMULA_STARTS) for row in rows for cell in row)


def test_corrected_rows_can_be_imported_on_their_own(done, world):
    text = world.max.client.get(page("rejected", done)).getvalue().decode("utf-8-sig")
    upload(world.max.client, text.replace("evil@nowhere", "evil@new.example").encode())
    run = ImportRun.objects.latest("id")
    assert run.mapping == [*done.mapping, ""]


def test_progress_is_a_fragment_for_htmx_and_sends_on_when_it_is_over(ready, world):
    client, url = world.max.client, page("result", ready)
    press_start(client, ready)
    fragment = client.get(url, headers={"HX-Request": "true"})
    assert fragment.templates[0].name == "customers/imports/_running.html"
    assert 'hx-trigger="every 1s"' in fragment.content.decode()
    advance.call(ready.pk)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Redirect"] == url


def test_a_large_file_is_checked_in_the_background(world, monkeypatch):
    monkeypatch.setattr(views, "INLINE_ROWS", 1)
    client = world.max.client
    upload(client, csv_text(PEOPLE).encode())
    run = ImportRun.objects.get()
    choices = {f"column_{index}": target for index, target in enumerate(run.mapping)}
    client.post(page("match", run), {"mode": "add"} | choices)
    assert "Checking the file" in client.get(page("preview", run)).content.decode()
    advance.call(run.pk)
    assert client.get(page("preview", run), headers={"HX-Request": "true"})["HX-Redirect"] == page(
        "preview", run
    )


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "people.csv", "The file is empty."),
        (b"%PDF-1.7", "people.csv", "its content is not text"),
        (csv_text(PEOPLE).encode(), "people.xlsx", "its content is not one"),
        (xlsx(PEOPLE), "people.csv", "its content is not text"),
        (b"Name,Email\n", "people.csv", "no rows below them"),
        (b"MZ", "people.exe", "This kind of file cannot be read"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_at_the_field(world, content, name, sentence):
    response = upload(world.max.client, content, name)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportRun.objects.exists()


def test_no_file_at_all(world):
    response = world.max.client.post(reverse("customers:import_create"), {})
    assert "Choose a file first." in response.content.decode()


class Endless(io.RawIOBase):
    """A file of many bytes that are nowhere kept; it remembers how many were in flight at once."""

    def __init__(self, size: int) -> None:
        self.left, self.largest, self.name = size, 0, "people.csv"

    def readable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        count = self.left if count < 0 else min(count, self.left)
        self.left, self.largest = self.left - count, max(self.largest, count)
        return b"x" * count


class Body(io.RawIOBase):
    """A request with one huge file, made while it is read."""

    def __init__(self, size: int) -> None:
        head = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n'
            b"Content-Type: text/csv\r\n\r\n"
        )
        self.parts = [io.BytesIO(head), Endless(size), io.BytesIO(b"\r\n--b--\r\n")]
        self.size = len(head) + size + 9

    def read(self, count: int = -1) -> bytes:
        while self.parts:
            if found := self.parts[0].read(count):
                return found
            self.parts.pop(0)
        return b""


def test_200_mb_are_refused_without_being_kept(world, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    body = Body(200 * 1024**2)
    huge = body.parts[1]
    raw = {
        "wsgi.input": body,
        "CONTENT_LENGTH": str(body.size),
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
    }
    response = world.max.client.generic("POST", reverse("customers:import_create"), **raw)
    assert response.status_code == 422
    assert "larger than 180 MB" in response.content.decode()
    assert huge.largest <= 1024**2
    assert not ImportRun.objects.exists()


def test_two_columns_for_one_field_are_told_at_the_second(ready, world):
    response = world.max.client.post(
        page("match", ready),
        {"mode": "add", "column_0": "name", "column_3": "account", "column_4": "account"},
    )
    body = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_column_4-error"' in body
    assert 'id="id_column_3-error"' not in body


def test_a_step_that_is_past_leads_to_where_the_import_stands(done, world):
    for step in ("match", "preview"):
        assert world.max.client.get(page(step, done)).url == page("result", done)
    assert press_start(world.max.client, done).url == page("result", done)
    done.refresh_from_db()
    assert done.created == 2


def test_a_script_in_a_cell_stays_text(world):
    rows = [HEADER, ("<script>alert(1)</script>", "X", "bad", "<img src=x onerror=alert(1)>", "")]
    upload(world.max.client, csv_text(rows).encode())
    run = ImportRun.objects.get()
    choices = {f"column_{index}": target for index, target in enumerate(run.mapping)}
    world.max.client.post(page("match", run), {"mode": "add"} | choices)
    for step in ("match", "preview"):
        body = world.max.client.get(page(step, run)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body


STEPS = ["match", "preview", "result", "rejected", "contacts"]


@pytest.mark.parametrize("name", ["import_list", "import_create"])
def test_an_agent_gets_403_and_no_entry_in_the_navigation(world, name):
    response = world.ana.client.get(reverse(f"customers:{name}"))
    assert response.status_code == 403
    assert f'href="{reverse("customers:import_list")}"' not in response.content.decode()


def test_the_list_makes_as_many_queries_with_many_imports_as_with_few(done, world, count_queries):
    url = reverse("customers:import_list")
    few = count_queries(lambda: world.max.client.get(url))
    for n in range(40):
        ImportRun.objects.create(name=f"{n}.csv", digest="x", created_by=world.max.user)
    assert count_queries(lambda: world.max.client.get(url)) == few
