#!/usr/bin/env bash
# Checks the protos (buf lint, and buf breaking against the released contract) and the formatting of the code.
set -euo pipefail
cd "$(dirname "$0")/.."
(cd protos && ../node_modules/.bin/buf lint && ../node_modules/.bin/buf breaking --against ../tests/Contracts.Tests/Released)
dotnet format KoopmanMesh.sln whitespace --verify-no-changes
