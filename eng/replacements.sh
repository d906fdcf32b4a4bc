#!/usr/bin/env bash
# Looks for stand-ins in the MNIST networks of the collection, measures every exported hybrid again in Node's runtime, and
# writes docs/reproductions/replacement.md. Results are kept in artifacts/replacements.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${KOOPMANMESH_DATA:-../shared/data}
koopmesh=${KOOPMESH:-./koopmesh}
[ -d "$data/onnx-nets" ] || { echo "replacements needs the data folder $data (set KOOPMANMESH_DATA)" >&2; exit 1; }
images=$data/mnist/t10k-images-idx3-ubyte.gz
labels=$data/mnist/t10k-labels-idx1-ubyte.gz
networks=${NETWORKS:-"mnist2x10 mnist2x5_sigmoid mnist5x20_leaky_relu cnn_max_mninst2 robust_model_sigmoid_linear \
self-attention-mnist-pgd-medium-sim"}
out=artifacts/replacements
mkdir -p "$out" docs/reproductions
for name in $networks; do
  model=$data/onnx-nets/marabou/$name.onnx
  rm -rf "${out:?}/$name"
  mkdir -p "$out/$name"
  "$koopmesh" replace "$model" --data "$images" --labels "$labels" --scale 1/255 \
    --output "$out/$name/chosen.onnx" --front "$out/$name/front" --report "$out/$name" > "$out/$name/output.txt"
  node tests/reference/measure_hybrids.mjs "$out/$name/replacement.json" "$model" "$images" "$labels" 1/255 \
    $(ls -v "$out/$name/front"/*.onnx 2>/dev/null) > "$out/$name/node.json"
done
node eng/replacements.mjs "$out" $networks > docs/reproductions/replacement.md
