"""`python -m benchmarks.imports_million`: one import of BENCH_IMPORT_ROWS (1,000,000) contacts from its first row to
its last: the processor time a row takes in each tenth of it (a straight line has the same in all), the peak memory of
its process, and meanwhile a list page and a small change beside what they take alone.
"""

from __future__ import annotations

import os

os.environ.setdefault("BENCH_IMPORT_ROWS", "1000000")

from benchmarks.imports import SIZES, desk, forget, pages_meanwhile, prepared, timed
from customers.models import ImportRun


def main() -> None:
    with desk():
        for count in SIZES:
            measure(count)


def measure(count: int) -> None:
    print(f"\n{count:,} contacts, all new", flush=True)
    forget()
    runs: list[ImportRun] = []
    checked = timed(lambda: runs.append(prepared(count, "add")))
    print(f"  the dry run: {count / checked:,.0f} rows/s", flush=True)
    told = pages_meanwhile(lambda: runs[0])
    each = [seconds / count * 10 * 1e6 for seconds in told["tenths"]]
    print(f"  processor time a row, tenth by tenth: {', '.join(f'{one:,.0f}' for one in each)} µs")
    print(f"  the last tenth takes {each[-1] / each[0]:.2f} × the first")
    print(f"  peak memory of the worker: {told['memory']:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
