# make run, make test: everything else is done by them. `make help` lists the rest.
.DEFAULT_GOAL := help
PORT ?= 8000
SETUP = @sh scripts/python.sh setup

.PHONY: help setup setup-run lock
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## .venv with everything for development
	$(SETUP) developer

setup-run: ## .venv with what the portal and its commands need
	$(SETUP) packages

lock: ## compile requirements*.txt from requirements/*.in
	@sh scripts/python.sh lock

.PHONY: run
run: ## set everything up and serve the portal on http://127.0.0.1:8000 (PORT= changes it)
	@UNDER_MAKE=1 exec sh scripts/python.sh serve --port $(PORT)
