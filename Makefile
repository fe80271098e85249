# Two commands do everything: `make run` and `make test`. PYTHON and VENV may be set.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
OUT ?= out
PORT ?= 8501
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK = 1
PIP_INSTALL = $(BIN)/python -m pip install --quiet --constraint constraints.txt

.PHONY: run plan test soak check format docs wheelhouse try-wheelhouse clean

run: plan  ## plan the official baseline, write its documents, serve the page
	$(BIN)/planner serve $(OUT) --port $(PORT)

plan: $(VENV)/run-ready  ## the same without serving
	$(BIN)/planner demo --out $(OUT)

test: $(VENV)/test-ready  ## all tests; what is skipped is listed with its reason
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

soak: $(VENV)/test-ready  ## the tests that hammer for minutes
	$(BIN)/python -m pytest -m soak

check: $(VENV)/check-ready  ## lint, types, import order
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/check-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/run-ready  ## write the generated pages of docs/
	$(BIN)/python docs/generate.py

wheelhouse: $(VENV)/run-ready  ## the offline installation bundle; for others: PLATFORM=win_amd64 PYTHON_VERSION=3.11
	$(BIN)/python scripts/wheelhouse.py --out $(OUT)/wheelhouse \
	  $(if $(PLATFORM),--platform $(PLATFORM)) $(if $(PYTHON_VERSION),--python $(PYTHON_VERSION))

try-wheelhouse: $(VENV)/run-ready  ## make the bundle for this machine and use it with the network blocked
	$(BIN)/python scripts/wheelhouse.py --out $(OUT)/wheelhouse --then-try

clean:
	rm -rf $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/made:
	$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info < (3, 14), f"Python 3.11 to 3.13 is needed, this is {sys.version}"'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/run-ready: $(VENV)/made pyproject.toml constraints.txt
	$(PIP_INSTALL) --editable .
	touch $@

$(VENV)/test-ready: $(VENV)/run-ready
	$(PIP_INSTALL) --editable '.[test]'
	touch $@

$(VENV)/check-ready: $(VENV)/test-ready
	$(PIP_INSTALL) --editable '.[test,check]'
	touch $@
