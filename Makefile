# Two commands for a newcomer: `make demo` (the main job, no root, embedded Redis) and `make test`.
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= demo
SCALE ?= 16

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-cloud demo test test-fast lint format lock bench ipf-image docker-test clean up deploy site replace destroy cloud-test preflight secrets setup-roles node-image roles-test roles-readme lab lab-stop lab-status lab-reset lab-test e2e

help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.runtime  ## .venv with `vds` in it, from the lock file

setup-dev: .venv/.dev  ## the same with the tools of tests and linters

.venv/.runtime: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "vds needs Python 3.11 or newer: set PYTHON=…")'
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

setup-cloud: .venv/.cloud  ## the same with Pulumi, its OpenStack plugin and Ansible; minutes where Pulumi has to be built
	tools/setup-cloud.sh

# Not compiled: of the collections' thousands of modules a few are ever used.
.venv/.cloud: .venv/.runtime requirements-cloud.lock
	$(BIN)/pip install --quiet --no-compile --require-hashes -r requirements-cloud.lock
	touch $@

demo: setup  ## a generated datastrip, cut into vDS, to L1C in ./demo (under 5 minutes on 2 cores)
	test -d $(DEMO)/l0c || $(BIN)/vds synth --orbit 120 --lat -4 --scenes 16 --scale $(SCALE) --out $(DEMO)/l0c
	$(BIN)/vds plan $(DEMO)/l0c --stages 2
	$(BIN)/vds run $(DEMO)/l0c --out $(DEMO)/l1c --stages 2 --partitions detector=2,band=2
	@echo "The products are in $(DEMO)/l1c/*/L1C; look at one with: gdalinfo $(DEMO)/l1c/*/L1C/*.SAFE/MTD_MSIL1C.xml"

test: setup-dev  ## every test that needs neither root nor another program
	$(BIN)/pytest -m "not docker and not lab and not e2e"

test-fast: setup-dev  ## the same without the end-to-end runs
	$(BIN)/pytest -m "not slow and not docker and not lab and not e2e"

ipf-image: setup  ## the Docker image of the reference IPFs (root, Docker engine)
	ipf/image/build.sh

docker-test: setup-dev  ## the runs in containers; installs and starts a Docker engine if root and none is there
	tests/e2e/with-docker.sh ipf/image/build.sh
	tests/e2e/with-docker.sh $(BIN)/pytest -m docker

lint: setup-dev  ## ruff, mypy, yamllint, shellcheck
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	if command -v shellcheck >/dev/null; then shellcheck .ci/run tools/pulumi tools/pulumi-language-python $$(git ls-files '*.sh'); \
	else echo "lint: shellcheck is not installed, shell scripts were not checked"; fi
	if [ -x .venv-roles/bin/ansible-lint ]; then PATH="$$PWD/.venv-roles/bin:$$PATH" ansible-lint -q site.yml ansible roles molecule; \
	else echo "lint: run make setup-roles for ansible-lint, roles were not checked"; fi

setup-roles: .venv-roles/.ready  ## .venv-roles with Ansible, ansible-lint and molecule

.venv-roles/.ready: requirements-roles.lock
	test -d .venv-roles || $(PYTHON) -m venv .venv-roles
	.venv-roles/bin/pip install --quiet --no-compile --require-hashes -r requirements-roles.lock
	touch $@

roles-readme: setup  ## the roles' defaults and tables of variables, from their argument_specs
	$(BIN)/python roles/generate.py

node-image:  ## the Docker image of a node that the roles are tested on
	tests/e2e/with-docker.sh molecule/nodes/container/build.sh

