"""Runs steps side by side, each with its output in a file, and tells how far they are."""

import re
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.gate.steps import REPORTS, ROOT, Step

PROGRESS = re.compile(r"\[ *(\d+)%\]")
LOOK_EVERY = 0.2
TELL_EVERY = 60


@dataclass(frozen=True)
class Result:
    """A step that has ended."""

    step: Step
    code: int
    seconds: float
    output: str

    @property
    def is_good(self) -> bool:
        return self.code == 0


@dataclass
class Running:
    """A step under way."""

    step: Step
    process: subprocess.Popen[bytes]
    started: float

    @classmethod
    def start(cls, step: Step) -> "Running":
        step.report.unlink(missing_ok=True)
        with _log(step).open("wb") as log:
            process = subprocess.Popen(
                ["nice", f"-n{step.niceness}", *step.command()],
                cwd=ROOT,
                env=step.full_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return cls(step, process, time.monotonic())

    def result(self) -> Result | None:
        """None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        output = _log(self.step).read_text(encoding="utf-8", errors="replace")
        return Result(self.step, code, time.monotonic() - self.started, output)

    def progress(self) -> str:
        """How much of a test run is done, in percent, as its own output says."""
        done = PROGRESS.findall(_log(self.step).read_text(encoding="utf-8", errors="replace"))
        return f"{self.step.name} {done[-1]} %" if done else self.step.name


def run_side_by_side(steps: Iterable[Step], *, at_once: int) -> Iterator[Result]:
    """Start the steps in order, at most `at_once` at a time; yields each as soon as it has ended."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    waiting, running = list(steps), list[Running]()
    told = time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(Running.start(waiting.pop(0)))
            for one in list(running):
                if (result := one.result()) is not None:
                    running.remove(one)
                    yield result
            if time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                print("     " + ", ".join(one.progress() for one in running), flush=True)
            time.sleep(LOOK_EVERY)
    finally:
        for one in running:
            one.process.terminate()


def _log(step: Step) -> Path:
    return REPORTS / f"{step.name}.log"
