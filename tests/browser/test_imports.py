"""The import in a real browser: from a file to its records, corrected, stopped and taken back."""

import io
import re

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from customers.models import Account, Contact, ImportRun
from tests.factories import AccountFactory, ContactFactory
from tests.personas import World

CSV = """Full name,E-mail,Company,Job title
Ana Lima,ana@new.example,Quayside Lofts,Tenant
Carla Moreno,carla@people.example,Quayside Lofts,Board
Bad Person,bad@nowhere,,
"""
#: As a Korean Excel saves it: CP949 with CRLF.
KOREAN = (
    "이름,성,회사,직책,이메일,휴대전화\r\n"
    "지수,한,한빛타워,시설 부장,jisoo.han@hanbit.example,010-5550-0177\r\n"
    "민준,박,동백레지던스,입주자대표,minjun.park@dongbaek.example,010-5550-0178\r\n"
    "은지,최,송도물류센터,총무,eunji.choi@songdo,02-555-0142\r\n"
)


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


def upload(
    page: Page, content: str | bytes, name: str = "people.csv", *, button: str = "Upload the file"
) -> None:
    page.goto("/agent/imports/new/")
    buffer = content.encode() if isinstance(content, str) else content
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": buffer})
    page.get_by_role("button", name=button).click()
    expect(page.locator("#map")).to_be_visible()


def preview(page: Page, mode: str = "Add new records") -> None:
    page.get_by_role("radio", name=mode, exact=True).check()
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()


def carry_out(page: Page, rows: str) -> None:
    page.get_by_role("button", name=f"Import {rows}").click()
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_text(re.compile("^Imported .* rows?\\."))).to_be_visible()


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    people, companies = book.active, book.create_sheet("Buildings")
    people.title = "People"
    for row in (("Name", "Email"), ("Ana Lima", "ana@new.example")):
        people.append(row)
    for row in (
        ("Our buildings",),
        ("Company", "Parent", "Phone"),
        ("North Wing", "Harbor Tower", "02-555-0142"),
    ):
        companies.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- Three modes -------------------------------------------------------------------
def test_new_records_are_added_and_a_bad_row_corrected_in_a_second_file(world, browse, tmp_path) -> None:
    page = browse(world.max.user)
    upload(page, CSV)
    preview(page)
    expect(page.get_by_text("1 + 0 + 0 + 1 + 1 = 3 rows read")).to_be_visible()
    expect(page.get_by_text("Not a complete email address")).to_be_visible()
    carry_out(page, "1 row")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 2 rows left out").click()
    left_out = tmp_path / "left-out.csv"
    download.value.save_as(left_out)
    corrected = left_out.read_text(encoding="utf-8-sig").replace("bad@nowhere", "bad@new.example")
    upload(page, corrected)
    preview(page)
    expect(page.get_by_text("1 + 0 + 0 + 1 + 0 = 2 rows read")).to_be_visible()
    carry_out(page, "1 row")
    assert Contact.objects.filter(methods__value="bad@new.example").exists()


def test_blanks_are_filled_and_accounts_stay(world, browse) -> None:
    ContactFactory(first_name="Ana", last_name="Lima", email="ana@new.example")
    page = browse(world.max.user)
    upload(page, CSV)
    expect(page.get_by_label("Also add contacts who are not here yet")).to_be_hidden()
    page.get_by_role("radio", name="Update without overwriting", exact=True).check()
    page.get_by_label("Also add contacts who are not here yet").uncheck()
    preview(page, "Update without overwriting")
    page.get_by_role("link", name="Updated 1").click()
    expect(page.get_by_role("row").filter(has_text="Ana Lima")).to_contain_text("new account")
    carry_out(page, "2 rows")
    ana = Contact.objects.get(methods__value="ana@new.example")
    assert [place.account.name for place in ana.ordered_associations] == ["Quayside Lofts"]
    carla = Contact.objects.get(pk=world.carla.contact.pk)
    assert [place.account for place in carla.ordered_associations] == [world.harbor]


def test_the_file_wins_the_old_account_stays_and_all_is_taken_back(world, browse, assert_accessible) -> None:
    page = browse(world.max.user)
    upload(page, CSV)
    preview(page, "Update with overwriting")
    page.get_by_role("link", name="Updated 1").click()
    expect(page.get_by_text("Quayside Lofts becomes primary")).to_be_visible()
    expect(page).to_have_url(re.compile("rows=updated"))
    page.get_by_label("Look at row").fill("4")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Row 4", exact=True)).to_be_visible()
    assert_accessible(page)
    carry_out(page, "2 rows")
    carla = Contact.objects.get(pk=world.carla.contact.pk)
    assert [place.account.name for place in carla.ordered_associations] == ["Quayside Lofts", "Harbor Tower"]
    page.get_by_role("link", name="Undo import").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 added contact is removed.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Undo import").click()
    expect(page.get_by_role("heading", name="Undoing the import")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_text("This import was undone.")).to_be_visible()
    carla = Contact.objects.get(pk=world.carla.contact.pk)
    assert [place.account for place in carla.ordered_associations] == [world.harbor]
    assert not Account.objects.filter(name="Quayside Lofts").exists()


