"""What every benchmark measures and prints with."""

import statistics
import time
from collections.abc import Callable

REPEATS = 7


def milliseconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """The median, after one call that warms the caches."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def side_by_side(
    one: Callable[[], object], other: Callable[[], object], repeats: int = 3 * REPEATS
) -> tuple[float, float]:
    """The medians of two, measured in turns: what slows the machine down for a while slows both."""
    one(), other()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for work, kept in zip((one, other), times, strict=True):
            started = time.perf_counter()
            work()
            kept.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def row(name: str, measured: float, base: float | None = None) -> None:
    """A line: the time, and how many times `base` it is."""
    ratio = f"{measured / base:8.1f} ×" if base else ""
    print(f"{name:58} {measured:10.1f} ms {ratio}")
