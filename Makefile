# The two commands of the README are `make deploy-local` and `make test`; both set up what they need.
.DEFAULT_GOAL := help
PYTHON ?= python3
# The version of Mermaid that draws the diagrams of the documentation site.
MERMAID := 11.17.2
BIN := .venv/bin
# Tests run on several workers (tests/conftest.py says on how many); `make unit WORKERS=0` runs them in one process.
# LIKE=<report of make verify-aws> lets the local AWS and the models in the tests behave like what was seen on AWS.
export LOCAL_AWS_LIKE = $(if $(LIKE),$(abspath $(LIKE)))
PYTEST = $(BIN)/pytest --dist worksteal -n
# The CDK CLI of this checkout.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 20

.PHONY: help setup deploy-local local-up local-down test unit coverage integration simulate nightly bench verify-aws lint format check pr docs templates function dist release-pins clean

help: ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready node_modules/.ready ## Install everything into .venv and node_modules

.venv/.ready: requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1): make PYTHON=python3.11 ..."; exit 1; }
	@echo "Setting up: Python packages into .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
		|| { echo "Node.js 20 or later is needed, found: $$(node -v 2>&1)"; exit 1; }
	@echo "Setting up: the CDK CLI into node_modules"
	@npm ci --silent
	@touch $@

deploy-local: setup ## Deploy app.py to a local AWS, change the dictionary, destroy: the whole story
	@$(BIN)/python -m local_aws.story

local-up: setup ## Start a local AWS to try things by hand, at PORT (a free one), LIKE a report of make verify-aws
	@$(BIN)/opensearch-packages-local up $(if $(PORT),--port $(PORT)) $(if $(LIKE),--like $(LIKE))

local-down: ## Stop it
	@test -x $(BIN)/opensearch-packages-local && $(BIN)/opensearch-packages-local down || echo "Nothing is set up here."

test: setup ## All tests
	@$(PYTEST) $(or $(WORKERS),auto)

unit: setup ## The tests that need no local AWS: less than a minute
	@$(PYTEST) $(or $(WORKERS),logical) tests/unit

coverage: setup ## The same, and how much of the library, the command and the handler they reach: at least what is so far
	@$(PYTEST) $(or $(WORKERS),logical) tests/unit --cov --cov-report=term-missing:skip-covered

integration: setup ## The tests against the local AWS
	@$(PYTEST) $(or $(WORKERS),auto) tests/integration

simulate: setup ## The guarantees in random sequences for SECONDS (600), from SEED on (by default another each time)
	@SIMULATE_SECONDS=$(or $(SECONDS),600) SIMULATE_SEED=$(or $(SEED),$(shell date +%s)) \
		$(BIN)/pytest tests/simulation/test_sequences.py

nightly: setup ## The simulator for an hour: twenty minutes on each of three seeds, all of them also after a failure
	@failed=0; for round in 1 2 3; do $(MAKE) --no-print-directory simulate SECONDS=1200 || failed=1; done; exit $$failed

bench: setup ## Measure it against what people use today: docs/benchmarks.md, in a few minutes
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@$(BIN)/python -m benchmarks

verify-aws: setup ## Settle on a real account what nobody has written down: PROFILE, REGION, DOMAIN, KEY, YES=1; REPORT=file reads
	@$(BIN)/python -m verification $(if $(REPORT),--read '$(REPORT)') $(if $(PROFILE),--profile $(PROFILE)) \
		$(if $(REGION),--region $(REGION)) $(if $(DOMAIN),--domain $(DOMAIN)) $(if $(KEY),--key $(KEY)) \
		$(if $(filter 1,$(YES)),--yes) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(PACE),--pace $(PACE)) $(if $(WRITE),--write $(WRITE))

lint: setup ## Style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup ## Repair the style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

check: setup ## Types
	@$(BIN)/mypy

templates: .venv/.ready ## Write what is made from the sources: templates, schemas, the reference
	@$(BIN)/python -m release generate

function: .venv/.ready ## Write templates/function.zip, the code that templates/provider.yaml names
	@$(BIN)/python -m release function

dist: .venv/.ready ## Build a release into dist: wheel, sdist, and the archive for plain CloudFormation
	@$(BIN)/python -m release dist

release-pins: .venv/.ready ## Write requirements-release.txt, the hashes of what builds a release, from requirements-release.in
	@$(BIN)/pip install --quiet --disable-pip-version-check pip-tools==7.6.2
	@$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-header --no-emit-options \
		--output-file requirements-release.txt requirements-release.in

# The library's docstrings are read from the library itself, which needs the CDK: .venv has it, and is looked into last.
.venv-docs/.ready: .venv/.ready requirements-docs.txt
	@echo "Setting up: Sphinx into .venv-docs"
	@$(PYTHON) -m venv .venv-docs
	@.venv-docs/bin/pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@ls -d $(CURDIR)/.venv/lib/python*/site-packages > "$$(ls -d .venv-docs/lib/python*/site-packages)/of-the-library.pth"
	@cd .venv-docs && npm pack --silent mermaid@$(MERMAID) > /dev/null && tar -xzf mermaid-*.tgz package/dist
	@mkdir -p .venv-docs/static/mermaid/chunks && cd .venv-docs/package/dist \
		&& cp mermaid.esm.min.mjs ../../static/mermaid && cp -R chunks/mermaid.esm.min ../../static/mermaid/chunks
	@rm -rf .venv-docs/package .venv-docs/mermaid-*.tgz
	@touch $@

# All pages anew: a link is dead also when only the page has changed that it leads to.
docs: .venv-docs/.ready ## Build the documentation site into site; a dead link or a missing docstring fails
	@rm -rf site
	@.venv-docs/bin/sphinx-build --fail-on-warning --quiet --fresh-env -c docs -d .venv-docs/doctrees . site
	@echo "The site is in site: $(PYTHON) -m http.server -b localhost -d site shows it at http://localhost:8000"

pr: lint check docs test coverage ## Everything that .ci/run runs

clean: ## Remove what setup and runs have made
	rm -rf .venv .venv-docs node_modules cdk.out dist site templates/function.zip .local-aws .mypy_cache .ruff_cache .pytest_cache .coverage
