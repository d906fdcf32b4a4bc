#!/bin/sh
# Builds the Go client and server of gRPC's published interop test into a folder.
#
#     build.sh artifacts/interop-go
#
# Needs the Debian packages golang-go, golang-google-grpc-dev (grpc-go 1.33 and what it is built from) and
# protobuf-compiler; nothing is fetched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The cache outlives the temporary folder, and -trimpath keeps that folder's name out of it: a second build is quick.
export GOPATH="$work:/usr/share/gocode" GOCACHE="$root/artifacts/go-cache"
export GO111MODULE=off GOFLAGS=-trimpath CGO_ENABLED=0
mkdir -p "$work/src/interop"
cp -R "$here/client" "$here/server" "$here/peers" "$work/src/interop"
go build -o "$work/protoc-gen-go" github.com/golang/protobuf/protoc-gen-go
protoc --plugin="$work/protoc-gen-go" --proto_path="$root/tests/Interop/Protos" --go_out=plugins=grpc:"$work/src" \
    "$root"/tests/Interop/Protos/grpc/testing/*.proto
go build -o "$out/" interop/client interop/server
