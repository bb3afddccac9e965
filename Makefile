# `make report` and `make test` each do all of their own set-up in .venv; all they need is make and
# Python 3.11 or newer. A second run finds the set-up done and starts at once.

VENV   := .venv
READY  := $(VENV)/.ready
OUT    ?= reports
STUDY  ?= study
STATE  ?=
MINUTES ?= 60
# A file of tests goes to one process whole, since its tests share what is slow to make.
PYTEST ?= -n auto --dist loadfile

# Where the programs of a virtual environment are: bin, or Scripts on Windows.
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)

# The first Python on this machine that is new enough; `make PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)

.PHONY: help report study app test lint build wheel bench state fuzz clean setup

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

report: $(READY)  ## Make the sample district's reports in reports/
	$(BIN)/equitylab report --out $(OUT)

study: $(READY)  ## Open the curriculum in JupyterLab
	$(BIN)/equitylab study $(STUDY)

app: $(READY)  ## Open the curriculum as pages without code
	$(BIN)/equitylab study $(STUDY) --app

test: lint  ## Run every check: style, notebooks, tests, examples in docstrings and in the README
	$(BIN)/python notebooks/build.py --check
	$(BIN)/python -m pytest $(PYTEST)

lint: $(READY)  ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

build: $(READY)  ## Write the notebooks from notebooks/source
	$(BIN)/python notebooks/build.py

wheel: $(READY)  ## Build the package in dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

bench: $(READY)  ## Measure what a report costs, by each way to make one (five minutes)
	$(BIN)/python benchmarks/reports.py

state: $(READY)  ## Measure a whole state in one batch: time, and memory every two seconds
	$(BIN)/python benchmarks/state_batch.py $(STATE)

fuzz: $(READY)  ## Break files of every format for an hour, and see that each is refused in plain words
	$(BIN)/python -m tests.fuzz.run --minutes $(MINUTES)

setup: $(READY)  ## Only do the set-up

$(READY): binder/requirements.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "EquityLab needs Python 3.11 or newer, and none was found." >&2; \
	  echo "Install it, or say: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 2; fi
	@echo "Setting up in $(VENV) (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian or Ubuntu: apt install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r binder/requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
	  --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:  ## Remove what was made, the set-up included
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .ruff_cache .hypothesis
