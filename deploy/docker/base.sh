#!/usr/bin/env bash
# Makes the base image koopmanmesh/base of this machine's Debian and .NET, for building where no image can be pulled. Needs
# root, podman, debootstrap and about a minute; keeps what it made in artifacts/containers and makes nothing twice.
#   deploy/docker/base.sh
# It takes the place of both official images: podman build --build-arg SDK=koopmanmesh/base --build-arg BASE=koopmanmesh/base …
set -euo pipefail
cd "$(dirname "$0")/../.."

die() { printf 'koopmanmesh: %s\n' "$*" >&2; exit 1; }

podman image exists localhost/koopmanmesh/base && exit 0
[ "$(id -u)" = 0 ] || die "debootstrap needs root"
for program in debootstrap podman dotnet; do
    command -v "$program" >/dev/null || die "$program is not installed"
done

folder=artifacts/containers
root=$folder/root
archive=$folder/base.tar
mkdir -p "$folder"
if [ ! -s "$archive" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase --include=libopenblas0-pthread,libstdc++6,ca-certificates bookworm "$root" >"$folder/base.log" 2>&1 \
        || { tail -5 "$folder/base.log" >&2; die "debootstrap failed"; }
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,man,locale}/*
    mkdir -p "$root/usr/share/dotnet"
    cp -a "$(dirname "$(readlink -f "$(command -v dotnet)")")/." "$root/usr/share/dotnet/"
    ln -sf /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
    tar -C "$root" --sort=name --mtime=@0 --numeric-owner -c . > "$archive.part"
    mv "$archive.part" "$archive"
    rm -rf "$root"
fi
podman import "$archive" localhost/koopmanmesh/base >/dev/null
