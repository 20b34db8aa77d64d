"""`python -m tests.gate test | check | test-all | lint`: run it all, print what failed, and one last line that says it.

With CI=true a part that is left out fails the gate.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.gate.changed import changed_files, find_tests
from tests.gate.pool import Result, run_side_by_side
from tests.gate.steps import BIN, LINT, ROOT, Step, all_tests, postgres_url, pytest_step, tests_of_gate

# Files from outside the repository: their tests run where the folder exists, and are no part of the gate.
OUTSIDE = "shared/data"
#: Seconds for the tests of `make check`; with types, checks and the start it stays within 90.
SECONDS_OF_CHECK = 55
#: What the Makefile and .ci/run spent on installing, in seconds.
INSTALLING = (ROOT / ".venv" / ".installed", ROOT / "var" / "gate-installed")


@dataclass
class Verdict:
    """What the steps came to."""

    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    def take(self, result: Result) -> None:
        if not result.is_good:
            self.failed.append(result.step.name)
        self.times.append(f"{result.step.name} {duration(result.seconds)}")
        if result.step.report.exists():
            report = json.loads(result.step.report.read_text(encoding="utf-8"))
            for reason, number in report["skipped"].items():
                self.left_out.append(f"{result.step.name}: {reason} ({number})")
            if browser := report["seconds"].get("browser"):
                self.times[-1] += f" (of it in a browser, in sum {duration(browser)})"

    def close(self) -> None:
        unwanted = [part for part in self.left_out if OUTSIDE not in part]
        if unwanted and os.environ.get("CI") == "true":
            self.failed.append("parts left out, which CI does not allow")

    def line(self, seconds: float) -> str:
        word = f"FAILED: {', '.join(self.failed)};" if self.failed else "passed"
        left_out = "left out: " + "; ".join(self.left_out) if self.left_out else "nothing left out"
        return (
            f"{word} in {duration(seconds)} ({', '.join(self.times)}; "
            f"installing, not counted, {duration(installing())}); {left_out}"
        )


def duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def installing() -> float:
    """Seconds that were spent on installing for this run."""
    found = 0.0
    for path in INSTALLING:
        if path.exists():
            found += float(path.read_text())
            path.unlink()
    return found


def show(result: Result) -> None:
    """One line for what went well, and the whole output of what did not; tests end with their own count."""
    print(
        f"{'ok  ' if result.is_good else 'FAIL'} {result.step.name} ({duration(result.seconds)})", flush=True
    )
    if not result.is_good:
        print(result.output, flush=True)
    elif result.step.is_tests:
        print(result.output.rstrip().rpartition("\n")[2], flush=True)


def run(steps: Iterable[Step], verdict: Verdict, *, at_once: int) -> None:
    for result in run_side_by_side(steps, at_once=at_once):
        show(result)
        verdict.take(result)


def chosen(what: str, verdict: Verdict) -> tuple[Step, ...]:
    """The steps of `what`, the longest first."""
    if what == "lint":
        return LINT
    if what == "check":
        tests = tuple(str(path) for path in find_tests(changed_files()))
        return (*LINT, pytest_step("tests of what changed", tests, {"TEST_SECONDS": str(SECONDS_OF_CHECK)}))
    if postgres_url() is None:
        verdict.left_out.append("tests on PostgreSQL: no server answers (set TEST_DATABASE_URL)")
    seed = int(os.environ.get("TEST_SEED") or secrets.randbelow(1_000_000))
    print(f"Trials begin at seed {seed}; the same ones again: TEST_SEED={seed} make {what}", flush=True)
    types, *checks = LINT
    return (types, *(all_tests(seed) if what == "test-all" else tests_of_gate(seed)), *checks)


def main(what: str) -> int:
    started, verdict = time.monotonic(), Verdict()
    # One process more than cores: a check, beside tests that use them all and a database that gets what they leave.
    run(chosen(what, verdict), verdict, at_once=4)
    verdict.close()
    print("\n── the gate ──")
    if verdict.failed:
        print(f"For one test again: {BIN.relative_to(ROOT)}/pytest -k <part of its name>")
    print(verdict.line(time.monotonic() - started))
    return 1 if verdict.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "test"))
