# KoopmanMesh: build, test, demo. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help deps build test demo bench nets lint clean

CONFIGURATION ?= Release

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

deps: ## install what the build needs (apt, npm); quiet when nothing is to be done
	@eng/deps.sh build

build: deps ## compile everything and leave the launcher ./koopmesh
	@eng/build.sh $(CONFIGURATION)

test: ## build, then run every test; ends with `N passed, N failed`
	@eng/deps.sh test
	@eng/build.sh $(CONFIGURATION)
	@eng/test.sh $(CONFIGURATION)

demo: build ## train a small network, analyse it, write koopmesh-report/
	@./koopmesh demo

bench: build ## measure capture, scaling and memory; writes bench/results/
	@eng/bench.sh

nets: build ## regenerate docs/networks-table.md from ../shared/data/onnx-nets
	@eng/nets.sh

lint: deps ## check the protos and the code style
	@eng/lint.sh

clean: ## remove what the build made
	@rm -rf artifacts koopmesh koopmesh-report
