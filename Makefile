# Pinshop. `make help` lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install run test check demo contact-sheet screenshots goldens lock format messages

# The Python that makes .venv: PYTHON=..., else that of the .venv that is here, else the first of these that is 3.11 to 3.13.
PYTHON ?= $(shell for p in .venv/bin/python python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && echo $$p && break; done)
PY := .venv/bin/python
export PYTHONPATH := $(CURDIR)

help:  ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install:  ## make .venv from the lock file
	@[ -n "$(PYTHON)" ] || { echo "make install: no Python 3.11, 3.12 or 3.13 found; install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "make install: Python %d.%d is not supported; Pinshop needs 3.11, 3.12 or 3.13" % v)'
	@PYTHONPATH= $(PYTHON) pinshop/local/install.py

run: install  ## the whole shop in this terminal
	@$(PY) -m pinshop.local run

test: install  ## lint, types, contracts, every test
	@$(PY) -m pinshop.local test

check: install  ## format, lint, types, contracts, templates, migrations, deployment settings
	@$(PY) -m pinshop.local check

demo: install  ## one order from artwork to delivery; ART=path/to/artwork
	@$(PY) -m pinshop.site.demo $(ART)

contact-sheet: install  ## 48 pins in one picture, var/contact-sheet.jpg
	@$(PY) -m designs.rendering.contact_sheet --out var/contact-sheet.jpg && echo "var/contact-sheet.jpg"

screenshots: install  ## every page at two widths, light and dark, in var/screenshots, with contact sheets
	@rm -rf var/screenshots && mkdir -p var/screenshots
	@$(PY) -m pytest -q tests/e2e/test_pages.py -k "axe" --screenshots var/screenshots ; $(PY) -m tests.e2e.contact_sheets var/screenshots

goldens: install  ## draw the golden pictures of the engine's tests anew
	@$(PY) -m tests.designs.rendering.goldens

format: install  ## format the code and the templates
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet . ; .venv/bin/djade --target-version 5.2 $$(git ls-files 'templates/*.html') || true

lock: install  ## write the lock files from pyproject.toml
	@for group in "" "-dev"; do \
	  .venv/bin/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header pyproject.toml $${group:+--group dev} -o requirements$$group.txt || exit 1; done

messages: install  ## gather what customers read into locale/, and compile its translations (needs GNU gettext)
	@DJANGO_SETTINGS_MODULE=pinshop.settings.test $(PY) manage.py makemessages --all --no-wrap --no-location --no-obsolete \
	    --extension html,txt,py --ignore .venv --ignore var --ignore tests
	@for words in locale/*/LC_MESSAGES/django.po; do msgattrib --clear-fuzzy --empty --clear-previous --no-wrap -o $$words $$words || exit 1; done
	@DJANGO_SETTINGS_MODULE=pinshop.settings.test $(PY) manage.py compilemessages --ignore .venv
