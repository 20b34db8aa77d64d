"""The gate behind `make test`, `make check`, `make test-all` and `make lint`: `python -m tests.gate test`.

`steps` says what belongs to each of them, `pool` runs steps side by side, `changed` finds the tests of what changed,
`__main__` puts them together and prints the verdict. Nothing of the product is imported here.
"""
