# KoopmanMesh: build, test, demo. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help deps build test demo bench nets lint clean fuzz soak chaos mesh-memory interop-server interop-client

CONFIGURATION ?= Release

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

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

interop-server: build ## serve grpc.testing.TestService: make interop-server PORT=10000
	@artifacts/bin/KoopmanMesh.Interop/release/KoopmanMesh.Interop server --port $(or $(PORT),10000)

interop-client: build ## run interop cases against a server: make interop-client HOST=localhost PORT=10000 CASE=empty_unary
	@artifacts/bin/KoopmanMesh.Interop/release/KoopmanMesh.Interop client \
	    --host $(or $(HOST),localhost) --port $(or $(PORT),10000) --case $(or $(CASE),all)

fuzz: build ## send mutated HTTP/2 requests to a server: make fuzz REQUESTS=1000000
	@artifacts/bin/KoopmanMesh.Fuzz/release/KoopmanMesh.Fuzz $(or $(REQUESTS),1000000)

soak: build ## 1,000 streams for a minute, a tenth of them read slowly; writes bench/results/soak.md
	@eng/bench.sh soak

MESH_TESTS = artifacts/bin/KoopmanMesh.Mesh.Tests/release/KoopmanMesh.Mesh.Tests --no-progress --no-ansi

chaos: build ## runs of a mesh in each of which something dies; writes bench/results/: make chaos RUNS=100 SEED=1 FAULTS=1
	@eng/deps.sh test
	@CHAOS_RESULTS=$(CURDIR)/bench/results/chaos$(if $(filter 1,$(FAULTS)),-faults).md \
	    RUNS=$(or $(RUNS),100) SEED=$(or $(SEED),1) FAULTS=$(or $(FAULTS),0) $(MESH_TESTS) --filter-class "*ChaosTests"

mesh-memory: build ## the services' memory over 100 runs; writes bench/results/mesh-memory.md
	@eng/deps.sh test
	@MEMORY_RESULTS=$(CURDIR)/bench/results/mesh-memory.md $(MESH_TESTS) --explicit only --filter-class "*MemoryTests"

lint: deps ## check the protos and the code style
	@eng/lint.sh

clean: ## remove what the build made
	@rm -rf artifacts koopmesh koopmesh-report
