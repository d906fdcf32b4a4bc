#!/usr/bin/env bash
# Checks the protos (buf lint) and the formatting of the code.
set -euo pipefail
cd "$(dirname "$0")/.."
(cd protos && ../node_modules/.bin/buf lint)
dotnet format KoopmanMesh.sln whitespace --verify-no-changes
