# Two commands do everything on a machine with Python 3.11, its venv module and make: `make demo` and `make test`.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# --no-deps: each lock is complete, and pip before 23.3 looks for the newest release of a package that another one
# asks for with an extra, finds it unpinned and stops (docs/decisions/0022-locks-that-do-not-rot.md).
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.NOTPARALLEL:
.PHONY: demo test test-whole soak record-release check format measure build pango lock docs bench bench-deadline clean preflight

demo: export SITE_NAME := $(or $(SITE_NAME),Citizenship and Integration Initiative)
demo: export SITE_URL := $(or $(SITE_URL),http://localhost:$(PORT))
demo: preflight .venv/runtime build pango  ## Install, build, migrate SQLite, load the programme, serve it.
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@echo "Serving on http://localhost:$(PORT)/. Emails are printed here. Stop with Ctrl-C."
	@$(BIN)/gunicorn cii.wsgi --bind 127.0.0.1:$(PORT) --workers 1 --threads 4 --log-level warning

HERE := -m "not browser and not postgres and not redis and not clamd and not operating and not slow"

test: .venv/test build pango  ## Tests on SQLite: of those that use a database, one in three, and what databases do differently.
	$(BIN)/python -m pytest -q -n auto --smoke $(HERE)

test-whole: .venv/test build pango  ## Every test that needs no browser, PostgreSQL, Redis or ClamAV.
	$(BIN)/python -m pytest -q -n auto $(HERE)

soak: .venv/browser build pango  ## 500 random walks, no trace of what is hidden, every list, address, link and page, 10,000 steps on payments, two cities in a browser; DATABASE_URL: a PostgreSQL.
	WALKS=500 TENTHS=1 $(BIN)/python -m pytest -q tests/walks tests/promises/test_no_trace.py
	TENTHS=10 $(BIN)/python -m pytest -q tests/promises/test_access_walk.py tests/promises/test_addresses.py tests/promises/test_addresses_of_the_admin.py tests/promises/test_links.py tests/promises/test_two_programmes.py
	PAYMENT_STEPS=10000 $(BIN)/python -m pytest -q -m postgres tests/races/test_payments.py
	env -u DATABASE_URL DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest -q -m "browser and not soak" tests/face
	env -u DATABASE_URL DJANGO_ALLOW_ASYNC_UNSAFE=true $(BIN)/python -m pytest -q -m soak tests/journeys

check: .venv/checks  ## Lint, format, types, import directions, migrations.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check --quiet templates
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/mypy

measure: .venv/runtime  ## The figures of docs/measures.md.
	@$(BIN)/python -m bench.shape

bench: .venv/runtime build pango  ## Medians of the pages beside bare views, at 2,000 applications.
	$(BIN)/python -m bench

bench-deadline: .venv/runtime build pango  ## 300 applicants in the last five minutes; needs PostgreSQL and Redis.
	$(INSTALL) requirements-production.txt
	$(BIN)/python -m bench.deadline

# At a release, once its last migration is in; DATABASE_URL names an empty PostgreSQL database. The files are in no image.
record-release: .venv/test build pango  ## Write tests/migrations/released/VERSION.*: from then on migrations are only added.
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py demo >/dev/null
	$(BIN)/python -m tests.migrations.record $(VERSION)

format: .venv/checks  ## Format Python and templates.
	$(BIN)/ruff format .
	$(BIN)/djangofmt --quiet templates

docs: .venv/runtime  ## Write the pages of docs/ that are made from the code.
	$(BIN)/python manage.py write_docs

# Each lock takes the versions of the one before it, so that all can be installed into one environment.
lock: .venv/checks  ## Pin what pyproject.toml asks for, with hashes and without the address of an index.
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) -c requirements.txt --extra production pyproject.toml -o requirements-production.txt
	$(LOCK) -c requirements-production.txt --extra production --extra test pyproject.toml -o requirements-test.txt
	$(LOCK) -c requirements-test.txt --extra production --extra test --extra browser pyproject.toml -o requirements-browser.txt
	$(LOCK) -c requirements-test.txt --extra checks pyproject.toml -o requirements-checks.txt
	$(LOCK) --group node -o requirements-node.txt

# What would stop the demonstration only after minutes is said first.
preflight:
	@case "$(SITE_URL)" in https:*) echo "SITE_URL is https, so this is a real service, and the demonstration is not for it. Run: env -u SITE_URL make demo"; exit 1;; esac
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make demo PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", $(PORT)))' 2>/dev/null \
	|| { echo "Port $(PORT) is in use. Choose another: make demo PORT=8080"; exit 1; }

# The target is pip, not python: without Debian's python3-venv a half-made folder has the second but not the first.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; \
	echo "Python cannot make a virtual environment. Install its venv module (Debian, Ubuntu: apt-get install python3-venv), then run make again."; exit 1; }

.venv/runtime: requirements.txt | .venv/bin/pip
	@echo "Installing the packages of $< into .venv"
	@$(INSTALL) $<
	@touch $@

.venv/test .venv/browser .venv/checks: .venv/%: requirements-%.txt | .venv/bin/pip
	@echo "Installing the packages of $< into .venv"
	@$(INSTALL) $<
	@touch $@

build: static/build/.built  ## Style sheets and scripts.

static/build/.built: package.json package-lock.json requirements-node.txt $(shell find assets static/cii -type f) | .venv/bin/pip
	@echo "Building the style sheets and the script"
	@PYTHON=$(BIN)/python sh assets/build.sh
	@touch $@

pango:  ## The one system library, for PDFs. The list of files is the system check's (core/pdf.py).
	@$(BIN)/python -c 'import sys; from core.pdf import missing_library; sys.exit(missing_library())' 2>/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; } \
	|| echo "PDFs need Pango. Install it: Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf install pango; macOS: brew install pango."

clean:  ## Delete everything that make made.
	rm -rf .venv node_modules static/build var
