# One command runs the portal. `make help` lists the others.
# Needs git, make and Python 3.11 or later; no root, no Docker, no database.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
RUN := $(VENV)/bin/python
# Each stamp's name holds the digest of its lock: an unchanged lock is not installed again.
stamp = $(VENV)/.installed-$(1)-$(shell cat requirements/$(1).txt 2>/dev/null | cksum | tr ' ' '-')
# Development needs everything local has, so either stamp will do for `make run`.
LOCAL_STAMP := $(or $(wildcard $(call stamp,development)),$(call stamp,local))

.DEFAULT_GOAL := help
.PHONY: help run install mail reset test check fix bench lock lock-upgrade

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-14s %s\n' "$$name" "$$what"; done

run: $(LOCAL_STAMP) ## run the portal here, with the real plan and samples (PORT=8000)
	@exec env STOP_WITH_PARENT=yes $(RUN) -m mhhs_portal.local.run

install: $(call stamp,development) ## only install the development packages into .venv

mail: $(LOCAL_STAMP) ## list the latest caught e-mails and their links
	@$(RUN) -m mhhs_portal.local.mail --list

reset: $(LOCAL_STAMP) ## delete var/: the next run starts afresh
	@$(RUN) -m mhhs_portal.local.reset

test: $(call stamp,development) ## run all tests on PostgreSQL 18 and Valkey
	@$(RUN) -m pytest -n logical --dist worksteal $(ARGS)

check: $(call stamp,development) ## everything CI checks
	@$(RUN) -m mhhs_portal.local.check

fix: $(call stamp,development) ## format, and repair what the linter can
	@$(VENV)/bin/ruff check --fix --exit-zero . && $(VENV)/bin/ruff format .

bench: $(call stamp,development) ## what the main pages cost, on 1,000 organisations
	@$(RUN) -m mhhs_portal.local.bench $(ARGS)

lock: $(VENV)/bin/uv ## write requirements/*.txt anew from pyproject.toml, keeping versions that still fit
	@$(call compile,pyproject.toml,production.txt,)
	@$(call compile,pyproject.toml,local.txt,--extra local)
	@$(call compile,pyproject.toml,development.txt,--extra local --extra test)

lock-upgrade: $(VENV)/bin/uv ## the same, with the newest versions that fit
	@$(MAKE) --no-print-directory lock UPGRADE=--upgrade

compile = $(VENV)/bin/uv pip compile $(1) $(3) --output-file requirements/$(2) $(UPGRADE) --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# --- the virtual environment ------------------------------------------------------------------------------------------

# uv installs several times faster than pip; where it cannot be had or cannot reach the packages, pip does the same work.
$(VENV)/.installed-%: $(VENV)/bin/python
	@lock=$$(echo '$*' | sed -E 's/-[0-9]+-[0-9]+$$//'); \
	echo "Installing the locked packages of requirements/$$lock.txt …"; \
	if [ -x $(VENV)/bin/uv ] || $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt; then \
		$(VENV)/bin/uv pip sync --python $(RUN) --quiet --require-hashes requirements/$$lock.txt requirements/uv.txt \
		|| { echo 'uv did not manage; trying pip, which is slower.'; false; }; \
	else false; fi \
	|| $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$$lock.txt; \
	status=$$?; if [ $$status -ne 0 ]; then \
		echo 'The packages could not be installed. Is a package index reachable? The lines above say more.' >&2; exit $$status; fi
	@rm -f $(VENV)/.installed-*; touch $@

$(VENV)/bin/uv: $(VENV)/bin/python
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

$(VENV)/bin/python:
	@if [ -z '$(PYTHON)' ]; then \
		echo 'This needs Python 3.11 or later with its venv module, and found none.' >&2; \
		echo '  Debian, Ubuntu: apt install python3 python3-venv     macOS: brew install python@3.11' >&2; \
		echo '  Installed elsewhere? make run PYTHON=/path/to/python3.11' >&2; exit 1; fi
	@echo 'Making $(VENV) with $(PYTHON) …'
	@$(PYTHON) -m venv $(VENV)
