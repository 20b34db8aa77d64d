"""A function that needs many arguments does several things, or wants an object that carries them."""

import ast

from tests.architecture.sources import functions, product_modules

MOST = 5
NOT_COUNTED = {"self", "cls", "actor"}


def arguments_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [argument.arg for argument in arguments if argument.arg not in NOT_COUNTED]


def test_no_function_takes_more_than_five_arguments_beside_its_actor() -> None:
    too_many = {
        f"{path}:{node.lineno} {node.name}": arguments_of(node)
        for path in product_modules()
        for node in functions(path)
        if len(arguments_of(node)) > MOST
    }
    assert too_many == {}
