"""One stylesheet for each surface (workspace, help center, sign-in) and one script for all: what a browser asks for.

Under `static/css` and `static/js` each file says one thing. A page that asked for every one of them would make eighty
requests, so `BundleFinder` joins them: stylesheets one after another, modules in the order of their imports, each in a
function of its own. Templates name the joined ones: `{% static "bundles/agent.css" %}`.

Nothing is compiled or shortened: what runs is what is written. A module may say `import "./a.js";`,
`import { b, c } from "./a.js";` and `export` before a function, class or constant; anything else is refused.
"""

from __future__ import annotations

import builtins
import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

SOURCES = settings.BASE_DIR / "static"
BUILT = settings.VAR_DIR / "bundles"

EVERYWHERE = (
    "tokens",  # sets the order of the layers
    "base",
    "components/buttons",
    "components/marks",
    "components/forms",
    "components/chips",
    "components/tabs",
    "components/tables",
    "components/overlays",
    "components/notices",
    "components/wayfinding",
    "components/behaviour",
    "components/sign-ins",
)
STYLESHEETS = {
    "agent": (
        *EVERYWHERE,
        "agent/shell",
        "agent/palette",
        "agent/head",
        "agent/ticket-list",
        "agent/ticket",
        "agent/record",
        "agent/contact",
        "agent/associate",
        "agent/contact-list",
        "agent/account-list",
        "agent/views",
        "agent/import",
        "agent/export",
        "agent/bulk",
        "agent/merge",
        "agent/leaving",
        "agent/health",
        "agent/background",
        "agent/links",
        "agent/dashboard",
        "agent/touch",
        "agent/upload",
        "agent/import-match",
        "agent/ticket-forms",
        "agent/access",
    ),
    "portal": (
        *EVERYWHERE,
        "portal/shell",
        "portal/tickets",
        "portal/new-ticket",
        "portal/team",
        "portal/looking",
        "portal/ticket",
    ),
    "gate": (*EVERYWHERE, "components/gate"),
}
ENTRY = "main.js"

IMPORT = re.compile(
    r'^import (?:\{ (?P<names>[\w, ]+) \} from )?"\./(?P<module>[\w-]+\.js)";\n', re.MULTILINE
)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class UnreadableModule(Exception):
    """A module that cannot be joined with the others; says which, and what of it."""


def stylesheet(files: tuple[str, ...], sources: Path = SOURCES) -> str:
    """These files of `static/css`, in this order."""
    return "\n".join((sources / "css" / f"{name}.css").read_text(encoding="utf-8") for name in files)


def script(entry: str, sources: Path = SOURCES) -> str:
    """The module `entry` with all that it imports. Raises `UnreadableModule`."""
    joined: dict[str, str] = {}
    _join(entry, sources / "js", joined, ())
    return "\n".join(joined.values())


def _join(name: str, folder: Path, joined: dict[str, str], under_way: tuple[str, ...]) -> None:
    """Add the module to `joined`, after those that it needs."""
    if name in under_way:
        raise UnreadableModule(
            f"{' → '.join((*under_way, name))}: the modules import one another in a circle."
        )
    if name in joined:
        return
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnreadableModule(f"{under_way[-1]} imports {name}, which does not exist.") from error
    for found in IMPORT.finditer(text):
        _join(found["module"], folder, joined, (*under_way, name))
    joined[name] = _as_function(name, text)


def _as_function(name: str, text: str) -> str:
    """A module as a call of a function, whose answer is what it exports."""
    exported = [found["name"] for found in EXPORT.finditer(text)]
    body = IMPORT.sub(_taken, EXPORT.sub("", text))
    if left_over := LEFT_OVER.search(body):
        raise UnreadableModule(
            f"static/js/{name}: “{left_over[0]}” cannot be joined; see helpdesk/core/web/bundles.py."
        )
    return (
        f"// {name}\nconst {_variable(name)} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"
    )


def _taken(found: re.Match[str]) -> str:
    return f"const {{ {found['names']} }} = {_variable(found['module'])};\n" if found["names"] else ""


def _variable(name: str) -> str:
    return "$" + name.removesuffix(".js").replace("-", "_")


BUNDLES = {
    **{f"bundles/{name}.css": partial(stylesheet, files) for name, files in STYLESHEETS.items()},
    "bundles/main.js": partial(script, ENTRY),
}


class BundleFinder(BaseFinder):
    """Hands out what is joined, written anew whenever a part has changed."""

    def find(self, path: str, find_all: bool = False, **_other: Any) -> Any:
        found = self._built(path) if path in BUNDLES else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in BUNDLES:
            self._built(path)
            yield path, FileSystemStorage(BUILT)

    def check(self, **_options: Any) -> builtins.list[CheckMessage]:
        """Parts that are missing or cannot be joined."""
        try:
            for join in BUNDLES.values():
                join()
        except (UnreadableModule, FileNotFoundError) as error:
            return [Error(str(error), id="helpdesk.E020")]
        return []

    def _built(self, path: str) -> str:
        """Where it is kept. Several may ask at once, so it is never there half."""
        text, target = BUNDLES[path](), BUILT / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(target)
        return str(target)
