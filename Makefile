# Targets for people and for .ci/run. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MVN := mvn -B -ntp
KITH := build/kith
JAVA_SOURCES = $(shell find . -path ./build -prune -o -name '*.java' -print -o -name pom.xml -print \
	-o -path '*/src/main/*' -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup demo test fuzz soak crashes build fmt check bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## installs what is missing on a Debian machine: JDK, Maven, fuse3, libfuse2, rsync, ...
	@./.ci/packages

demo: build ## seven partners, two killed, the owner lost, everything back from the kit
	@native-test/demo/demo.sh

test: setup ## all tests, formatter, Error Prone
	@$(MVN) verify

fuzz: setup ## readers of others' bytes, by Jazzer: FUZZ_SECONDS=60 each, FUZZ=part of their names
	@native-test/fuzz/fuzz.sh

soak: setup ## 12 nodes in networks with losses and kills, SECONDS=1800; SEED=n repeats what is drawn
	@$(MVN) verify -Dsurefire.failIfNoSpecifiedTests=false -Dtest=SoakTest -pl native-test -am \
		-Dkith.soak.honest=5 -Dkith.soak.adversaries=7 -Dkith.soak.seconds=$(or $(SECONDS),1800) \
		$(if $(SEED),-Dkith.random.seed=$(SEED))

crashes: setup ## crashes for hours: ROUNDS=300 kills, power loss at every step; SEED=n repeats
	@$(MVN) verify -Dsurefire.failIfNoSpecifiedTests=false \
		-Dtest='KilledNodeTest,UnsyncedTest,DriveCrashTest,DrivePowerLossTest' \
		-Dkith.kill.rounds=$(or $(ROUNDS),300) -Dkith.unsynced.rounds=$(or $(ROUNDS),300) \
		-Dkith.crash.rounds=$(or $(ROUNDS),300) -Dkith.power.stride=1 \
		$(if $(SEED),-Dkith.random.seed=$(SEED))

build: setup $(KITH)/.built ## leaves build/kith/bin/kith with its libraries

$(KITH)/.built: $(JAVA_SOURCES) Makefile
	@rm -rf $(KITH) && mkdir -p $(KITH)/lib $(KITH)/bin
	@$(MVN) -q package dependency:copy-dependencies -DskipTests -pl fs -am \
		-DincludeScope=runtime -DoutputDirectory=$(CURDIR)/$(KITH)/lib
	@cp fs/target/fs-[0-9]*[0-9].jar $(KITH)/lib/kith.jar
	@cp fs/src/main/dist/bin/kith $(KITH)/bin/kith
	@cp LICENSE $(KITH)/
	@python3 -B .ci/lighten $(KITH)/lib
	@.ci/archive-classes $(KITH)
	@.ci/train $(KITH)
	@touch $@
	@echo "built $(KITH)/bin/kith"

fmt: ## formats the sources
	@$(MVN) -q spotless:apply

check: setup ## formatter, Error Prone, compiler warnings, without running tests
	@$(MVN) -q verify -DskipTests

bench: build ## speed beside restic, borg, gocryptfs, bindfs; ROWS=help lists what can be measured
	@python3 -B native-test/bench/bench.py

clean: ## removes what was built
	@$(MVN) -q clean
	@rm -rf build