# One scenario after the other: each starts machines.
roles-test: setup-roles node-image  ## the roles on nodes in containers; ROLE=redis for one of them
	for scenario in $(or $(ROLE),$(patsubst molecule/%/molecule.yml,%,$(wildcard molecule/*/molecule.yml))); do \
	  if grep -q nodes/uml molecule/$$scenario/molecule.yml && ! molecule/nodes/uml/machine.sh . possible; then \
	    echo "roles-test: $$scenario SKIPPED"; continue; fi; \
	  PATH="$$PWD/.venv-roles/bin:$$PATH" tests/e2e/with-docker.sh molecule test -s "$$scenario" || exit; done

lab: setup-dev  ## an OpenStack on loopback that looks like PROFILE=lab|orange|ovh|creodias|otc (root once: MariaDB)
	$(BIN)/python -m tests.lab up --profile $(or $(PROFILE),lab) $(if $(PURGE),--purge)

lab-stop lab-status lab-reset: setup-dev  ## end it; what runs; end it and forget its data
	$(BIN)/python -m tests.lab $(@:lab-%=%)

lab-test: setup-dev  ## the tests that need it
	$(BIN)/python -m tests.lab install
	$(BIN)/pytest -m lab

e2e: setup-dev setup-cloud node-image  ## the whole way: OpenStack, up, real hosts, site.yml, a datastrip to L1C (root, Docker)
	$(BIN)/python -m tests.lab install
	tests/e2e/with-docker.sh ipf/image/build.sh
	tests/e2e/with-docker.sh $(BIN)/pytest -m e2e -s

.venv-bench/.ready: requirements-bench.lock pyproject.toml
	test -d .venv-bench || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --require-hashes -r requirements-bench.lock
	.venv-bench/bin/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

bench: setup .venv-bench/.ready  ## the layer against its peers and its bounds (half an hour)
	.venv-bench/bin/python -m benchmarks.overhead
	$(BIN)/python -m benchmarks.barriers
	test -d $(DEMO)/l0c || $(BIN)/vds synth --orbit 120 --lat -4 --scenes 16 --scale $(SCALE) --out $(DEMO)/l0c
	$(BIN)/python -m benchmarks.makespan $(DEMO)/l0c

secrets: .venv/.cloud  ## STACK=ovh: its broker password and certificates, encrypted in its file (ARGS=--rotate: anew)
	$(if $(STACK),,$(error STACK is missing: which of the stack files?))
	$(BIN)/python -m infra.secrets --stack "$(STACK)" $(ARGS)

preflight: .venv/.cloud  ## STACK=ovh: what its cloud lacks, line by line (ARGS=--json, "--workers 20")
	$(if $(STACK),,$(error STACK is missing: which of the stack files?))
	$(BIN)/python -m infra.preflight --stack "$(STACK)" $(ARGS)

up:  ## STACK=ovh: its platform on the cloud, after showing what will be made
	$(if $(STACK),,$(error STACK is missing: which of the stack files?))
	tools/pulumi stack select --create $(STACK)
	tools/pulumi up --stack $(STACK) --parallel $$($(BIN)/python -m infra.parallel $(STACK)) \
	  $$(tools/pulumi stack export --stack $(STACK) | $(BIN)/python -m infra.halfmade) $(PULUMI_ARGS)

deploy:  ## STACK=ovh: preflight, up, then every server made what it is by site.yml, and the system checked
	$(MAKE) preflight up STACK="$(STACK)" ARGS=
	$(MAKE) site STACK="$(STACK)"
	$(BIN)/vds check --stack "$(STACK)"

# Ansible refuses to start where the locale is not UTF-8.
site: .venv/.cloud inventories/$(STACK)/pulumi.yml  ## STACK=ovh: site.yml alone (ARGS="--limit ovh-stage-07 --check")
	$(if $(STACK),,$(error STACK is missing: which of the inventories?))
	PATH="$$PWD/$(BIN):$$PATH" LC_ALL=C.UTF-8 ansible-playbook site.yml -i inventories/$(STACK) $(ARGS)

# Ansible's way to a stack's exports is the same two lines for each.
inventories/%/pulumi.yml:
	mkdir -p $(@D)
	printf 'plugin: pulumi_stack\nstack: %s\n' '$*' >$@

replace:  ## STACK=ovh HOST=stage-01: makes that server anew, with the image that the stack file names now
	$(if $(STACK),,$(error STACK is missing: which of the stack files?))
	$(if $(HOST),,$(error HOST is missing: which server, without the stack's name, such as stage-01?))
	tools/pulumi destroy --stack $(STACK) --target '**::$(STACK)-$(HOST)-server' --target-dependents $(PULUMI_ARGS)
	$(MAKE) up STACK=$(STACK)

destroy:  ## STACK=ovh: all of it but the protected data volume; with DATA=delete that as well
	$(if $(STACK),,$(error STACK is missing: which of the stack files?))
	if [ "$(DATA)" = delete ]; then tools/pulumi state unprotect --all --stack $(STACK) $(PULUMI_ARGS); fi
	tools/pulumi destroy --stack $(STACK) --parallel $$($(BIN)/python -m infra.parallel $(STACK)) $(if $(filter delete,$(DATA)),,--exclude-protected) $(PULUMI_ARGS)

cloud-test: setup-dev setup-cloud  ## every stack on the lab: up, again, more and fewer workers, another image, away
	$(BIN)/python -m tests.lab install
	$(BIN)/pytest -m lab tests/infra

format: setup-dev  ## put the code in shape
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra build --generate-hashes --no-header --no-emit-index-url --python-version 3.11 -q -o requirements.lock
	uv pip compile tests/lab/requirements-lab.in --generate-hashes --no-header \
	  --no-emit-index-url --python-version 3.11 -q -o tests/lab/requirements-lab.lock
	uv pip compile pyproject.toml --extra build --extra bench -c requirements.lock --generate-hashes --no-header \
	  --no-emit-index-url --python-version 3.11 -q -o requirements-bench.lock
	uv pip compile pyproject.toml --extra build --extra cloud -c requirements.lock --generate-hashes --no-header \
	  --no-emit-index-url --python-version 3.11 -q -o requirements-cloud.lock
	uv pip compile pyproject.toml --extra build --extra roles -c requirements-cloud.lock --generate-hashes --no-header \
	  --no-emit-index-url --python-version 3.11 -q -o requirements-roles.lock
	uv pip compile pyproject.toml --extra build --extra test --extra lint -c requirements-cloud.lock --generate-hashes --no-header \
	  --no-emit-index-url --python-version 3.11 -q -o requirements-dev.lock

clean:  ## remove what was built, but not the demo's results
	rm -rf .venv .tools .venv-roles build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
