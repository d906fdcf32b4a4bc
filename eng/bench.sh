#!/usr/bin/env bash
# Measures the numerics engine against NumPy and SciPy, the trainer against PyTorch, capture against plain ONNX Runtime, the
# 60,000-row analysis and its memory, the forecast of weights against NumPy, and the transport against grpcio; writes
# bench/results/. `eng/bench.sh NAME` measures one alone: engine, training, forecast, transport; or, measured only then: soak, a
# minute of a thousand streams, and mesh, the services as processes against one process, two runs at once, and the model of
# docs/scaling.md with its constants. mesh takes a quarter of an hour and wants the machine for itself.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=artifacts/bin/KoopmanMesh.Bench/release/KoopmanMesh.Bench
commit=$(git rev-parse --short HEAD)
data=${KOOPMANMESH_DATA:-../shared/data}
only=${1:-}
case $only in
  '' | engine | training | forecast | transport | soak | mesh) ;;
  *) echo "bench: \"$only\" is unknown, expected engine, training, forecast, transport, soak, mesh or nothing" >&2; exit 2 ;;
esac

# Both sides use the processor's own kernels, not those of another one that the environment may ask for.
own() { env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE -u OPENBLAS_NUM_THREADS "$bench" "$@"; }

if [ "$only" = soak ]; then
  own soak - bench/results "$commit"
  exit 0
fi

if [ "$only" = mesh ]; then
  [ -d "$data/mnist" ] || { echo "bench needs the data folder $data (set KOOPMANMESH_DATA)" >&2; exit 1; }
  sidecar=${KOOPMANMESH_SIDECAR:-artifacts/bin/KoopmanMesh.Sidecar/release/KoopmanMesh.Sidecar}
  own mesh "$data" ./koopmesh "$sidecar" bench/results "$commit"
  # Replicas compute on one thread each.
  env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 \
    "$bench" mesh-constants "$data" ./koopmesh "$sidecar" bench/results "$commit" cli/Scaling/Model/measured.json
  # The constants are embedded in koopmesh, which then tells what the model makes of them.
  eng/build.sh Release >/dev/null
  own mesh-model ./koopmesh "$sidecar" docs/scaling-tables.md
  exit 0
fi

if [ -z "$only" ] || [ "$only" = transport ]; then
  if /usr/bin/python3 -c 'import grpc, numpy' 2>/dev/null; then
    own transport bench/reference/transport.py bench/results "$commit"
  else
    echo "bench: no grpcio for /usr/bin/python3 (apt install python3-grpcio), so the transport is not compared" >&2
  fi
fi
[ "$only" != transport ] || exit 0

if [ "$only" != training ] && [ "$only" != forecast ]; then
  if /usr/bin/python3 -c 'import numpy, scipy' 2>/dev/null; then
    own engine bench/reference/baselines.py bench/results "$commit"
  else
    echo "bench: no NumPy and SciPy for /usr/bin/python3 (apt install python3-scipy), so the engine is not compared" >&2
  fi
fi
[ "$only" != engine ] || exit 0

[ -d "$data/mnist" ] || { echo "bench needs the data folder $data (set KOOPMANMESH_DATA)" >&2; exit 1; }

if [ "$only" != training ]; then
  if /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
    own forecast bench/reference/forecast.py bench/results "$commit" "$data/mnist"
  else
    echo "bench: no NumPy for /usr/bin/python3 (apt install python3-numpy), so the forecast is not compared" >&2
  fi
fi
[ "$only" != forecast ] || exit 0

# PyTorch is large and nothing else needs it, so it is installed here and not with the other packages.
if ! /usr/bin/python3 -c 'import torch' 2>/dev/null && command -v apt-get >/dev/null; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  echo "installing python3-torch"
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends python3-torch >/dev/null || true
fi
if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  own training bench/reference/training.py bench/results "$commit" "$data/mnist"
else
  echo "bench: no PyTorch for /usr/bin/python3 (apt install python3-torch), so the trainer is not compared" >&2
fi
[ "$only" != training ] || exit 0

"$bench" bench "$data" ./koopmesh bench/results "$commit"
