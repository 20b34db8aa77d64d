"""Every module of ours carries the hash of its content, wherever another one imports it."""

import re
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from helpdesk.core.storage import HashedModulesStorage

IMPORTED = re.compile(r'^(?:import|\} from|import .* from) "(\./[^"]+)";', re.MULTILINE)


def test_no_module_imports_another_by_a_name_that_outlives_it(tmp_path: Path) -> None:
    sources = FileSystemStorage(settings.BASE_DIR / "static")
    names = [f"js/{name}" for name in sources.listdir("js")[1]]
    storage = HashedModulesStorage(location=tmp_path, base_url="/static/")
    for name in names:
        with sources.open(name) as file:
            storage.save(name, file)
    for _name, _hashed, problem in storage.post_process({name: (storage, name) for name in names}):
        assert not isinstance(problem, Exception), problem

    hashed = [tmp_path / storage.stored_name(name) for name in names]
    imported = [found for path in hashed for found in IMPORTED.findall(path.read_text())]
    assert imported
    assert [name for name in imported if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
    assert [name for name in imported if not (tmp_path / "js" / name).exists()] == []
