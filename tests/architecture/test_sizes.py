"""Where we stop and think again: a long function, file or template, a function that wants too much."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import files_ending, functions, product_modules, templates, text

FUNCTION_LINES = 50
FILE_LINES = 500
TEMPLATE_LINES = 150
PARAMETERS = 5
NOT_COUNTED = {"self", "cls", "actor"}

CODE = [path for path in files_ending(".py") if "migrations" not in path.parts]
PAGES = files_ending(".css", ".js", under=("static",))


@pytest.mark.parametrize("path", CODE, ids=str)
def test_no_function_reaches_the_stop(path: Path) -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for node in functions(path)
        if node.end_lineno and node.end_lineno - node.lineno + 1 >= FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("path", CODE + PAGES, ids=str)
def test_no_file_reaches_the_stop(path: Path) -> None:
    assert len(text(path).splitlines()) < FILE_LINES


@pytest.mark.parametrize("path", templates(), ids=str)
def test_no_template_reaches_the_stop(path: Path) -> None:
    assert len(text(path).splitlines()) < TEMPLATE_LINES


def wanted(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [argument.arg for argument in arguments if argument.arg not in NOT_COUNTED]


@pytest.mark.parametrize("path", product_modules(), ids=str)
def test_no_function_wants_more_than_five_things(path: Path) -> None:
    greedy = {
        f"{path}:{node.lineno} {node.name}": wanted(node)
        for node in functions(path)
        if len(wanted(node)) > PARAMETERS
    }
    assert greedy == {}
