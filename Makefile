# Everything a clone needs: Python 3.11, 3.12 or 3.13, make and git.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/
# dbt with Spark's client; Spark itself, which is another package of the same name
SPARK := .venv-spark
SPARK_SERVER := .venv-spark-server
# the dbt that comes next
NEXT := .venv-next
# the DuckDB that came before
BEFORE := .venv-duckdb
# Superset, which wants older packages than this project
BI := .venv-bi
# schedulers, each with packages of its own
DEPLOY := build/deploy
INPUT ?= $(SEGMENTS_INPUT)

.DEFAULT_GOAL := help
.PHONY: help setup build test test-all lint docs mutants torture licences benchmark semantic spark-env test-sail test-spark test-next test-duckdb test-bi test-deploy ecosystem lock clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/ready ## create or refresh the environment in .venv

# stale when the lock or the package's metadata changes
$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed, $(PYTHON) is another; set PYTHON=/path/to/python3.11."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN)pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(RUN)pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

build: setup ## build the segments of INPUT (or of the file SEGMENTS_PATH)
	@SEGMENTS_INPUT='$(INPUT)' $(RUN)segments build

lint: setup ## check the style of Python, SQL, macros, the page's script and words, and the types
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy
	$(RUN)sqlfluff lint models tests analyses --processes 2
	$(RUN)python -m tests.lint_macros
	$(RUN)python -m tests.lint_page
	$(RUN)python -m tests.lint_words

docs: setup ## build the site of docs/ into build/site, with the dashboards of three inputs
	$(RUN)python -m handbook

# two workers share the cores: threads of their own would wait for each other
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN)pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder

test: lint ## check style, package and the whole build of the sample (minutes)
	$(PYTEST) -m 'not long'

test-all: lint ## check everything, as CI does: other files, upgrades, kills, the page in a browser too
	$(PYTEST)

mutants: setup ## change the code of segments/ and of the money, to see that a test turns red (hours)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN)mutmut run
	$(RUN)mutmut results

semantic: setup ## add MetricFlow and check the metrics against the warehouse of INPUT
	$(RUN)pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-semantic.lock
	SEGMENTS_INPUT='$(INPUT)' DBT_PROFILES_DIR=. $(RUN)mf validate-configs

torture: setup ## try to break it: damaged files, kills, full disks, races (hours); writes RELIABILITY.md
	$(RUN)python -m tests.torture

benchmark: setup ## measure speed and memory against pandas (an hour or two, 10 GB of disk)
	$(RUN)python -m benchmarks --folder build/benchmark --whole 1000000

spark-env: $(SPARK)/ready $(SPARK_SERVER)/ready ## create the environments for the target spark

$(SPARK)/ready: requirements-spark.lock pyproject.toml
	$(PYTHON) -m venv --clear $(SPARK)
	$(SPARK)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-spark.lock
	$(SPARK)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# only its Java classes are used
$(SPARK_SERVER)/ready: Makefile
	$(PYTHON) -m venv --clear $(SPARK_SERVER)
	$(SPARK_SERVER)/bin/pip install --quiet --disable-pip-version-check --no-deps pyspark==4.3.0
	@touch $@

test-sail: $(SPARK)/ready ## compare the marts of DuckDB with those of Sail, a Spark without Java
	$(SPARK)/bin/pytest tests/spark/test_sail.py

test-spark: spark-env test-sail ## the same on a cluster on this machine too, one worker of which is killed
	$(SPARK)/bin/pytest tests/spark/test_cluster.py

# without dependencies: one of dbt 1.12's downloads a binary, and dbt does without
$(NEXT)/ready: requirements.lock requirements-next.lock pyproject.toml
	$(PYTHON) -m venv --clear $(NEXT)
	$(NEXT)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(NEXT)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-next.lock
	$(NEXT)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

test-next: setup $(NEXT)/ready ## build the sample with dbt 1.12 too, and compare its marts
	SEGMENTS_NEXT_PYTHON=$(NEXT)/bin/python $(RUN)pytest -n 0 -rs tests/next

$(BEFORE)/ready: requirements.lock requirements-duckdb.lock pyproject.toml
	$(PYTHON) -m venv --clear $(BEFORE)
	$(BEFORE)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BEFORE)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-duckdb.lock
	$(BEFORE)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

test-duckdb: $(BEFORE)/ready ## build examples/shop with DuckDB 1.5 too, also into DuckLake and with orders in Postgres
	$(BEFORE)/bin/pytest -n 0 -rs tests/python/builds/test_package.py tests/python/builds/test_attached.py

$(BI)/ready: requirements-bi.lock
	$(PYTHON) -m venv --clear $(BI)
	$(BI)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-bi.lock
	@touch $@

test-bi: setup $(BI)/ready ## import what segments bi writes into a real Superset, and ask its charts
	SEGMENTS_BI_PYTHON=$(BI)/bin/python $(RUN)pytest tests/bi

# a scheduler that cannot be installed is named by the test that passes over it
$(DEPLOY)/%/ready: tests/deploy/%.txt
	$(PYTHON) -m venv --clear $(@D)
	-$(@D)/bin/pip install --quiet --disable-pip-version-check --requirement $< && touch $@

test-deploy: setup $(DEPLOY)/airflow/ready $(DEPLOY)/dagster/ready $(DEPLOY)/prefect/ready ## run the files of deploy/ in cron, Airflow, Dagster and Prefect
	$(RUN)pytest -n 0 -rs tests/deploy

ecosystem: setup ## run tools that people have beside dbt on the sample; writes docs/ecosystem.md
	$(RUN)python -m tests.ecosystem

lock: ## write the lock files anew from their constraints
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check uv
	$(call write_lock,--extra dev --extra docs pyproject.toml,requirements.lock)
	$(call write_lock,--extra dev --extra spark --constraint requirements.lock pyproject.toml,requirements-spark.lock)
	$(call write_lock,tests/bi/requirements.txt,requirements-bi.lock)
	$(call write_lock,--no-deps tests/next/requirements.txt,requirements-next.lock)
	$(call write_lock,--no-deps tests/duckdb/requirements.txt,requirements-duckdb.lock)
	rm -rf build/lock

# hashes of all files of a release, so that any mirror of them will do; what each Python
# needs (libcst another YAML on 3.13)
define write_lock
	{ echo '# Written by make lock.'; \
		build/lock/bin/uv pip compile --quiet --upgrade --generate-hashes --no-strip-extras --no-annotate --no-header \
			--universal --python-version 3.11 $(1); } > build/lock/new
	mv build/lock/new $(2)
endef

licences: setup ## list what is installed with its licence
	@$(RUN)python -m tests.licences

clean: ## remove the environment and what dbt left behind, not the warehouse
	rm -rf $(VENV) $(SPARK) $(SPARK_SERVER) $(NEXT) $(BEFORE) $(BI) target logs build mutants
