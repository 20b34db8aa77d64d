"""Stylesheets and scripts are joined from their parts, and what cannot be joined is named."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from helpdesk.core.web import bundles
from helpdesk.core.web.bundles import BUNDLES, SOURCES, STYLESHEETS, BundleFinder, UnreadableModule, script


@pytest.fixture
def modules(tmp_path: Path):
    """`modules(name=text)`: a folder of sources with these modules, their names without `.js`."""

    def write(**texts: str) -> Path:
        (tmp_path / "js").mkdir(exist_ok=True)
        for name, text in texts.items():
            (tmp_path / "js" / f"{name}.js").write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize("path", BUNDLES)
def test_every_bundle_is_found_and_holds_its_parts(path: str) -> None:
    found = finders.find(path)
    assert found
    assert Path(found).read_text() == BUNDLES[path]()
    assert path in {name for name, _storage in BundleFinder().list([])}


def test_every_file_stands_in_a_bundle() -> None:
    """Those for Django's admin are named by the admin's own pages."""
    styles = {path.relative_to(SOURCES / "css").with_suffix("").as_posix() for path in SOURCES.rglob("*.css")}
    joined = {name for names in STYLESHEETS.values() for name in names}
    assert {name for name in styles - joined if not name.startswith("admin/")} == set()
    main = script("main.js")
    assert [path.name for path in (SOURCES / "js").iterdir() if f"// {path.name}\n" not in main] == []


def test_a_module_comes_after_those_that_it_needs_once_each(modules) -> None:
    sources = modules(
        main='import "./a.js";\nimport { twice } from "./b.js";\ntwice(1);\n',
        a='import { twice } from "./b.js";\ntwice(2);\n',
        b="const FACTOR = 2;\nexport function twice(n) {\n  return n * FACTOR;\n}\n",
    )
    assert script("main.js", sources) == (
        "// b.js\nconst $b = (() => {\nconst FACTOR = 2;\nfunction twice(n) {\n  return n * FACTOR;\n}\n"
        "return { twice };\n})();\n\n"
        "// a.js\nconst $a = (() => {\nconst { twice } = $b;\ntwice(2);\nreturn {  };\n})();\n\n"
        "// main.js\nconst $main = (() => {\nconst { twice } = $b;\ntwice(1);\nreturn {  };\n})();\n"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('import "./a.js";\n', "main.js → a.js → main.js"),
        ('import "./nowhere.js";\n', "imports nowhere.js"),
        ('import whole from "./b.js";\n', "import whole"),
        ("export default 1;\n", "export default"),
        ("export let count = 0;\n", "export let"),
    ],
)
def test_what_cannot_be_joined_is_named(modules, text: str, reason: str) -> None:
    sources = modules(main='import "./a.js";\n', a=text.replace("a.js", "main.js"), b="")
    with pytest.raises(UnreadableModule, match=reason):
        script("main.js", sources)


def test_a_changed_part_is_found_changed(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "BUILT", tmp_path)
    monkeypatch.setitem(BUNDLES, "bundles/gate.css", lambda: "one {}")
    assert Path(BundleFinder().find("bundles/gate.css")).read_text() == "one {}"
    monkeypatch.setitem(BUNDLES, "bundles/gate.css", lambda: "two {}")
    assert Path(BundleFinder().find("bundles/gate.css")).read_text() == "two {}"
