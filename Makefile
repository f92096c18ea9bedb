# `make repro` turns data/raw into data/processed; `make test` runs the tests. Both set up all they need in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: repro test lint format models benchmarks lock clean

repro: models
	$(BIN)/dvc repro

test: models
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# always runs: it checks the models' files and fetches only what is missing or changed
models: $(READY)
	$(BIN)/baogao models

# figures on texts that are not shipped: make benchmarks CORPORA=folder
benchmarks: models
	$(BIN)/python -m benchmarks.restoration
	$(BIN)/python -m benchmarks.recognition --corpora "$(CORPORA)"

# made by pip-tools on Linux with Python 3.11; names no host
lock:
	pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-emit-options --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) models/files

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
