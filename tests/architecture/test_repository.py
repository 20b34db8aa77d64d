"""What is committed: locked requirements that any index can serve, no path of one machine, a readable history."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, repository_files, text

LOCKS = [Path("requirements.txt"), Path("requirements-dev.txt")]
MACHINE_PATH = re.compile(r"(?<![\w.~$}\-/])/(?:root|home|work|opt|Users|mnt)/\w")
TEXT = {".py", ".html", ".md", ".css", ".js", ".toml", ".txt", ".yaml", ".yml", ".po", ".csv", ".json", ""}


def pinned(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text(path), flags=re.MULTILINE))


def declared(group: str | None) -> set[str]:
    project = tomllib.loads(text(Path("pyproject.toml")))["project"]
    lines = project["optional-dependencies"][group] if group else project["dependencies"]
    return {re.split(r"[\[<>=! ;]", line)[0].lower().replace("_", "-") for line in lines}


@pytest.mark.parametrize("path", LOCKS, ids=str)
def test_every_requirement_is_pinned_by_hash(path: Path) -> None:
    bare = [
        line
        for line in text(path).replace("\\\n", " ").splitlines()
        if line.strip() and not line.strip().startswith("#") and "--hash=sha256:" not in line
    ]
    assert bare == []


@pytest.mark.parametrize("path", LOCKS, ids=str)
def test_a_lock_does_not_say_where_a_package_came_from(path: Path) -> None:
    assert "://" not in text(path)
    assert not re.search(r"^\s*--(?!hash)|index-url|find-links|trusted-host", text(path), flags=re.MULTILINE)


def test_the_locks_hold_what_the_project_declares() -> None:
    assert declared(None) <= set(pinned(LOCKS[0])), "run: make lock"
    assert declared("dev") <= set(pinned(LOCKS[1])), "run: make lock"


def test_both_locks_agree() -> None:
    runtime, development = pinned(LOCKS[0]), pinned(LOCKS[1])
    assert {name: development.get(name) for name in runtime} == runtime, "run: make lock"


def test_no_file_names_a_path_of_one_machine() -> None:
    named = [
        f"{path}: {match[0]}"
        for path in repository_files()
        if path.suffix in TEXT and path.name != Path(__file__).name
        for match in MACHINE_PATH.finditer((ROOT / path).read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []


def test_nothing_generated_is_committed() -> None:
    generated = [path for path in repository_files() if path.suffix in {".mo", ".pyc", ".sqlite3", ".map"}]
    assert generated == []


def test_the_readme_names_every_setting() -> None:
    read = set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)\"""", text(Path("helpdesk/settings.py"))))
    read |= set(re.findall(r"""_required_in_production\("([A-Z_]+)\"""", text(Path("helpdesk/settings.py"))))
    named = set(re.findall(r"`([A-Z_]+)`", text(Path("README.md"))))
    assert read - named == set()
