"""Sentences in Python name modules through the terminology too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import product_modules, tree
from tests.architecture.test_templates import NAMES

TRANSLATORS = {
    "_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "phrase", "phrase_lazy", "phrase_n",
}  # fmt: skip
DEFINES_THE_TERMS = {Path("helpdesk/core/words/terminology.py")}
# Where an administrator renames the modules, they have to be called something.
NAMED_AS_SHIPPED = {
    (Path("helpdesk/core/models.py"), name) for name in ("Account", "Contact", "Ticket", "Department")
} | {(Path("helpdesk/events/models.py"), "Contact")}  # a kind of actor


def translated(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in TRANSLATORS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield node.lineno, argument.value


def test_module_names_come_from_the_terminology() -> None:
    typed = [
        f"{path}:{line} {sentence}"
        for path in product_modules()
        if path not in DEFINES_THE_TERMS
        for line, sentence in translated(path)
        if NAMES.search(re.sub(r"%\(\w+\)s", "", sentence)) and (path, sentence) not in NAMED_AS_SHIPPED
    ]
    assert typed == [], 'write phrase("… %(term_account)s …"), so that an administrator can rename the module'
