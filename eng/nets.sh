#!/usr/bin/env bash
# Analyses every network of the collection and writes docs/networks-table.md.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${KOOPMANMESH_DATA:-../shared/data}
[ -d "$data/onnx-nets" ] || { echo "nets needs the data folder $data (set KOOPMANMESH_DATA)" >&2; exit 1; }
artifacts/bin/KoopmanMesh.Bench/release/KoopmanMesh.Bench nets "$data" ./koopmesh docs/networks-table.md
