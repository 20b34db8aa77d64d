"""The files of the repository, read once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("helpdesk", "customers", "tickets", "portal")


@cache
def repository_files() -> tuple[Path, ...]:
    """Everything that is committed or would be: relative paths, sorted."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (Path(name) for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def files_ending(*endings: str, under: tuple[str, ...] = ()) -> list[Path]:
    return [
        path
        for path in repository_files()
        if path.suffix in endings and (not under or path.parts[0] in under)
    ]


def product_modules() -> list[Path]:
    """Our Python files, without migrations, which Django writes."""
    return [path for path in files_ending(".py", under=APPS) if "migrations" not in path.parts]


def templates() -> list[Path]:
    return files_ending(".html", ".txt", under=("templates",))


@cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
