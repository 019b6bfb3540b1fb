# Casework. `make help` says what there is; everything runs from this folder, in the virtual environment .venv.

# The first Python on this machine that is new enough; set PYTHON to choose another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run stop setup test test-setup lint bench mutants lock python

run: setup ## Set up and start all of Casework; Ctrl-C ends it (PORT, CASEWORK_DATA, DEMO=boston)
	@exec .venv/bin/python -m tools.stack

stop: ## End what `make run` started, if it was left behind
	@exec $(PYTHON) -m tools.stack stop

setup: python ## Set up only: virtual environment, locked packages, front-end files
	@exec $(PYTHON) -m tools.setup

test: test-setup ## Set up, check the code, run all tests on SQLite and PostgreSQL (ARGS="-k words" for pytest)
	@exec .venv/bin/python -m tools.check --tests $(ARGS)

lint: test-setup ## Check the code: ruff, mypy, import-linter
	@exec .venv/bin/python -m tools.check

bench: test-setup ## Measure import, refresh and pages on the sample data
	@exec .venv/bin/python -m tools.bench $(ARGS)

mutants: test-setup ## Change the code in small ways and ask whether a test notices (docs/mutation.md; ARGS="names")
	@# In an environment of its own: what it brings renames processes, by which the tests of the stack know them.
	@test -x .venv-mutants/bin/mutmut || { $(PYTHON) -m venv .venv-mutants && .venv-mutants/bin/pip install -q \
		-r requirements.txt -r requirements-dev.txt && .venv-mutants/bin/pip install -q -r requirements-mutants.txt; }
	@exec .venv-mutants/bin/mutmut run --max-children 1 $(ARGS)

lock: python ## Bring the lock files up to date with requirements*.in and package.json
	@exec $(PYTHON) -m tools.lock

help: ## Say what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

test-setup: python
	@exec $(PYTHON) -m tools.setup --tests

python:
	@test -n "$(PYTHON)" || { echo "Casework needs Python 3.11 or later; none was found. Install one, try again." >&2; exit 1; }
