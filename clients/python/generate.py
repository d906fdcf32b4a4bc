#!/usr/bin/env python3
"""Generates the messages and stubs of KoopmanMesh's contract from protos/ into src/koopmanmesh/<area>/v1.

By protoc and grpc_python_plugin where they are on the PATH (Debian: protobuf-compiler, protobuf-compiler-grpc), else by
the package grpcio-tools. Nothing that it writes is committed.
"""
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parents[1] / "protos"
TARGET = HERE / "src"


def compiler() -> "list[str]":
    plugin = shutil.which("grpc_python_plugin")
    if shutil.which("protoc") and plugin:
        return ["protoc", "--plugin=protoc-gen-grpc_python=" + plugin]
    try:
        import grpc_tools  # noqa: F401
    except ImportError:
        sys.exit(
            "generate.py: neither protoc with grpc_python_plugin (Debian: protobuf-compiler protobuf-compiler-grpc) "
            "nor the Python package grpcio-tools is installed")
    return [sys.executable, "-m", "grpc_tools.protoc"]


def main() -> None:
    files = sorted(str(path.relative_to(PROTOS)) for path in (PROTOS / "koopmanmesh").rglob("*.proto"))
    if not files:
        sys.exit("generate.py: no protos in %s; build the package in KoopmanMesh's repository" % PROTOS)
    services = [name for name in files if "\nservice " in (PROTOS / name).read_text(encoding="utf-8")]
    subprocess.run(
        [*compiler(), "-I", str(PROTOS), "--python_out=" + str(TARGET), *files], check=True)
    subprocess.run(
        [*compiler(), "-I", str(PROTOS), "--grpc_python_out=" + str(TARGET), *services], check=True)


if __name__ == "__main__":
    main()
