# `make run` runs the product with the demo districts, `make test` everything that is checked.
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= .data
ENGINES = .venv/bin/python -m tutoring_admin.engines --stop-with-parent
INSTALL = @$(PYTHON) tutoring_admin/engines/bootstrap.py
LOCK = .venv/bin/python -m uv pip compile -q --universal --generate-hashes --no-header pyproject.toml

.PHONY: run test soak check bench lock screenshots restore-proof clean

run:
	$(INSTALL) local
	@exec $(ENGINES) run --port $(PORT) --data-dir $(DATA_DIR)

test:
	$(INSTALL) dev
	@exec $(ENGINES) test

# The fault tests at full length: hundreds of kills, half an hour or more; counts at the end.
soak:
	$(INSTALL) dev
	@exec $(ENGINES) with -- env FAULTS=long DJANGO_SETTINGS_MODULE=tutoring_admin.settings.test .venv/bin/python -m pytest -p no:randomly tests/faults

check restore-proof:
	$(INSTALL) dev
	@exec $(ENGINES) $@

bench screenshots:
	$(INSTALL) dev
	@exec $(ENGINES) with -- .venv/bin/python -m tutoring_admin.$@

lock:
	$(INSTALL) dev
	@$(LOCK) -o requirements.txt
	@$(LOCK) --extra local -o requirements-local.txt
	@$(LOCK) --extra local --extra dev -o requirements-dev.txt

clean:
	@test ! -x .venv/bin/python || $(ENGINES) clean --data-dir $(DATA_DIR)
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results
