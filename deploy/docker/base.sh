#!/usr/bin/env bash
# Makes base images of this machine's .NET on Debian, for building where none can be pulled: koopmanmesh/sdk, and without the
# SDK koopmanmesh/aspnet. Needs root, podman, debootstrap and about a minute; keeps them in artifacts/containers too, and
# makes nothing twice.
#   deploy/docker/base.sh
#   podman build --build-arg SDK=localhost/koopmanmesh/sdk --build-arg BASE=localhost/koopmanmesh/aspnet …
set -euo pipefail
cd "$(dirname "$0")/../.."

die() { printf 'koopmanmesh: %s\n' "$*" >&2; exit 1; }

folder=artifacts/containers
if [ ! -s "$folder/sdk.tar" ] || [ ! -s "$folder/aspnet.tar" ]; then
    [ "$(id -u)" = 0 ] || die "debootstrap needs root"
    for program in debootstrap podman dotnet; do
        command -v "$program" >/dev/null || die "$program is not installed"
    done
    root=$folder/root
    rm -rf "$root"
    mkdir -p "$folder"
    debootstrap --variant=minbase --include=libopenblas0-pthread,libstdc++6,ca-certificates bookworm "$root" \
        >"$folder/debootstrap.log" 2>&1 || { tail -5 "$folder/debootstrap.log" >&2; die "debootstrap failed"; }
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,man,locale}/*
    mkdir -p "$root/usr/share/dotnet"
    cp -a "$(dirname "$(readlink -f "$(command -v dotnet)")")/." "$root/usr/share/dotnet/"
    ln -sf /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
    pack() { tar -C "$root" --sort=name --mtime=@0 --numeric-owner "${@:2}" -c . >"$1.part" && mv "$1.part" "$1"; }
    pack "$folder/sdk.tar"
    dotnet=./usr/share/dotnet
    pack "$folder/aspnet.tar" \
        --exclude="$dotnet/sdk" --exclude="$dotnet/packs" --exclude="$dotnet/templates" --exclude="$dotnet/sdk-manifests"
    rm -rf "$root"
fi
for image in sdk aspnet; do
    podman image exists "localhost/koopmanmesh/$image" \
        || podman import --quiet "$folder/$image.tar" "localhost/koopmanmesh/$image" >/dev/null
done
