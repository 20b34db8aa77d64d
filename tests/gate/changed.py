"""Which tests belong to what changed: the tests themselves, those that mirror a file, those that import it."""

import re
import subprocess
from pathlib import Path

from tests.gate.steps import ROOT

#: The rules of the house read files alone and take seconds: they always run.
ALWAYS = tuple(
    Path("tests/architecture") / f"test_{name}.py"
    for name in ("arguments", "imports", "indexes", "repository", "templates", "words_in_code")
)
#: Where the tests are of what no Python file imports.
BESIDE = {
    "templates/customers": "tests/customers/views",
    "templates/tickets": "tests/tickets/views",
    "templates/portal": "tests/portal",
    "templates/mail": "tests/customers/test_mail.py tests/tickets/test_mail.py",
    "static/js": "tests/browser/test_js_accounts.py tests/browser/test_js_forms.py"
    " tests/browser/test_js_overlays.py tests/browser/test_js_rows.py",
    "locale": "tests/core/test_translations.py",
    "fixtures": "tests/portal/test_demo.py",
}


def changed_files() -> list[Path]:
    """What is not committed yet; when everything is, what the last commit changed. Deleted files are left out."""
    changed = _git("diff", "--name-only", "HEAD") + _git("ls-files", "--others", "--exclude-standard")
    found = changed or _git("diff", "--name-only", "HEAD~1", "HEAD")
    return [path for path in map(Path, found) if (ROOT / path).is_file()]


def find_tests(changed: list[Path]) -> list[Path]:
    """The test files and folders to run, the nearest first; a browser's come last."""
    found = [path for path in changed if _is_test(path)]
    found += [test for path in changed for test in _mirrored(path)]
    found += _importing({_module(path) for path in changed if path.suffix == ".py"})
    found += [Path(name) for path in changed for name in _beside(path)]
    nearest_first = dict.fromkeys([*ALWAYS, *found])
    return sorted(nearest_first, key=lambda path: "browser" in path.parts)


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines()


def _is_test(path: Path) -> bool:
    return path.parts[0] == "tests" and path.name.startswith("test_") and path.suffix == ".py"


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _mirrored(path: Path) -> list[Path]:
    """tests/customers/services/test_methods*.py for customers/services/methods/changes.py."""
    if path.suffix != ".py" or path.parts[0] == "tests":
        return []
    folder = ROOT / "tests" / path.parent
    return [test.relative_to(ROOT) for test in sorted(folder.glob(f"test_{path.stem}*.py"))]


def _importing(modules: set[str]) -> list[Path]:
    """The tests that import one of these modules by its own name."""
    if not modules:
        return []
    names = "|".join(re.escape(module) for module in modules)
    imports = re.compile(rf"^\s*(?:from|import) (?:{names})\b(?!\.)", re.MULTILINE)
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    return [test.relative_to(ROOT) for test in tests if imports.search(test.read_text(encoding="utf-8"))]


def _beside(path: Path) -> list[str]:
    return [name for folder, names in BESIDE.items() if path.is_relative_to(folder) for name in names.split()]
