# Python 3.11 and make are all this needs; each target first does what `make setup` does.
PYTHON ?= python3
BIN := .venv/bin
UV := .tools/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
export PYTHONPATH := src
# Every process would compile the libraries anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check fix bench docs lock clean

setup: .venv/.ready

# The lock names each file by its digest, so what is kept from before is as good as what is asked
# for; only what is missing needs a registry.
sync = $(UV) pip install --quiet --offline --python $(1)/bin/python --require-hashes -r $(2) 2>/dev/null \
	|| $(UV) pip install --quiet --python $(1)/bin/python --require-hashes -r $(2)

.tools/bin/uv:
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.ready: requirements/dev.lock frontend/package-lock.json frontend/build.py $(wildcard src/yitang/site/web/*/locale/*/LC_MESSAGES/*.po) | .tools/bin/uv
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(call sync,.venv,requirements/dev.lock)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python frontend/build.py --uv $(UV)
	@touch $@

demo: setup
	@$(BIN)/yitang demo $(ARGS)

# Spark's tests run wherever Java is; without Java they are skipped, and the run says so.
JAVA = $(or $(shell command -v java 2>/dev/null),$(if $(JAVA_HOME),$(wildcard $(JAVA_HOME)/bin/java)))
test: setup .tools/ckan/.ready $(if $(JAVA),.venv/.spark-ready)
	@$(BIN)/python tests/run.py $(ARGS)

.tools/ckan/.ready: requirements/ckan.lock | .tools/bin/uv
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .tools/ckan
	@$(call sync,.tools/ckan,requirements/ckan.lock)
	@touch $@

.venv/.spark-ready: .venv/.ready requirements/spark.lock
	@$(call sync,.venv,requirements/spark.lock)
	@touch $@

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/pyright --warnings
	@$(BIN)/deptry src
	@$(BIN)/python tests/check_migrations.py
	@$(BIN)/python tests/longest.py

fix: setup
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .
	@$(BIN)/ruff check .

bench: .venv/.bench-ready
	@$(BIN)/python bench/run.py $(ARGS)

.venv/.bench-ready: .venv/.ready requirements/bench.lock
	@$(call sync,.venv,requirements/bench.lock)
	@touch $@

docs: setup
	@$(BIN)/python docs/write.py
	@$(BIN)/python tests/architecture/doors.py

COMPILE_ALONE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
COMPILE = $(COMPILE_ALONE) pyproject.toml --group dev

lock: .tools/bin/uv
	@$(COMPILE) -o requirements/dev.lock
	@$(COMPILE) -c requirements/dev.lock --group bench -o requirements/bench.lock
	@$(COMPILE) -c requirements/dev.lock --extra spark -o requirements/spark.lock
	@$(COMPILE_ALONE) --group pyproject.toml:ckan -o requirements/ckan.lock

clean:
	@rm -rf .venv .tools var frontend/node_modules
