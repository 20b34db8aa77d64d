"""What is declared is used, and what is imported is declared: no package hinders an upgrade for nothing."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions

from tests.architecture.sources import APPS, ROOT, files_ending, text, tree

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = DECLARED["dependencies"]
DEVELOPMENT = DECLARED["optional-dependencies"]["dev"]
#: What works without being named: a password hasher that Django imports, data that Python looks up, and plugins.
SILENT = {"argon2-cffi", "tzdata", "pytest-django", "pytest-xdist", "django-stubs"}
#: Where programs and modules are named by their names alone.
NAMED_IN = ("Makefile", "README.md", "helpdesk/settings.py", "tests/gate/steps.py")
OURS = {*APPS, "tests", "benchmarks", "manage"}


def canonical(requirement: str) -> str:
    """The name of a distribution, as PEP 503 writes it, without extras and versions."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def run(node: ast.AST) -> Iterator[ast.AST]:
    """What is there when the program runs: not what only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from run(child)


def imported(*folders: str) -> dict[str, str]:
    """The modules of others that our files import, by their first name, each with one file that does."""
    found = {}
    for path in files_ending(".py"):
        if folders and path.parts[0] not in folders:
            continue
        for node in run(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            found |= {name.partition(".")[0]: str(path) for name in names}
    return {name: path for name, path in found.items() if name not in OURS | sys.stdlib_module_names}


def modules() -> dict[str, set[str]]:
    """The first names of what each distribution brings."""
    brought: dict[str, set[str]] = {}
    for module, names in packages_distributions().items():
        for name in names:
            brought.setdefault(canonical(name), set()).add(module)
    return brought


def test_what_is_imported_is_declared() -> None:
    runtime, everything = ({canonical(one) for one in many} for many in (RUNTIME, RUNTIME + DEVELOPMENT))
    brought = packages_distributions()
    undeclared = {}
    for folders, declared in ((APPS, runtime), ((), everything)):
        for module, path in imported(*folders).items():
            if not {canonical(name) for name in brought.get(module, ())} & declared:
                undeclared[module] = path
    assert undeclared == {}


def test_what_is_declared_is_used() -> None:
    brought, used = modules(), set(imported())
    prose = "\n".join(text(ROOT / name) for name in NAMED_IN)
    idle = set()
    for name in {canonical(one) for one in RUNTIME + DEVELOPMENT} - SILENT:
        scripts = distribution(name).entry_points.select(group="console_scripts")
        programs = {name, *(script.name for script in scripts)}
        is_run = any(re.search(rf"(?<![\w-]){re.escape(program)}(?![\w-])", prose) for program in programs)
        is_named = any(f'"{module}.' in prose for module in brought.get(name, ()))
        if not brought.get(name, set()) & used and not is_run and not is_named:
            idle.add(name)
    assert idle == set()
