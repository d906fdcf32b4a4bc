#!/usr/bin/env bash
# Compiles the solution and leaves the launcher ./koopmesh.
#   eng/build.sh [Release|Debug]
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
echo "building ($configuration; about a minute the first time)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet build KoopmanMesh.sln -c "$configuration" -v quiet -nologo --tl:off >"$log" 2>&1 || { cat "$log" >&2; exit 1; }

cat > koopmesh <<LAUNCHER
#!/bin/sh
exec "\$(dirname "\$(readlink -f "\$0")")/artifacts/bin/KoopmanMesh.Cli/${configuration,,}/koopmesh" "\$@"
LAUNCHER
chmod +x koopmesh
