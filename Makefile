# FocusScope. `make demo` and `make test` are all the set-up there is.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PYTHON_READY := .venv/.installed
NODE_READY := frontend/node_modules/.installed
PAGE := frontend/dist/index.html
ARGS ?=
JOBS ?= 1
PYTEST := $(BIN)/python -m pytest $(if $(filter-out 1,$(JOBS)),-n $(JOBS) --dist loadfile)
BENCH ?= end_to_end

.DEFAULT_GOAL := help
.PHONY: help demo test test-postgres composed attack chaos check serve worker bench client migrate format audit sbom fuzz

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(PYTHON_READY) $(PAGE) ## set everything up, analyse a phantom, serve the page (ARGS=--once: stop once it is analysed)
	@$(BIN)/focusscope demo $(ARGS)

test: $(PYTHON_READY) $(PAGE) ## run every test, the browser test included (JOBS=2: in so many processes)
	@$(PYTEST) $(ARGS)
	@cd frontend && npm run --silent test

test-postgres: $(PYTHON_READY) $(PAGE) ## run every Python test on PostgreSQL
	@FOCUSSCOPE_TEST_DATABASE=postgresql $(PYTEST) $(ARGS)

check: $(PYTHON_READY) $(NODE_READY) ## lint, types, import rules, migrations, TypeScript, API client drift, known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@scratch=$$(mktemp -d); export FOCUSSCOPE_DATABASE_URL=sqlite:///$$scratch/check.db; \
		$(BIN)/alembic upgrade head && $(BIN)/alembic check; status=$$?; rm -r $$scratch; exit $$status
	$(BIN)/python -m backend.api.openapi | diff -u frontend/openapi.json -
	cd frontend && npm run --silent client:check && npm run --silent check
	@$(BIN)/python -m tests.attacks.advisories || test $$? = 2 # who cannot be asked is named, and keeps nobody from landing

serve: $(PYTHON_READY) $(PAGE) ## the API and the page, without a worker
	@$(BIN)/focusscope serve $(ARGS)

worker: $(PYTHON_READY) ## a Celery worker
	@$(BIN)/focusscope worker $(ARGS)

migrate: $(PYTHON_READY) ## bring the database up to date
	@$(BIN)/focusscope migrate

bench: $(PYTHON_READY) ## measure (BENCH=end_to_end, speed, memory, stain, phantom, phantom_realism, overlay, worklist, tiles, actions, load, gpu; ARGS="--slides 12")
	@$(BIN)/python -m tests.benchmarks.$(BENCH) $(ARGS)

chaos: $(PYTHON_READY) ## break the running product at random moments, and see what is left of it (ARGS="--rounds 5 --seed 7")
	@test -d .venv-chaos || $(BIN)/python -m pip install --quiet --no-deps --target .venv-chaos libfaketime==3.0.1
	@LIBFAKETIME=$$(ls $$PWD/.venv-chaos/libfaketime/vendor/libfaketime/src/libfaketime*.so.1 2>/dev/null) \
		$(BIN)/python -m tests.chaos $(ARGS)

composed: $(PYTHON_READY) $(PAGE) ## run every service of docker-compose.yml by its own command, without containers, and use it
	@$(BIN)/python -m tests.composed

attack: $(PYTHON_READY) $(PAGE) ## ask the API for what schemathesis makes of its contract: any 500, and what the contract does not describe (EXAMPLES=10)
	@test -x .venv-attack/bin/schemathesis || { $(PYTHON) -m venv .venv-attack && \
		.venv-attack/bin/python -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5; }
	@$(BIN)/python -m tests.attacks.contract .venv-attack/bin

fuzz: $(PYTHON_READY) ## look for bytes that our own readers do not expect (ARGS="60 directories": so many seconds, for one of them)
	@test -d .venv-fuzz || $(BIN)/python -m pip install --quiet --no-deps --target .venv-fuzz atheris==3.0.0
	@PYTHONPATH=$$PWD:$$PWD/.venv-fuzz $(BIN)/python -m tests.fuzz $(ARGS)

audit: $(PYTHON_READY) $(NODE_READY) ## ask the advisory databases about every pinned package; says so where it cannot
	@$(BIN)/python -m tests.attacks.advisories

sbom: $(PYTHON_READY) $(NODE_READY) ## list what the product is made of, as CycloneDX: dist/sbom-python.json, dist/sbom-page.json
	@test -x .venv-attack/bin/cyclonedx-py || { test -d .venv-attack || $(PYTHON) -m venv .venv-attack; \
		.venv-attack/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0; }
	@mkdir -p dist
	@.venv-attack/bin/cyclonedx-py environment --pyproject pyproject.toml --output-format JSON --output-reproducible \
		--output-file dist/sbom-python.json $(BIN)/python
	@cd frontend && npm sbom --sbom-format cyclonedx --sbom-type application > ../dist/sbom-page.json
	@ls -1 dist/sbom-*.json

client: $(PYTHON_READY) $(NODE_READY) ## write the OpenAPI document and the TypeScript types from the API
	$(BIN)/python -m backend.api.openapi > frontend/openapi.json
	cd frontend && npm run --silent client

format: $(PYTHON_READY) ## format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(PYTHON_READY): pyproject.toml constraints.txt
	@echo "Installing Python packages into .venv (a few minutes the first time) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "FocusScope needs Python 3.11 or newer.")'
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(NODE_READY): frontend/package.json frontend/package-lock.json
	@echo "Installing frontend packages …"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE): $(NODE_READY) frontend/index.html frontend/vite.config.ts $(shell find frontend/src -type f)
	@echo "Building the page …"
	@cd frontend && npm run --silent build
	@touch $@
