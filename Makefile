# Two commands do everything: `make table` and `make test`. Only Python >= 3.11 and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_DB ?= runs/core.sqlite
SOURCES_DB ?= runs/sources.sqlite

.PHONY: table sources test lint bench calibration stubs docs changelog wheel lowest clean

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

table: $(VENV)/.installed  ## the core exponent table; a killed run goes on where it stopped
	@mkdir -p $(dir $(RUN_DB))
	$(BIN)/toylaws table core --db $(RUN_DB)

sources: $(VENV)/.installed  ## every question of the sources, answered by a toy; resumes like table
	@mkdir -p $(dir $(SOURCES_DB))
	$(BIN)/toylaws table sources --db $(SOURCES_DB)

test: lint  ## lint, types and all tests, on all processors
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist worksteal

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed  ## speed beside what a user would write
	$(BIN)/python -m benchmarks.speed

calibration: $(VENV)/.installed  ## how often intervals cover, beside other estimators; half an hour
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,bench]"
	$(BIN)/python -m benchmarks.calibration --with-theory

stubs: $(VENV)/.installed  ## what type checkers read, after a toy was added
	$(BIN)/python docs/stubs.py

docs: stubs  ## write the generated parts of README and docs
	$(BIN)/python docs/generate.py

changelog: $(VENV)/.installed  ## join the fragments of changes/ into CHANGELOG.md
	$(BIN)/python docs/changelog.py

wheel: $(VENV)/.installed  ## build the wheel, install it elsewhere, run it from an empty folder
	rm -rf build/wheel build/elsewhere build/empty build/lib build/bdist*  # files that have moved
	mkdir -p build/wheel build/empty
	$(BIN)/python -m build --wheel --outdir build/wheel
	$(BIN)/python .ci/wheel_is_whole build/wheel/*.whl
	$(PYTHON) -m venv build/elsewhere
	build/elsewhere/bin/python -m pip install --quiet --constraint constraints.txt build/wheel/*.whl
	cd build/empty && ../elsewhere/bin/toylaws table core > table.txt
	cat build/empty/table.txt

lowest:  ## the lowest versions that pyproject.toml promises; their own deprecations are theirs
	rm -rf build/lowest
	mkdir -p build
	$(PYTHON) .ci/lowest > build/lowest.txt
	$(PYTHON) -m venv build/lowest
	build/lowest/bin/python -m pip install --quiet --requirement build/lowest.txt --editable .
	build/lowest/bin/python -m pytest -q -n auto --maxprocesses 8 -W default tests/toys tests/toylaws \
		tests/sims/commands/test_cli.py tests/sims/tables/test_exponents.py tests/sims/tables/test_screen.py \
		tests/sims/fitting/test_fit.py tests/sims/plots/test_plots.py

clean:
	rm -rf $(VENV) build runs
