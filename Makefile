# Papilla. `make help` lists what can be done. Only make and Python 3.11 or newer are assumed.

PORT ?= 5000
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
TESTING := $(VENV)/.testing-installed
MUTATING := $(VENV)/.mutating-installed
LOCKING := .venv-lock/.installed
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run test bench mutate pictures format messages lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) ## Serve Papilla at http://127.0.0.1:5000 (PORT=... for another port); data stay in instance/
	@exec $(BIN)/flask lms run --port $(PORT)

test: $(TESTING) ## Run every check there is
	@.ci/install-test-tools
	@$(BIN)/python -m tests.checks

bench: $(TESTING) ## Measure Papilla against a hand-written app; writes instance/bench/latest.json
	@$(BIN)/python -m tests.bench

mutate: $(MUTATING) ## Look for changes of the case engine that no test notices (ONLY=quizzes/grading/grade.py, JOBS=2)
	@$(BIN)/python -m tests.mutate $(ONLY) $(if $(JOBS),--jobs=$(JOBS))

pictures: $(TESTING) ## Take the pictures of the README anew
	@$(BIN)/python -m tests.browser.pictures

format: $(TESTING) ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix --quiet --exit-zero .
	@$(BIN)/ruff format .
	@$(BIN)/ruff check .

messages: $(TESTING) ## Collect the texts to translate and compile the catalogues
	@$(BIN)/pybabel --quiet extract --mapping-file=lms/core/locale/babel.cfg --keywords='_ lazy ngettext:1,2' \
		--project=papilla-lms --copyright-holder='the Papilla authors' --no-location --sort-output \
		--output-file=lms/core/locale/lms.pot lms courses quizzes
	@if ls lms/core/locale/*/LC_MESSAGES/lms.po >/dev/null 2>&1; then \
		$(BIN)/pybabel --quiet update --domain lms --input-file lms/core/locale/lms.pot --output-dir lms/core/locale; \
		$(BIN)/pybabel --quiet compile --domain lms --directory lms/core/locale; fi

lock: $(LOCKING) ## Resolve the dependencies of pyproject.toml anew into requirements*.txt
	@.venv-lock/bin/pip-compile --quiet --upgrade $(COMPILE) --output-file=requirements.txt pyproject.toml
	@.venv-lock/bin/pip-compile --quiet --upgrade $(COMPILE) --extra=test --constraint=requirements.txt \
		--output-file=requirements-test.txt pyproject.toml
	@.venv-lock/bin/pip-compile --quiet --upgrade $(COMPILE) --extra=mutate --constraint=requirements-test.txt \
		--output-file=requirements-mutate.txt pyproject.toml

clean: ## Remove the environments and caches; keeps instance/
	@rm -rf .venv .venv-lock build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find lms courses quizzes migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

COMPILE := --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-find-links --no-emit-index-url --no-emit-trusted-host

$(BIN)/python:
	@python=$$(.ci/find-python) && echo "Creating $(VENV) with $$python" && "$$python" -m venv $(VENV)

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing the dependencies of requirements.txt"
	@$(BIN)/python $(PIP_INSTALL) -r requirements.txt
	@touch $@

$(TESTING): requirements-test.txt $(RUNTIME) | $(BIN)/python
	@echo "Installing the test tools of requirements-test.txt"
	@$(BIN)/python $(PIP_INSTALL) -r requirements-test.txt
	@touch $@

$(MUTATING): requirements-mutate.txt $(TESTING) | $(BIN)/python
	@echo "Installing the mutation tool of requirements-mutate.txt"
	@$(BIN)/python $(PIP_INSTALL) -r requirements-mutate.txt
	@touch $@

$(LOCKING): Makefile
	@python=$$(.ci/find-python) && "$$python" -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check 'pip-tools>=7.4'
	@touch $@
