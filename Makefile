# Vigie. `make` alone lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3),python3)
PORT ?= 8000
export PORT
BIN := .venv/bin

##@ Every day

.PHONY: help
help: ## list what make can do
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: set-up ## set up what is missing and serve on http://127.0.0.1:8000 (PORT changes it)
	@exec $(BIN)/python scripts/prepare serve

.PHONY: test
test: set-up-test ## set up what is missing, then check and test everything
	@scripts/test

.PHONY: check
check: set-up-test ## lint, format, types, import contracts, content
	@scripts/test check

.PHONY: fix
fix: set-up-test ## format, and mend what can be mended safely
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

##@ Parts of the tests (T=path for one file or folder)

.PHONY: unit integration browser faults
unit: set-up-test ## rules and values alone, and the rules of the house
	@$(BIN)/pytest -n 2 $(or $(T),tests/unit tests/house)

integration: set-up-test ## features on SQLite and PostgreSQL, PDF files
	@$(BIN)/pytest -n 2 $(or $(T),tests/integration)

browser: set-up-test ## journeys in Chromium, with and without JavaScript, and accessibility
	@$(BIN)/pytest -n 2 $(or $(T),tests/browser)

faults: set-up-test ## kills, power cuts, double sends, at full length
	@LMS_FAULTS=full $(BIN)/pytest $(or $(T),tests/faults)

.PHONY: bench
bench: set-up-test ## measure, beside bare floors and budgets
	@$(BIN)/python -m bench

##@ Content, languages, looks

.PHONY: content
content: set-up ## check every course and question bank
	@$(BIN)/lms content check

.PHONY: messages
messages: set-up ## collect the words of the interface and compile their translations
	@scripts/messages

.PHONY: styles
styles: ## compile styles/ to lms/static/ (needs Node, only to change the looks)
	@scripts/styles

##@ Data

.PHONY: demo
demo: set-up ## let the demo begin anew
	@$(BIN)/lms demo reset

.PHONY: migration
migration: set-up ## write a migration from the models: make migration M="add a table"
	@test -n "$(M)" || { echo 'Say what it does: make migration M="add a table"' >&2; exit 2; }
	@scripts/migration "$(M)"

.PHONY: upgrade
upgrade: set-up ## bring the database to the newest migration
	@$(BIN)/lms db upgrade

##@ House-keeping

.PHONY: lock
lock: set-up-test ## write the lock files anew from pyproject.toml
	@scripts/lock

.PHONY: clean
clean: ## remove what tools left behind (not .venv, not var)
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find lms tests bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Set-up. The system's packages are looked at each time (it takes a moment), Python's when a list
# of them has changed.

.PHONY: set-up set-up-test
set-up:
	@scripts/system-packages "$(PYTHON)" run
	@$(MAKE) --silent .venv/ready

set-up-test:
	@scripts/system-packages "$(PYTHON)" test
	@$(MAKE) --silent .venv/ready-to-test

.venv/ready: requirements.txt pyproject.toml
	@scripts/python-packages "$(PYTHON)" requirements.txt
	@touch $@

.venv/ready-to-test: requirements-dev.txt pyproject.toml
	@scripts/python-packages "$(PYTHON)" requirements-dev.txt
	@touch .venv/ready $@
