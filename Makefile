# make run, make test: everything else is done by them. `make help` lists the rest.
.DEFAULT_GOAL := help
PORT ?= 8000
ARGS ?=
SCRIPT = @exec sh scripts/python.sh

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: ## set everything up and serve the portal on http://127.0.0.1:8000 (PORT= changes it)
	@UNDER_MAKE=1 exec sh scripts/python.sh serve --port $(PORT)

.PHONY: test test-fast
test: ## everything, on SQLite and on PostgreSQL, with Redis, worker and Chromium (ARGS= goes to pytest)
	$(SCRIPT) test $(ARGS)

test-fast: ## the inner loop: SQLite, no services
	$(SCRIPT) test --fast $(ARGS)

.PHONY: check
check: ## style, types, layers, templates, migrations, JavaScript, translations, our own rules
	$(SCRIPT) check $(ARGS)

.PHONY: bench
bench: setup ## what the main jobs cost, as a table
	@exec .venv/bin/python -m tests.bench $(ARGS)

.PHONY: setup setup-run
setup: ## .venv, node_modules and static/vendor for development
	$(SCRIPT) setup developer

setup-run: ## .venv with what the portal and its commands need
	$(SCRIPT) setup packages

.PHONY: format translations lock
format: setup ## let ruff put the code in order
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

translations: setup ## add what is new to the English catalogue, with an empty translation
	@exec .venv/bin/python -m scripts.check_translations --update

lock: ## compile requirements*.txt from requirements/*.in (ARGS=--upgrade for newer versions)
	$(SCRIPT) lock $(ARGS)

.PHONY: clean
clean: ## remove what was made here; the data in var/ stays but for caches and test data
	@rm -rf .venv .venv-node .venv-services .venv-lock node_modules static/vendor static/.vendor-new
	@rm -rf var/cache var/test .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete 2>/dev/null || true
