#!/usr/bin/env bash
# Checks the protos (buf lint) and the formatting of the code.
set -euo pipefail
cd "$(dirname "$0")/.."
(cd protos && npm exec --yes --ignore-scripts --package=@bufbuild/buf@1.75.0 -- buf lint)
dotnet format KoopmanMesh.sln whitespace --verify-no-changes
