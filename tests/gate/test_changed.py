"""`make check` finds the tests of what changed."""

from pathlib import Path

from tests.gate.changed import ALWAYS, find_tests

SERVICE = Path("customers/services/associations.py")


def test_a_test_that_changed_runs_itself() -> None:
    changed = Path("tests/core/test_words.py")
    assert find_tests([changed]) == [*ALWAYS, changed]


def test_a_module_brings_the_tests_that_import_it() -> None:
    found = find_tests([SERVICE])
    assert Path("tests/customers/services/test_association_races.py") in found
    assert Path("tests/core/test_words.py") not in found


def test_a_module_brings_the_tests_that_bear_its_name() -> None:
    assert Path("tests/customers/imports/engine/test_run.py") in find_tests(
        [Path("customers/imports/engine/run.py")]
    )


def test_a_template_brings_the_pages_of_its_app_and_no_file_is_looked_for_in_vain() -> None:
    changed = [
        Path("templates/portal/home.html"),
        Path("templates/mail/reply.txt"),
        Path("static/js/rows.js"),
    ]
    found = find_tests([*changed, Path("locale/ko/LC_MESSAGES/django.po"), Path("fixtures/demo.yaml")])
    assert Path("tests/portal") in found
    assert all(path.exists() for path in found)


def test_a_browser_comes_last() -> None:
    found = find_tests([Path("static/js/rows.js"), SERVICE])
    browsers = ["browser" in path.parts for path in found]
    assert browsers == sorted(browsers)
