# The commands of docs: `make up` and `make test` are all that a newcomer needs.
.PHONY: up test bench drill build release format lint clean packages

# Debug for tests, release for people.
TODO := .build/release/todo

packages:
	@scripts/install-packages.sh

release: packages
	@scripts/build.sh release

up: release
	@exec $(TODO) up $(UP)

build: packages
	@scripts/build.sh debug

test: packages
	@scripts/test.sh

bench:
	@scripts/bench.sh $(BENCH)

drill:
	@scripts/drill.sh

format:
	swift format --in-place --recursive Sources Tests Package.swift

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

clean:
	rm -rf .build
