#!/usr/bin/env bash
# Measures capture against plain ONNX Runtime, the 60,000-row analysis and its memory; writes bench/results/.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${KOOPMANMESH_DATA:-../shared/data}
[ -d "$data/mnist" ] || { echo "bench needs the data folder $data (set KOOPMANMESH_DATA)" >&2; exit 1; }
artifacts/bin/KoopmanMesh.Bench/release/KoopmanMesh.Bench bench "$data" ./koopmesh bench/results "$(git rev-parse --short HEAD)"
