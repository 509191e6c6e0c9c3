# `make bench` and `make test` are the two commands; each sets up what it needs the first time.
STUDY   ?= digits
SUITE   ?= embedded
VARIANT ?=
WORKERS ?= 0
DEVICE  ?= auto
PORT    ?= 5000
SITE_PORT ?= 8000
SCALE   ?= 1
PYTHON  ?= python3
# Of `make fuzz`: a module of tools/fuzz/, cases of each kind, and where to begin.
MODULE  ?= data
CASES   ?= 1000
SEED    ?= 0
# The two sides of `make compare`.
BEFORE  ?=
AFTER   ?=
# More words for the command, as in ARGS='--set budget.trials=16'.
ARGS    ?=

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
# A study may say which of its variants to run; VARIANT overrides it.
CHOICE := $(if $(VARIANT),--variant $(VARIANT))
# A share of a study, to see a large one run.
SHARE  := $(if $(filter-out 1,$(SCALE)),--set scale=$(SCALE))

# Its theme warns of what a later version of MkDocs will do.
SITE   := tools/documentation/mkdocs.yml
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs

.DEFAULT_GOAL := help
.PHONY: help bench suite smoke perf kills bit-flips soak fuzz report watch compare ui test test-long test-cluster test-servers coverage mutants dist doctor docs site \
	site-serve lock clean

help: ## Show this.
	@echo 'make TARGET [STUDY=digits] [VARIANT=core] [WORKERS=0] [DEVICE=auto] [SCALE=1] [ARGS="--set KEY=VALUE"]'
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 12

bench: $(READY) ## Search, train, score and compare variants (VARIANT=all: the whole zoo); the same command continues.
	@$(BIN)/ganbench run --study $(STUDY) $(CHOICE) $(SHARE) --workers $(WORKERS) --device $(DEVICE) $(ARGS)

suite: $(READY) ## Run the studies of a suite one after the other, and compare variants over their data sets (SUITE=embedded).
	@$(BIN)/ganbench suite --suite $(SUITE) $(CHOICE) $(SHARE) --workers $(WORKERS) --device $(DEVICE) $(ARGS)

smoke: $(READY) ## Every variant, tiny, in a few minutes: does it all still run?
	@$(BIN)/ganbench run --study smoke $(CHOICE) --workers $(WORKERS) --device $(DEVICE) $(ARGS)

perf: $(READY) ## Time the same work by a plain harness and by this one, side by side.
	@$(BIN)/python -m tools.performance --study $(STUDY) $(CHOICE) --device $(DEVICE) $(ARGS)

bit-flips: $(READY) ## Change 200 random bytes of a study's files, one at a time: is its table still the same? (hours)
	@$(BIN)/python -m tools.bit_flips $(ARGS)

report: $(READY) ## Write the comparison of a study again.
	@$(BIN)/ganbench report --study $(STUDY) $(SHARE) $(ARGS)

watch: $(READY) ## Write it again every half minute while the study runs; the page loads itself.
	@$(BIN)/ganbench report --study $(STUDY) $(SHARE) --watch 30 $(ARGS)

compare: $(READY) ## Did a change make a variant worse? BEFORE and AFTER: folders of runs or reports. Exit code 1 if so.
	@$(BIN)/ganbench compare $(BEFORE) $(AFTER) --study $(STUDY) $(SHARE) $(ARGS)

ui: $(READY) ## Open MLflow on 127.0.0.1 at the comparison of a study. Ctrl-C ends it.
	@$(BIN)/ganbench ui --study $(STUDY) $(SHARE) --port $(PORT) $(ARGS)

kills: $(READY) ## End a tiny study 100 times at random moments: does it come to the same? ARGS='--kills 10' for fewer.
	@$(BIN)/python -m tools.kills $(ARGS)

soak: $(READY) ## Run 500 tiny trials in one study: do memory, open files and threads stay flat?
	@$(BIN)/python -m tools.soak $(ARGS)

doctor: $(READY) ## Say what this machine has, and what to do about what is missing.
	@$(BIN)/ganbench doctor

docs: $(READY) ## Write docs/zoo/ again from the code.
	@$(BIN)/python -m tools.documentation docs/zoo

site: $(READY) ## Build the documentation as a site, runs/site/index.html, without network.
	@$(MKDOCS) build --strict --quiet --config-file $(SITE)
	@echo 'Site: runs/site/index.html'

site-serve: $(READY) ## Show it on 127.0.0.1, built again whenever a page changes. Ctrl-C ends it.
	@$(MKDOCS) serve --config-file $(SITE) --dev-addr 127.0.0.1:$(SITE_PORT)

test: $(READY) ## Lint, types, import contracts and tests in random order, less those that take long.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto -m 'not long' $(ARGS)

test-long: $(READY) ## Those that take long: every command of the README, ten kills, damaged files, servers in trouble.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto -m long $(ARGS)

test-cluster: $(READY) ## Those that need a cluster: installs Ray, and starts one of two nodes on this host.
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r .ci/extras.lock
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 0 -m cluster $(ARGS)

test-servers: $(READY) ## Those that start PostgreSQL (of your system's packages) and MLflow: installs PostgreSQL's driver.
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r .ci/extras.lock
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 0 -m servers $(ARGS)

coverage: $(READY) ## The tests again, with every branch counted: fails below the floor; pages in runs/coverage/.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto -m 'not long' --cov --cov-report=term:skip-covered \
		--cov-report=html:runs/coverage $(ARGS)

mutants: $(READY) ## Change formulas one thing at a time: at least 90 % must be seen by the tests. ARGS='ganzoo.losses.*' for some.
	@OMP_NUM_THREADS=1 $(BIN)/python -m tools.mutants $(ARGS)

dist: $(READY) ## Build the wheel and the source distribution into dist/, and check what is in them.
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-build-isolation --offline --python $(BIN)/python --out-dir dist .
	@$(BIN)/python -m tools.release

fuzz: $(READY) ## Try inputs that nobody thought of, CASES=1000 of each kind; the tests try a few hundred.
	@OMP_NUM_THREADS=1 $(BIN)/python -m tools.fuzz $(MODULE) --cases $(CASES) --seed $(SEED) $(ARGS)

lock: $(READY) ## Resolve the dependencies again into .ci/requirements.lock.
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade --extra dev pyproject.toml --output-file .ci/requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra ray --extra servers --constraint .ci/requirements.lock pyproject.toml --output-file .ci/extras.lock

clean: ## Remove the environment, caches and builds; runs/ and data/ stay.
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache mutants dist

# The lock decides what is installed; a changed lock or pyproject.toml brings the environment up to date.
$(READY): .ci/requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11; name another: make PYTHON=python3.12 ..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Setting up $(VENV) (once; several GB, most of it PyTorch) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -oE '^uv==[0-9.]+' .ci/requirements.lock)"
	@$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python .ci/requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@
