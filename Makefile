# Two commands matter: `make demo` (the main job, no account, no network once installed) and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench

.PHONY: install demo test soak bench lint types lock clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dateline needs Python 3.11 or later; name one: make install PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

demo: install
	$(BIN)/dateline demo

# Two or more at once: a third of the time the tests wait (for kills, for leases, for answers that never come). A file
# stays in one process, and so does the PostgreSQL server that its tests share.
test: lint types
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

# Needs uv. No registry host may stand in the lock files, so none is emitted.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements.in requirements-dev.in -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --constraint requirements.txt requirements-bench.in -o requirements-bench.txt

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache demo-output

# The long form of the crash tests, some 70 minutes: the whole bot killed at 20 seeded moments, then its outbox at each
# point of a delivery and at 500 random times, while Slack loses answers; a day of raids with 50 kills; collecting killed
# 20 times at each of its points; 100,000 polls, after which nothing may have grown; and 1,000 presses of 20 people.
soak: $(VENV)/.dev
	DATELINE_KILLS=20 $(BIN)/pytest tests/test_crash.py
	$(BIN)/python -m tests.crash_matrix
	$(BIN)/python -m tests.raid_day --kills 50
	$(BIN)/python -m tests.crash_collect --seeds 20
	$(BIN)/python -m tests.soak_polls --polls 100000
	$(BIN)/python -m tests.talk_day

# A peer of grouping brings numpy and scipy: these stay away from what tests run in.
$(BENCH)/.installed: requirements.txt requirements-bench.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements.txt -r requirements-bench.txt
	touch $@

bench: $(VENV)/.dev $(BENCH)/.installed  # eldar is one of the peers
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.doubling
	$(BIN)/python -m benchmarks.backtest
	$(BIN)/python -m benchmarks.pace
	$(BENCH)/bin/python -m benchmarks.grouping --sizes 1000,5000
	$(BIN)/python -m benchmarks.collecting
