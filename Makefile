# The commands of docs: `make up` and `make test` are all that a newcomer needs.
.PHONY: eval up test test-release tsan bench bench-telemetry drill soak load conformance observe build release format lint clean packages test-packages

# Debug for tests, release for people.
TODO := .build/release/todo

packages:
	@scripts/install-packages.sh

# What only tests need: Prometheus, Alertmanager and an exporter watch the platform, protoc-c makes the OTLP code anew, a pooler
# stands before the database, openssl makes certificates, Python decodes what we export, Chromium shows the page.
test-packages:
	@scripts/install-packages.sh prometheus prometheus-alertmanager prometheus-postgres-exporter protobuf-c-compiler pgbouncer openssl python3-venv chromium
	@scripts/install-python.sh

release: packages
	@scripts/build.sh release

up: release
	@exec $(TODO) up $(UP)

build: packages
	@scripts/build.sh debug

test: test-packages
	@scripts/test.sh

test-release: packages
	@scripts/test-release.sh

tsan: test-packages
	@scripts/tsan.sh

bench:
	@scripts/bench.sh $(BENCH)

bench-telemetry:
	@scripts/bench-telemetry.sh $(BENCH)

drill:
	@scripts/drill.sh

soak:
	@scripts/soak.sh

# Loads the platform that runs in .todo and judges the objectives: LOAD="--help" tells what there is.
load: packages
	@scripts/build.sh release todo-load
	@exec .build/release/todo-load run $(LOAD)

# How many everyday requests the offline planner understands; EVAL_MISSES=frozen or grown lists those that it does not.
eval: packages
	@swift build --build-tests
	@swift test --skip-build --filter RequestCorpusTests > .build/eval.log; status=$$?; \
	    grep -E '^eval|^   |recorded an issue' .build/eval.log; exit $$status

conformance: packages
	@scripts/conformance.sh

# Prometheus, Alertmanager, postgres-exporter and, where it is installed, Grafana beside the running platform.
observe:
	@exec scripts/observe.sh $(OBSERVE)

format:
	swift format --in-place --recursive Sources Tests loadtest Package.swift

lint:
	swift format lint --strict --recursive Sources Tests loadtest Package.swift

clean:
	rm -rf .build
