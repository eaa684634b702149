# The words a developer types: setup · demo · test · check · bench
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup setup-test demo test topology newcomer check bench clean

setup: $(VENV)/.installed
setup-test: $(VENV)/.installed-test

$(VENV)/.door: infra/door.py
	@$(PYTHON) infra/door.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.door pyproject.toml constraints.txt
	@echo "installing halocline into $(VENV) (pinned by constraints.txt)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[ops]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "installing the test group into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group test
	@touch $@

demo: setup
	@$(BIN)/halocline demo

test: setup-test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

topology: setup-test
	@HALOCLINE_TOPOLOGY=1 $(BIN)/python -m pytest tests/flows/test_topology.py $(ARGS)

# HALOCLINE_IMAGES=docs/images: the pictures of docs/how-to/first-hour.md anew
newcomer: setup-test
	@HALOCLINE_NEWCOMER=1 $(BIN)/python -m pytest tests/flows/test_newcomer.py $(ARGS)

check: setup-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: setup-test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group bench
	@$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV)
