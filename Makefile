# make demo   figures of a sample report, on the screen
# make test   the tests (as root on Debian it also installs PostgreSQL, chromium and a Chinese font)
# make test-long  further cases of what these try, some minutes more
# make check  tests, linter, types, import contracts

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-long lint types contracts check bench

demo: $(VENV)/installed
	$(BIN)/gouji extract corpus/dev/transport.txt

test: $(VENV)/installed-test
	scripts/install_system_packages.sh
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not alone and not long"
	$(BIN)/python -m pytest -m "alone and not long"

test-long: $(VENV)/installed-test
	$(BIN)/python -m pytest -n auto --dist loadfile -m long

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

contracts: $(VENV)/installed-dev
	$(BIN)/lint-imports

check: test lint types contracts

bench: $(VENV)/installed-bench
	$(BIN)/python scripts/benchmark.py

# An old ensurepip leaves a pip that cannot read today's wheels.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-%: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	touch $@
