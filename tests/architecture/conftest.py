"""The addresses are visited on a desk that a worker works for."""

import pytest

from helpdesk.core.background import health


@pytest.fixture(autouse=True)
def _a_worker_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "has_worker", lambda: True)
