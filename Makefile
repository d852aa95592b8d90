# What people run here; `make` alone lists it. Nothing needs to be installed first but Python 3.11 and make.
SHELL := /bin/bash
PORT ?= 8000
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check faults bench lint format messages screenshots lock clean

help: ## List what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## Make a fictional district and serve it at http://127.0.0.1:8000 (PORT=... for another)
	@scripts/prepare runtime
	@$(BIN)/heartwork demo --port $(PORT)

test: ## Everything that must hold: lint, types, order of rooms, tests on SQLite and PostgreSQL, in a browser
	@scripts/prepare dev
	@$(BIN)/python scripts/test_everything.py

check: ## Ask whether a package that Heartwork stands on has a known hole (needs the internet)
	@scripts/prepare dev
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.lock

lint: ## Only what reads the code: ruff, mypy, order of rooms
	@scripts/prepare dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## Lay the code out
	@scripts/prepare dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

faults: ## Kill, fill, stop and damage a whole site while people write; about half an hour; docs/trust/faults.md has the figures
	@scripts/prepare dev
	$(BIN)/python -m pytest -q -s -p no:cacheprovider tests/faults

bench: ## Measure; benchmarks/README.md says what
	@scripts/prepare dev
	$(BIN)/python -m benchmarks

messages: ## Gather the words on the screens for translators, and compile what they wrote (needs gettext)
	@scripts/prepare dev
	cd heartwork && ../$(BIN)/python ../manage.py makemessages --all --no-obsolete --add-location file
	cd heartwork && ../$(BIN)/python ../manage.py compilemessages

screenshots: ## Take the pictures of the user guide from the demo
	@scripts/prepare dev
	$(BIN)/python scripts/make_screenshots.py

lock: ## Choose versions anew, after a change of the dependencies in pyproject.toml
	@scripts/prepare dev
	$(BIN)/uv pip compile --quiet --upgrade --all-extras --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --extra build --constraint requirements-dev.lock --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock

clean: ## Take away what was installed and made; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis heartwork.egg-info build
