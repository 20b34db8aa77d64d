"""What every benchmark measures and prints with."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

REPEATS = 7


@dataclass(frozen=True)
class Spent:
    """What some work took: seconds on the clock, and of processor time. The latter are compared, as other work on the
    machine makes everything slower on the clock."""

    seconds: float
    processor: float


def spent(work: Callable[[], object]) -> Spent:
    """Do some work once. Its processor time is that of this process and of the server's for our connection."""
    clock, processor = time.perf_counter(), processor_time()
    work()
    return Spent(time.perf_counter() - clock, processor_time() - processor)


def processor_time() -> float:
    """Seconds so far, of this process and of the server's for our connection."""
    return time.process_time() + _servers_time()


def _servers_time() -> float:
    """Of PostgreSQL on this machine, as Linux tells it (proc_pid_stat(5): utime and stime); else nothing."""
    if connection.vendor != "postgresql":
        return 0
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not told.exists():
        return 0
    utime, stime = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(utime) + int(stime)) / os.sysconf("SC_CLK_TCK")


def peak_memory_of_this_process() -> float:
    """MB. Linux tells it of the process (proc_pid_status(5): VmHWM); getrusage(2) would tell that of the one which
    started it, if that was more."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


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
