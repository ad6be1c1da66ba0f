# Every target works alone, as the first command on a fresh machine.
# `make help` lists them.

SHELL := /bin/bash
PREFIX ?= /usr/local
DESTDIR ?=
BINARY := .build/release/syncline
RELEASE_FLAGS :=
# Extra options for the benchmarks, as in: make bench BENCH="--files 10000 --runs 3"
BENCH ?=
# Which fuzzers run, all of them where none is named, and for how many seconds each.
FUZZ ?=
SECONDS ?= 60
# Which histories `make simulate` lets happen, as in: make simulate SEEDS=100000 FIRST=1
SEEDS ?= 1000
FIRST ?= 1

# A toolchain that swiftly installed is found even where the shell's profile was not read.
export PATH := $(PATH):$(HOME)/.local/share/swiftly/bin:$(HOME)/.swiftly/bin

ifeq ($(shell uname -s),Darwin)
# Homebrew does not link these into its prefix, so pkg-config has to be told.
BREW := $(shell brew --prefix 2>/dev/null || echo /opt/homebrew)
export PKG_CONFIG_PATH := $(BREW)/opt/sqlite/lib/pkgconfig:$(BREW)/opt/curl/lib/pkgconfig:$(BREW)/opt/openssl@3/lib/pkgconfig:$(PKG_CONFIG_PATH)
else
RELEASE_FLAGS += --static-swift-stdlib
endif

.DEFAULT_GOAL := help
.PHONY: help bootstrap build test simulate mutations acceptance check fuzz demo bench bench-mage install uninstall format clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

bootstrap: ## install the libraries that are missing
	@scripts/bootstrap

build: bootstrap ## build the release binary, .build/release/syncline
	swift build -c release --product syncline $(RELEASE_FLAGS)

test: bootstrap ## build and run the unit tests, then those of whole commands and the simulator
	scripts/test --skip '^(AcceptanceTests|CommandsTests|SimulationTests)\.'
	scripts/test --log .build/test-whole.log --filter '^(CommandsTests|SimulationTests)\.'

acceptance: build ## run the acceptance tests, the demo and a small bench on the release binary
	scripts/acceptance "$(CURDIR)/$(BINARY)"

simulate: bootstrap ## let SEEDS histories from FIRST on happen in the simulated world
	swift build -c release --product simulate
	.build/release/simulate --first $(FIRST) --seeds $(SEEDS)

mutations: bootstrap ## break rules on purpose, one at a time, and see that the tests notice
	scripts/mutations $(MUTATIONS)

check: bootstrap ## format, strict build, house rules, thread and address sanitizers, fuzzers
	scripts/check

fuzz: bootstrap ## let each fuzzer look for broken promises: make fuzz SECONDS=600 FUZZ=json
	scripts/fuzz $(FUZZ) $(SECONDS)

demo: build ## a real session: hub, two clones, edits, a conflict, undo
	@scripts/demo "$(CURDIR)/$(BINARY)"

bench: build ## speed and memory, side by side with git, rsync, unison and rclone
	scripts/peers
	scripts/bench --binary "$(CURDIR)/$(BINARY)" $(BENCH)

bench-mage: build ## mage-agent, side by side with the one that is shipped for Mage
	scripts/bench-mage --binary "$(CURDIR)/$(BINARY)" $(BENCH)

install: bootstrap ## install into PREFIX (default /usr/local); DESTDIR is honored
	@if [ -z "$$SUDO_USER" ] || [ ! -x "$(BINARY)" ]; then $(MAKE) build; fi
	@scripts/install "$(BINARY)" "$(PREFIX)" "$(DESTDIR)"

uninstall: ## remove what install put there
	@scripts/install --remove "$(PREFIX)" "$(DESTDIR)"

format: bootstrap ## format the sources in place
	swift format --in-place --parallel --recursive Package.swift Sources Tests

clean: ## remove everything that was built
	rm -rf .build .cache bench/__pycache__
