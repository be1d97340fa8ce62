# What a developer runs. Every target does its own set-up and finds it done the second time.
# Needs: Python 3.11 or newer, make, a network for the first run.

VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTHON ?= $(shell sh scripts/find_python.sh)

CONSOLE         := bot_runtime/console/app
CONSOLE_SOURCES := $(shell find $(CONSOLE) -name node_modules -prune -o -type f -print 2>/dev/null)

export PATH := $(CURDIR)/$(BIN):$(PATH)
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help advice setup dev test check format bench benchanswers benchauthoring benchcampaigns benchkills benchrecovery benchsends corpus prove docs lock licences wheel clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

setup: $(STAMPS)/project  ## .venv with everything in it, and the pages built

dev: setup  ## the examples with fake providers and a phone page (DIR=my_bot for your own)
	@$(BIN)/bot-runtime dev $(or $(DIR),dialogs_examples) $(ARGS)

test: setup  ## every test, the browser's too (ARGS="-k menus" for some)
	@chromium=$$(sh scripts/find_chromium.sh --install) && \
	$(BIN)/python scripts/test_pages.py && \
	CHROMIUM="$$chromium" sh scripts/test.sh $(BIN)/python $(ARGS)

check: setup  ## what CI runs: style, types, import layers, every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: setup  ## rewrite the sources in our style
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format -q .

bench: setup  ## speed and memory, beside other frameworks (ARGS="--quick")
	@$(BIN)/python -m benchmarks $(ARGS)

benchsends: setup  ## the sending path beside a bare client (ARGS="--keep")
	@$(BIN)/python -m benchmarks.sends $(ARGS)

benchcampaigns: setup  ## a campaign of 100,000 rows, from its list to the end of its waits (ARGS=20000)
	@$(BIN)/python -m benchmarks.campaigns $(ARGS)

benchkills: setup  ## campaigns by two workers, one of them killed each minute (ARGS="--keep")
	@$(BIN)/python -m benchmarks.kills $(ARGS)

benchrecovery: setup  ## a backlog of 100,000 messages and a million timers, after a downtime (ARGS="--keep")
	@$(BIN)/python -m benchmarks.recovery $(ARGS)

benchanswers: setup  ## how quickly answers are read and turns decided (ARGS="--keep")
	@$(BIN)/python -m benchmarks.answers $(ARGS)

advice: setup  ## how far the writing adviser can be trusted: hits and false alarms per rule (ARGS=folder)
	@$(BIN)/python -m benchmarks.advice $(ARGS)

benchauthoring: setup  ## how quickly dialogs are checked and loaded (ARGS="--keep")
	@$(BIN)/python -m benchmarks.authoring $(ARGS)

corpus: setup  ## how well answers are read: shares of a corpus (ARGS=folder; docs/recognizers.md says where from)
	@$(BIN)/python -m benchmarks.corpus $(ARGS)

prove: setup  ## kill servers of its own to prove the delivery promises (ARGS=--long)
	@$(BIN)/bot-runtime prove $(ARGS)

docs: setup  ## the pages that are made from the code (findings, reference of the language)
	@sh scripts/docs.sh

lock: setup  ## pin the dependencies of pyproject.toml again (UPGRADE=1 for newer ones)
	@sh scripts/lock.sh $(if $(UPGRADE),--upgrade)
	@$(MAKE) --no-print-directory licences

licences: setup  ## write THIRD-PARTY.txt from what is installed
	@$(BIN)/python scripts/third_party.py > THIRD-PARTY.txt

wheel: setup  ## dist/*.whl, pages included
	@$(BIN)/hatchling build -t wheel

clean:  ## remove all that make made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		bot_runtime/console/static $(CONSOLE)/node_modules

$(BIN)/python:
	@test -n "$(PYTHON)" || exit 1
	@sh scripts/make_venv.sh "$(PYTHON)" $(VENV)

$(STAMPS)/packages: requirements-dev.lock requirements-build.lock | $(BIN)/python
	@echo "Installing what requirements-dev.lock lists…"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@sh scripts/find_node.sh >/dev/null || $(PIP) install --require-hashes -r requirements-build.lock
	@mkdir -p $(STAMPS) && touch $@

# The build hook makes the pages too (hatch_build.py), so they are built again when their sources change.
$(STAMPS)/project: $(STAMPS)/packages pyproject.toml $(wildcard hatch_build.py) $(CONSOLE_SOURCES)
	@echo "Installing bot-runtime and building its pages…"
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
