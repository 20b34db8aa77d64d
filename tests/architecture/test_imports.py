"""Imports stand at the top. An import inside a function hides a circle that import-linter would show."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, functions, product_modules


def ours(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] in APPS
    return isinstance(node, ast.Import) and any(name.name.split(".")[0] in APPS for name in node.names)


@pytest.mark.parametrize("path", product_modules(), ids=str)
def test_nothing_of_ours_is_imported_inside_a_function(path: Path) -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for function in functions(path)
        if not (path.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if ours(node)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", product_modules(), ids=str)
def test_imports_are_absolute(path: Path) -> None:
    from_here = [
        node.lineno
        for node in ast.walk(ast.parse((Path(__file__).parents[2] / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert from_here == []
