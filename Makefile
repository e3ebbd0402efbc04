# The two commands of the README and what they are made of. `make demo` and `make test` set up all they need in
# .venv and target; nothing is installed outside this folder.

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
SETUP := $(VENV)/setup
WHEEL := $(VENV)/wheel
RUST := $(shell find . -name '*.rs' -not -path './target/*' -not -path './.venv/*') Cargo.toml Cargo.lock
PY := $(shell find slo-py/python slo-py/pyproject.toml)

.PHONY: demo test test-rust test-python check wheel peers clean

demo: $(WHEEL)
	$(BIN)/python examples/demo.py

test: test-rust test-python

test-rust:
	cargo test --workspace --all-features --locked

test-python: $(WHEEL)
	test "$$(cat target/wheels/slo-*.whl | wc -c)" -lt 6000000 # a wheel stays under 6 MB
	cd slo-py && $(BIN)/pytest
	cd slo-py && $(BIN)/python -m mypy.stubtest slo --mypy-config-file pyproject.toml
	cd slo-py && $(BIN)/mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# What is not a test but must hold all the same.
check:
	cargo fmt --check
	cargo fmt --check --manifest-path fuzz/Cargo.toml
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked
	for crate in slo-core slo-anomaly slo-forecast slo-correlate slo; do \
		cargo clippy -p $$crate --locked -- -D warnings || exit 1; \
		cargo clippy -p $$crate --features serde --locked -- -D warnings || exit 1; \
	done
	cargo clippy -p slo-forecast --features parallel --locked -- -D warnings
	cargo clippy -p slo --features page --locked -- -D warnings
	cargo bench -p slo-benches --locked -- --test

wheel: $(WHEEL)

$(SETUP): slo-py/requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement $<
	touch $@

$(WHEEL): $(SETUP) $(RUST) $(PY)
	rm -rf target/wheels
	cd slo-py && $(BIN)/maturin build --release --locked --out ../target/wheels
	$(BIN)/pip install --quiet --force-reinstall --no-deps target/wheels/slo-*.whl
	touch $@

# The same work by peers, in an environment of their own: writes benches/peers/record.csv and RESULTS.md.
peers: $(WHEEL)
	$(PYTHON) -m venv benches/peers/.venv
	benches/peers/.venv/bin/pip install --quiet --requirement benches/peers/requirements.txt
	benches/peers/.venv/bin/pip install --quiet --force-reinstall --no-deps target/wheels/slo-*.whl
	cd benches/peers && .venv/bin/python run.py

clean:
	rm -rf target $(VENV) benches/peers/.venv demo
