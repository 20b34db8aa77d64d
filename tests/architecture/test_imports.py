"""Imports stand at the top. An import inside a function hides a circle that import-linter would show."""

import ast

from tests.architecture.sources import APPS, functions, product_modules, tree


def is_ours(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] in APPS
    return isinstance(node, ast.Import) and any(name.name.split(".")[0] in APPS for name in node.names)


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path in product_modules()
        for function in functions(path)
        if not (path.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if is_ours(node)
    ]
    assert hidden == []


def test_imports_are_absolute() -> None:
    relative = [
        f"{path}:{node.lineno}"
        for path in product_modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []
