#!/usr/bin/env bash
# Installs what the build (or the tests) need from apt and npm. Idempotent; prints only what it does or can't do.
#   eng/deps.sh build|test
set -euo pipefail
cd "$(dirname "$0")/.."

die() { printf 'koopmanmesh: %s\n' "$*" >&2; exit 1; }

command -v dotnet >/dev/null || die "the .NET 10 SDK is not installed; see https://dotnet.microsoft.com/download"
dotnet --version >/dev/null 2>&1 || die "global.json asks for the .NET 10 SDK; installed: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)"
command -v npm >/dev/null || die "npm is not installed; install Node.js 20 or later (on Debian: apt-get install nodejs npm)"

packages=(libopenblas0-pthread)
# The Python client's tests train with PyTorch: about 160 MB to download, 650 MB installed. Peers of the interop tests are
# built with grpc-go: about 90 MB to download, 560 MB installed.
[ "${1:-build}" = test ] && packages+=(
    chromium faketime golang-go golang-google-grpc-dev openssl postgresql protobuf-compiler protobuf-compiler-grpc
    python3-grpcio python3-numpy python3-onnx python3-protobuf python3-scipy python3-torch redis-server)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || die "these Debian packages are needed: ${missing[*]}"
    as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}"
    log=$(mktemp)
    { "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 \
        || { tail -5 "$log" >&2; die "apt-get could not install ${missing[*]}"; }
    rm -f "$log"
fi

# Alerts are tried out with promtool, which Debian has in Prometheus' package: only it is taken, 19 MB to download, 48 MB kept.
# Where it can't be had the tests of the alerts are skipped, and say so.
promtool=artifacts/tools/promtool
if [ "${1:-build}" = test ] && [ ! -x "$promtool" ] && ! command -v promtool >/dev/null; then
    echo "fetching promtool"
    folder=$(mktemp -d)
    mkdir -p "$(dirname "$promtool")"
    if (cd "$folder" && { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; }) \
        >"$folder/log" 2>&1 && dpkg-deb --fsys-tarfile "$folder"/prometheus_*.deb | tar -xO ./usr/bin/promtool >"$promtool.part"; then
        chmod +x "$promtool.part" && mv "$promtool.part" "$promtool"
    else
        echo "promtool could not be fetched; the tests of the alerts will be skipped" >&2
    fi
    rm -rf "$folder"
fi

stamp=node_modules/.koopmanmesh-lock
if ! cmp -s package-lock.json "$stamp"; then
    echo "installing npm packages"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || die "npm ci failed; see the messages above"
    cp package-lock.json "$stamp"
fi
