"""The tests. Paths mirror the code; `gate.py` is what `make test` runs."""
