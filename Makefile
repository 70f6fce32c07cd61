# `make help` lists what there is. Needs GNU make 3.81 or newer; on Windows run it from Git Bash, or do as README.md says.

# The environment. `make upgrade` works in one of its own.
VENV := .venv
# The Python that makes it: `make lab PYTHON=/path/to/python`. Left empty, the first fitting one is taken.
PYTHON ?=
# `TORCH=cpu make lab` takes PyTorch's CPU build on Linux: 200 MB instead of 2.5 GB.
TORCH ?=
# Given to JupyterLab: `make lab LAB_FLAGS="--no-browser --port 9000"`.
LAB_FLAGS ?=
# How many tests run at a time, each on one core: `make test WORKERS=4`.
WORKERS ?= 2
# Which notebooks `make notebooks` runs; empty means all of them.
NOTEBOOKS ?=

UPGRADED := build/upgraded
ifeq ($(OS),Windows_NT)
RUN := $(VENV)/Scripts/python.exe
else
RUN := $(VENV)/bin/python
endif

# Most of the tests is Python, which uses one core: several at a time are quicker than several threads.
SIDE_BY_SIDE = OMP_NUM_THREADS=1 $(RUN) -m pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help lab test check notebooks links exercises bench figures format upgrade clean environment-lab environment-test

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo
	@echo '  TORCH=cpu make lab           the CPU build of PyTorch on Linux, 200 MB instead of 2.5 GB'
	@echo '  make lab PYTHON=python3.12   the environment with this Python'
	@echo '  make test WORKERS=4          four tests at a time'
	@echo '  make lab LAB_FLAGS="--no-browser --port 9000"'

lab: environment-lab ## make the environment and open your copy of the course, in course/, in JupyterLab
	@$(RUN) -m cam_tutorial.cli start course
	@$(RUN) -m jupyterlab $$([ "$$(id -u)" != 0 ] || echo --allow-root) $(LAB_FLAGS) course/00_start_here.ipynb

test: environment-test ## make the environment and run every check and every notebook
	@$(MAKE) --no-print-directory check VENV="$(VENV)"

check: # what `make test` runs, quickest failures first
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(SIDE_BY_SIDE) --dist worksteal tests
	$(SIDE_BY_SIDE) --dist loadfile -p tests.conftest --nbval-lax --nbval-current-env --nbval-cell-timeout=1200 \
		--nbval-kernel-startup-timeout=600 --nbval-sanitize-with tests/nbval_sanitize.cfg notebooks

notebooks: environment-test ## run the notebooks and store clean outputs (NOTEBOOKS="notebooks/03_grad_cam.ipynb" for some)
	$(RUN) tools/make_notebooks.py $(NOTEBOOKS)

links: environment-test ## write the first cell of every notebook and the badges of the README, from pyproject.toml's address
	$(RUN) tools/make_links.py

exercises: environment-test ## judge hundreds of attempts at the exercises, right and wrong, and print a table
	$(RUN) tools/exercise_table.py

bench: environment-test ## measure speed and memory beside captum, torchcam and grad-cam
	$(RUN) -m benchmarks

figures: environment-test ## draw the pictures of the README again
	$(RUN) tools/make_figures.py

format: environment-test ## format code and notebooks, and mend what Ruff can mend
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

upgrade: ## try the newest packages in a fresh environment and, if every test passes, renew constraints.txt
	rm -rf $(UPGRADED)
	@$(MAKE) --no-print-directory environment-test VENV=$(UPGRADED) UNPINNED=--unpinned
	@$(MAKE) --no-print-directory check VENV=$(UPGRADED)
	@$(MAKE) --no-print-directory constraints VENV=$(UPGRADED)
	rm -rf $(UPGRADED)

.PHONY: constraints
constraints:
	$(RUN) tools/make_environment.py freeze

clean: ## remove the environment and every cache
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installs nothing when the environment is up to date, and mends one whose making was interrupted.
environment-lab environment-test:
	@old=; bare=; \
	for python in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python); do \
	  version=$$("$$python" --version 2>/dev/null) || continue; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { old=$$version; continue; }; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare=$$version; continue; }; \
	  exec "$$python" tools/make_environment.py $(@:environment-%=%) --venv "$(VENV)" --torch "$(TORCH)" $(UNPINNED); \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "$$bare cannot make virtual environments: install what is missing (on Debian and Ubuntu: apt install python3-venv) and run the same command again." >&2; \
	else \
	  echo "Python 3.11 or newer is needed and $(if $(PYTHON),$(PYTHON) is,what was found here is) $${old:-none at all}: install one (on Debian and Ubuntu: apt install python3 python3-venv), or name one, as in make lab PYTHON=/path/to/python3." >&2; \
	fi; \
	exit 1
