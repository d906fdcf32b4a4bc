#!/usr/bin/env bash
# Measures the numerics engine against NumPy and SciPy, capture against plain ONNX Runtime, the 60,000-row analysis and its
# memory; writes bench/results/. `eng/bench.sh engine` measures the engine alone.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=artifacts/bin/KoopmanMesh.Bench/release/KoopmanMesh.Bench
commit=$(git rev-parse --short HEAD)

# Both sides use the processor's own kernels, not those of another one that the environment may ask for.
if /usr/bin/python3 -c 'import numpy, scipy' 2>/dev/null; then
  env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE -u OPENBLAS_NUM_THREADS "$bench" engine bench/reference/baselines.py bench/results "$commit"
else
  echo "bench: no NumPy and SciPy for /usr/bin/python3 (apt install python3-scipy), so the engine is not compared" >&2
fi
[ "${1:-}" != engine ] || exit 0

data=${KOOPMANMESH_DATA:-../shared/data}
[ -d "$data/mnist" ] || { echo "bench needs the data folder $data (set KOOPMANMESH_DATA)" >&2; exit 1; }
"$bench" bench "$data" ./koopmesh bench/results "$commit"
