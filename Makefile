# The first use of any target makes .venv; later uses need no network while constraints.txt and pyproject.toml are unchanged.
.PHONY: help run size test test-all bench soak docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Without a screen it ends by itself and leaves pictures; with one it runs until the window is closed.
SECONDS ?= $(if $(DISPLAY)$(WAYLAND_DISPLAY),,60)
run: ## simulated controllers, control core and window of the 20 MW plant; without a screen a table, and pictures in out/
	@tools/bootstrap dev control hmi
	.venv/bin/orcplant run tianzhen_20mw --state out/state $(if $(SECONDS),--seconds $(SECONDS))

size: ## sizes the 20 MW plant at Tianzhen: report.html and report.zh.html under out/
	@tools/bootstrap dev
	.venv/bin/orcplant size tianzhen_20mw --out out/

test: ## format, lint, types, import contracts and tests
	@tools/bootstrap dev control hmi
	@tools/check -m "not slow"

test-all: ## the same with the slow tests
	@tools/bootstrap dev control hmi
	@tools/check

bench: ## measures against TESPy; ONLY=design for one part
	@tools/bootstrap dev bench control
	.venv/bin/python -m benchmarks $(ONLY)

MINUTES ?= 60
soak: ## random cycles for an hour, every balance looked at; MINUTES=5 for less
	@tools/bootstrap dev
	.venv/bin/python -m benchmarks.soak $(MINUTES)

docs: ## rewrites the generated pages under docs/
	@tools/bootstrap dev
	.venv/bin/python docs/generate.py

clean: ## removes what was made here, .venv included
	rm -rf .venv out dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