# --- Workbooks, stopping, columns -----------------------------------------------------
def test_another_sheet_of_a_workbook_is_read_as_accounts(world, browse) -> None:
    page = browse(world.max.user)
    upload(page, two_sheets(), "house.xlsx")
    expect(page.get_by_role("heading", level=1, name="Import contacts")).to_be_visible()
    page.get_by_label("Sheet", exact=True).select_option("Buildings")
    expect(page.get_by_text("Headings found in row 2")).to_be_visible()
    page.get_by_role("button", name="Accounts", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Import accounts")).to_be_visible()
    preview(page)
    carry_out(page, "1 row")
    assert Account.objects.get(name="North Wing").parent == world.harbor
    page.get_by_role("link", name="See the 1 account").click()
    expect(page.get_by_role("link", name="North Wing")).to_be_visible()


def test_an_import_is_stopped_and_goes_on(world, browse) -> None:
    page = browse(world.max.user)
    upload(page, CSV)
    preview(page)
    page.get_by_role("button", name="Import 1 row").click()
    expect(page).to_have_title(re.compile("^0% · Importing"))
    page.get_by_role("button", name="Stop the import").click()
    expect(page.get_by_text("Stopping after the rows it is at.")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_text("Stopped after 0 of 3 rows.")).to_be_visible()
    page.get_by_role("button", name="Go on with the import").click()
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    page.reload()
    call_command("worker", once=True)
    expect(page.get_by_text("Imported 1 of 3 rows.")).to_be_visible()


def test_a_note_follows_the_choice_and_an_error_stands_at_its_column(
    world, browse, assert_accessible
) -> None:
    page = browse(world.max.user)
    upload(page, CSV)
    title = page.get_by_label("Field for Job title")
    row = page.get_by_role("row").filter(has=title)
    expect(row).to_contain_text("Matched by its heading")
    title.select_option("reference")
    expect(row).to_contain_text("Used to find contacts you already have")
    title.select_option("job_title")
    expect(row).to_contain_text("Matched by its heading")
    title.select_option("account")
    page.get_by_role("button", name="Preview changes").click()
    expect(row).to_contain_text("Only one column can fill")
    expect(page.get_by_text("1 column needs another choice")).to_be_visible()
    assert_accessible(page)


def test_the_wizard_works_with_the_keyboard_alone(world, browse) -> None:
    page = browse(world.max.user)
    upload(page, CSV)
    page.get_by_role("radio", name="Add new records", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Update with overwriting", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Also add contacts who are not here yet")).to_be_focused()
    page.get_by_role("button", name="Preview changes").press("Enter")
    page.get_by_role("link", name="New 1").press("Enter")
    expect(page.get_by_role("link", name="New 1")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("link", name="New 1")).to_be_focused()


# --- Korean ---------------------------------------------------------------------------
def walk_in_korean(page: Page, content: bytes, rows: int) -> None:
    upload(page, content, "연락처.csv", button="파일 업로드")
    expect(page.get_by_text("문자 인코딩 CP949")).to_be_visible()
    expect(page.get_by_text("지수", exact=True).first).to_be_visible()
    page.get_by_role("radio", name="덮어쓰며 업데이트", exact=True).check()
    page.get_by_role("button", name="변경 미리 보기").click()
    expect(page.get_by_text("아직 아무것도 변경되지 않았습니다.")).to_be_visible()
    page.get_by_role("button", name=f"{rows}행 가져오기").click()
    expect(page.get_by_role("heading", name="가져오는 중")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_text(f"중 {rows}행을 가져왔습니다.")).to_be_visible()


def korean(user):
    user.language = "ko"
    user.save()
    return user


def test_a_korean_file_is_walked_through_in_korean(world, browse, assert_accessible) -> None:
    page = browse(korean(world.max.user), language="ko")
    walk_in_korean(page, KOREAN.encode("cp949"), 2)
    assert_accessible(page)
    jisoo = Contact.objects.get(methods__value="jisoo.han@hanbit.example")
    assert (jisoo.name, jisoo.primary_account.name, jisoo.job_title) == ("한지수", "한빛타워", "시설 부장")
    page.get_by_role("link", name="가져오기 실행 취소").click()
    page.get_by_role("dialog").get_by_role("button", name="가져오기 실행 취소").click()
    expect(page.get_by_role("heading", name="가져오기 실행 취소 중")).to_be_visible()
    call_command("worker", once=True)
    expect(page.get_by_text("이 가져오기는 실행 취소되었습니다.")).to_be_visible()
    assert not Contact.objects.filter(pk=jisoo.pk).exists()


# --- Every step, looked at ----------------------------------------------------------------
@pytest.mark.long
def test_every_step_is_accessible(world, browse, assert_accessible_in_both_themes) -> None:
    def check() -> None:
        page.evaluate("scrollTo(0, 0)")  # nothing half behind the bar on top
        assert_accessible_in_both_themes(page)

    AccountFactory(name="Quayside Lofts")
    page = browse(korean(world.max.user), size="phone", language="ko")
    page.goto("/agent/imports/new/")
    content = CSV + "Dora Dean,dora@new.example,Nova Yard,\nD. Dean,d@new.example,Nova Yard,\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.locator("button[form=upload]").click()
    expect(page.locator("#map")).to_be_visible()
    page.locator("input[value=overwrite]").check()
    check()
    page.locator("button[form=map]").click()
    for code in ("failed", "created", "updated"):
        page.locator(f"#rows-{code}").click()
        expect(page.locator(f"#rows-{code}")).to_have_attribute("aria-current", "true")
        check()
    for summary in page.locator("details.found > summary").all():
        summary.click()
    check()
    page.locator(".savebar .btn--primary").click()
    expect(page.locator("progress")).to_be_visible()
    check()
    call_command("worker", once=True)
    expect(page.locator(".notice--ok")).to_be_visible()
    check()
    run = ImportRun.objects.get()
    for path in ("contacts/", "undo/confirm/"):
        page.goto(f"/agent/imports/{run.pk}/{path}")
        check()
    page.goto("/agent/imports/")
    check()
