# Works from a clone whose path has a space: recipes only use paths relative to it.
SHELL := /bin/bash
.SHELLFLAGS := -u -c
.DEFAULT_GOAL := help
PY := .venv/bin/python

PYTEST_ARGS ?=
# SCENARIOS_MODEL=live with ANTHROPIC_API_KEY: those scenarios that let the model speak freely.
LIVE_HOSTS = $(if $(filter live,$(SCENARIOS_MODEL)),--allow-hosts=127.0.0.1$(comma)localhost$(comma)api.anthropic.com)
comma := ,
BENCH_ARGS ?=

.PHONY: help bootstrap run demo sandbox test scenarios check bench requirements stop clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

bootstrap: ## Make .venv from requirements/dev.txt (the other targets do it too)
	@bash scripts/bootstrap.sh

run: bootstrap ## Start everything on PORT (8000) until Ctrl-C; DEMO=0 leaves the demo story out
	@exec $(PY) -m scripts.run

demo: bootstrap ## Play the demo story against the running stack, or start one for it
	@exec $(PY) -m scripts.run demo

sandbox: bootstrap ## Start only the simulators of the vendors
	@exec $(PY) -m scripts.run sandbox

test: bootstrap ## Run the tests with servers of their own; PYTEST_ARGS="-k word" for some
	@CHROMIUM="$$(bash scripts/browser.sh)"; export CHROMIUM; \
	exec $(PY) -m scripts.with_servers --var var/test -- \
		$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

scenarios: bootstrap ## Play whole conversations and show what differed, by group
	@exec $(PY) -m scripts.with_servers --var var/scenarios -- \
		$(PY) -m pytest tests/scenarios -q --tb=no --no-header -r N -n 2 \
		-p tests.scenarios.table $(LIVE_HOSTS) $(PYTEST_ARGS)

check: bootstrap ## Format, lint, types, imports, migrations, Django's checks, documentation
	@exec bash scripts/check.sh

bench: bootstrap ## Measure throughput, latency and cost; BENCH_ARGS=--short for a glance
	@exec $(PY) -m scripts.bench $(BENCH_ARGS)

requirements: bootstrap ## Compile requirements/*.in anew into pinned, hashed *.txt
	@for name in base sandbox dev; do \
		$(PY) -m uv pip compile --quiet --generate-hashes --python-version 3.11 \
			--no-emit-index-url --no-emit-find-links --no-annotate \
			--custom-compile-command "make requirements" \
			-o "requirements/$$name.txt" "requirements/$$name.in" || exit 1; \
	done

stop: bootstrap ## Stop embedded servers that a killed run left behind
	@for place in "$${VAR_DIR:-var}" var/test var/check var/bench var/scenarios; do \
		if [ -d "$$place" ]; then $(PY) -m scripts.embedded down --var "$$place" || exit 1; fi; \
	done

clean: stop ## Remove caches and the servers of tests; keeps your data in var and .venv
	@rm -rf var/test var/check var/scenarios .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
