"""Whether the live server is answering: what a page asked for on its way out must not reach the next test's desk."""

import threading
import time
from typing import Any

from django.core.signals import request_finished, request_started

PATIENCE = 10.0


class Serving:
    """Counts the requests under way in the server's threads."""

    def __init__(self) -> None:
        self._under_way: set[int] = set()
        request_started.connect(self._begin)
        request_finished.connect(self._end)

    def close(self) -> None:
        request_started.disconnect(self._begin)
        request_finished.disconnect(self._end)

    def wait(self) -> None:
        """Return when nothing is under way. Raises `TimeoutError` after `PATIENCE` seconds."""
        until = time.monotonic() + PATIENCE
        while self._under_way:
            if time.monotonic() > until:
                raise TimeoutError("The live server still answers a request of the test before.")
            time.sleep(0.005)

    def _begin(self, **_given: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            self._under_way.add(threading.get_ident())

    def _end(self, **_given: Any) -> None:
        self._under_way.discard(threading.get_ident())
