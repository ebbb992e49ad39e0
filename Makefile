# Everything a clone needs: Python 3.11, make and git.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/
INPUT ?= $(SEGMENTS_INPUT)

.DEFAULT_GOAL := help
.PHONY: help setup build test lint benchmark semantic lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/ready ## create or refresh the environment in .venv

# stale when the lock or the package's metadata changes
$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed, $(PYTHON) is another; set PYTHON=/path/to/python3.11."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN)pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(RUN)pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

build: setup ## build the segments of INPUT (or of the file SEGMENTS_PATH)
	@SEGMENTS_INPUT='$(INPUT)' $(RUN)segments build

lint: setup ## check the style of SQL and Python
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)sqlfluff lint models tests analyses --processes 2

test: lint ## check everything: style, package, the whole build on the sample
	$(RUN)pytest --numprocesses 2 --dist loadgroup

semantic: setup ## add MetricFlow and check the metrics against the warehouse of INPUT
	$(RUN)pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-semantic.lock
	SEGMENTS_INPUT='$(INPUT)' DBT_PROFILES_DIR=. $(RUN)mf validate-configs

benchmark: setup ## measure speed and memory against pandas (an hour or two, 10 GB of disk)
	$(RUN)python -m benchmarks --folder build/benchmark --whole 1000000

lock: ## write requirements.lock anew from the constraints in pyproject.toml
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	{ echo '# Written by make lock from the constraints in pyproject.toml.'; \
		build/lock/bin/pip freeze --exclude-editable; } > requirements.lock
	rm -rf build/lock

clean: ## remove the environment and what dbt left behind, not the warehouse
	rm -rf $(VENV) target logs build
