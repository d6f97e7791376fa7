# Clustr's commands. They need Python 3.11 to 3.13, git and make, and nothing else.
.DEFAULT_GOAL := help
TARGET ?= duckdb
.PHONY: help build test replay chaos docs clean lock

help:
	@echo "make build   set up, build the warehouse and print a summary"
	@echo "             TARGET=postgres: on PostgreSQL, see docs/postgres.md"
	@echo "make test    set up and run every check (scripts/check)"
	@echo "make replay  live through thirty days with kills, compare with one full refresh"
	@echo "make chaos   kill a build after every SQL statement (about an hour)"
	@echo "make docs    write the documentation: two pages that need neither server nor network"
	@echo "make clean   remove .venv, target, logs and caches; keeps the warehouse"
	@echo "make lock    find newer packages and write requirements*.txt"

build: profiles.yml
	@scripts/setup requirements.txt
	@echo "==> building the warehouse"
	@selection=$$(.venv/bin/python scripts/preflight.py --target $(TARGET)) \
		&& .venv/bin/python scripts/with_env.py .venv/bin/dbt build \
			--target $(TARGET) --exclude-resource-type unit_test exposure $$selection
	@.venv/bin/python scripts/summary.py --target $(TARGET)
ifeq ($(TARGET),duckdb)
	@.venv/bin/python scripts/publish.py
endif

test: profiles.yml
	@scripts/setup requirements-dev.txt
	@scripts/check

replay:
	@scripts/setup requirements.txt
	@.venv/bin/python scripts/replay.py --days 30 --kill 10 --seed 42

chaos:
	@scripts/setup requirements.txt
	@.venv/bin/python scripts/chaos.py --jobs 2

docs: profiles.yml
	@scripts/setup requirements.txt
	@.venv/bin/python scripts/preflight.py --target $(TARGET) --read-only
	@.venv/bin/python scripts/with_env.py .venv/bin/dbt docs generate --static \
		--target $(TARGET)
	@.venv/bin/python scripts/column_lineage.py
	@echo "==> open target/static_index.html and target/column_lineage.html"

clean:
	rm -rf .venv target logs .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

lock:
	@scripts/lock

profiles.yml:
	@cp profiles.yml.example profiles.yml
