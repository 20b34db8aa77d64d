"""How often the long trials try: a small number in the gate, the full one with TRIALS=all, as `make test-all` sets it.

Generated worlds, kills and generated inputs begin at one seed, new for each run and named by whatever fails.
`TEST_SEED=<that number>` tries the same again.
"""

import os
import secrets

FULL = os.environ.get("TRIALS") == "all"
# Workers of pytest-xdist inherit the environment, so that all of them collect the same trials.
SEED = int(os.environ.setdefault("TEST_SEED", str(secrets.randbelow(1_000_000))))


def seeds(gate: int, full: int, *, side_by_side: int) -> range:
    """The first seeds of parts with so many trials each. In the gate each of the databases has trials of its own."""
    is_second = os.environ.get("DATABASE_URL", "").startswith("postgres")
    first = SEED + (gate if is_second and not FULL else 0)
    return range(first, first + trials(gate, full), side_by_side)


def trials(gate: int, full: int) -> int:
    """`gate` tries in `make test`, `full` in `make test-all`."""
    return full if FULL else gate
