#!/usr/bin/env bash
# Makes the protos of this commit the released contract that `buf breaking` guards: a copy without comments, in
# tests/Contracts.Tests/Released. Run it once for each release. Refuses where they break the contract released before.
set -euo pipefail
cd "$(dirname "$0")/.."
released=tests/Contracts.Tests/Released
(cd protos && ../node_modules/.bin/buf breaking --against "../$released")
rm -rf "$released"
(cd protos && find koopmanmesh -name '*.proto') | while read -r file; do
    mkdir -p "$released/$(dirname "$file")"
    sed '/^ *\/\//d' "protos/$file" | cat -s >"$released/$file"
done
