# Two commands on a fresh machine with Python 3.11 to 3.13: `make demo` and `make test`. `make` alone lists all.
#
# Everything is installed into .venv, by exact version and hash, with uv where it is found and with pip where it is not.
# PYTHON=/path/to/python3.12 chooses the Python of a new .venv; DATA and PORT are the demo's; ARGS goes to pytest and to the bench.

SHELL := /bin/sh
PY := .venv/bin/python
WORKERS ?= 2
SENTENCES := $(wildcard src/comity/site/locale/*/LC_MESSAGES/django.po)
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test soak bench lint docs lock messages vendor

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.node .venv/.messages ## make .venv with everything a node needs, and .venv/bin/comity

setup-dev: .venv/.dev .venv/.messages ## the same, with what tests and lint need

demo: setup ## run the fictional region: four nodes on this machine, until stopped (DATA=folder PORT=first port)
	.venv/bin/comity demo $(if $(DATA),--data $(DATA)) $(if $(PORT),--port $(PORT)) $(ARGS)

test: setup-dev ## run the everyday tests; what was skipped is named at the end, with the package that would run it
	$(PY) -m pytest -m "not soak" -n $(WORKERS) --dist loadfile $(ARGS)

soak: setup-dev ## run the long simulations
	$(PY) -m pytest -m soak $(ARGS)

bench: setup-dev ## measure, print a table and write build/bench.json
	$(PY) -m bench $(ARGS)

lint: setup-dev ## check style, types of the kernel rooms, imports, vendored files and links in the documents
	$(PY) -m ruff check
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) tools/vendor.py check
	$(PY) tools/docs.py check

docs: setup-dev ## make the documents into pages under build/docs
	$(PY) tools/docs.py build

lock: ## write requirements/*.txt anew from pyproject.toml; needs uv (ARGS=--upgrade takes newer versions)
	tools/lock.sh $(ARGS)

messages: setup-dev ## bring the translations up to date with the pages, and compile them
	$(PY) tools/messages.py extract
	$(PY) tools/messages.py compile

vendor: setup-dev ## bring the browser files again by their manifests; needs npm
	$(PY) tools/vendor.py fetch

.venv/.node: requirements/node.txt pyproject.toml tools/install.sh
	tools/install.sh node
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.node
	tools/install.sh dev
	@touch $@

.venv/.messages: .venv/.node tools/messages.py $(SENTENCES)
	$(PY) tools/messages.py compile
	@touch $@
