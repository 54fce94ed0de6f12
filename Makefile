# Two commands do everything on a machine with Python 3.11 and make: `make demo` and `make test`.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: demo test test-all check build pango lock docs bench bench-deadline clean

demo: export SITE_URL ?= http://localhost:$(PORT)
demo: .venv/runtime build pango  ## Install, build, migrate SQLite, load the real programme, serve it.
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py demo
	@echo "Serving on http://localhost:$(PORT)/ - letters are printed here. Stop with Ctrl-C."
	$(BIN)/gunicorn cii.wsgi --bind 127.0.0.1:$(PORT) --workers 1 --threads 4

test: .venv/dev build pango  ## Every test that wants neither browser, PostgreSQL, Redis nor ClamAV.
	$(BIN)/python -m pytest -q -n auto -m "not browser and not postgres and not redis and not clamd and not slow"

check: .venv/dev  ## Lint, types, directions, migrations.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/runtime build pango  ## Medians of the pages beside bare views, at 2,000 applications.
	$(BIN)/python -m bench

bench-deadline: .venv/dev build pango  ## 300 applicants in the last five minutes; wants PostgreSQL and Redis.
	$(BIN)/python -m bench.deadline

docs: .venv/dev  ## Write docs/lifecycles.md and docs/permissions.md anew from the code's own tables.
	$(BIN)/python manage.py write_docs

lock: .venv/dev  ## Pin what pyproject.toml asks for, by hash and without any index address.
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra production pyproject.toml -o requirements-production.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras pyproject.toml -o requirements-dev.txt

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

build: static/build/.built  ## Style sheets and scripts.

static/build/.built: package.json package-lock.json $(shell find assets static/cii -type f) | .venv/bin/python
	sh assets/build.sh
	@touch $@

pango: | .venv/bin/python  ## The one system library, for PDFs.
	@$(BIN)/python -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library("pangoft2-1.0") is None)' \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; } \
	|| echo "PDFs want Pango: install it (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango)."

clean:  ## Everything that was made here.
	rm -rf .venv node_modules static/build var
