# Every target sets up what it needs. `make demo` and `make test` start from a fresh clone.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help demo check test test-all lint format lock bench clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

demo: $(RUNTIME) ## serve the product with demo data on PORT (8000)
	@HELPDESK_DEMO=true HELPDESK_PUBLIC_URL=http://localhost:$(PORT) $(BIN)/python manage.py runall --demo --port $(PORT)

check: $(DEVELOPMENT) ## before a commit: checks, types and the tests of what changed, within 90 seconds
	@$(BIN)/python -m tests.gate check

test: $(DEVELOPMENT) ## the gate: every check and every test, on SQLite and, where the database matters, on PostgreSQL
	@$(BIN)/python -m tests.gate test

test-all: $(DEVELOPMENT) ## before a release: every test on both databases, the long trials in full number
	@$(BIN)/python -m tests.gate test-all

lint: $(DEVELOPMENT) ## only the checks that need no test run
	@$(BIN)/python -m tests.gate lint

format: $(DEVELOPMENT) ## put code and templates into shape
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/djhtml --tabwidth 2 templates

lock: $(DEVELOPMENT) ## pin the requirements again; ARGS=--upgrade takes newer versions
	@$(PIP_COMPILE) --output-file requirements.txt pyproject.toml
	@$(PIP_COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

bench: $(DEVELOPMENT) ## measure what the documents claim
	@HELPDESK_DEMO=true $(BIN)/python -m benchmarks

clean: ## remove the virtual environment and the caches; data under var/ stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed (Debian: apt install python3-venv)."; exit 1; }

# A stamp is newer than its lock file when the environment holds what the file says.
$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing the requirements …"
	@$(PIP_INSTALL) --requirement requirements.txt
	@touch $@

# The gate counts the time of this apart.
$(DEVELOPMENT): requirements-dev.txt | $(BIN)/python
	@echo "Installing the development requirements …"
	@started=$$(date +%s); $(PIP_INSTALL) --requirement requirements-dev.txt && \
		echo $$(($$(date +%s) - started)) > $(VENV)/.installed
	@touch $@ $(RUNTIME)
