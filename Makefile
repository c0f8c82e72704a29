# captui: everything sets itself up in .venv on first use.
.PHONY: demo test check format screenshots bench soak requirements clean
.DEFAULT_GOAL := demo

SUITABLE := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do "$$p" -c '$(SUITABLE)' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
# Two workers: the suite is sized for two cores, and more would fight over the same sockets' latencies.
WORKERS ?= 2

demo: .venv/ready-to-run
	$(BIN)/captui demo $(ARGS)

test: .venv/ready-to-develop
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: .venv/ready-to-develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/ready-to-develop
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: .venv/ready-to-develop
	$(BIN)/python -m screenshots.make $(ARGS)

# Some alone: make bench ONLY="book candles". As JSON: make bench ARGS=--json
bench: .venv/ready-to-bench
	@$(BIN)/python -m bench $(addprefix ONLY=,$(ONLY)) $(ARGS)

# The demo under faults for SECONDS: does anything grow?
SECONDS ?= 600
soak: .venv/ready-to-develop
	$(BIN)/python -m tests.faults.soak $(SECONDS)

# After a change of the dependencies in pyproject.toml: pin versions and hashes anew (never where they came from).
requirements: .venv/ready-to-develop
	$(BIN)/pip install --quiet uv
	for group in build:run dev:dev bench:bench; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	    --group $${group%%:*} pyproject.toml -o requirements/$${group##*:}.txt || exit 1; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "captui needs Python 3.11 or newer, and found none. Install it, or say: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@echo "Setting up .venv with $$($(PYTHON) --version) (once)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv"; exit 1; }

.venv/ready-to-run: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what captui runs on"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-develop: .venv/bin/python requirements/dev.txt pyproject.toml
	@echo "Installing what captui is developed with"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-bench: .venv/ready-to-develop requirements/bench.txt
	@echo "Installing what captui is measured against"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@
