"""The test service's stubs, generated for one process by protoc and the official plugin, and its published sizes."""

import contextlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "Interop" / "Protos"

LARGE_REQUEST = 271828
LARGE_RESPONSE = 314159
REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)

INITIAL_KEY = "x-grpc-test-echo-initial"
TRAILING_KEY = "x-grpc-test-echo-trailing-bin"


def _generate():
    plugin = shutil.which("grpc_python_plugin")
    if plugin is None or shutil.which("protoc") is None:
        sys.exit("protoc or grpc_python_plugin is missing; on Debian: protobuf-compiler and protobuf-compiler-grpc")
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        subprocess.run(
            [
                "protoc",
                f"--plugin=protoc-gen-grpc_python={plugin}",
                f"--proto_path={PROTOS}",
                f"--python_out={folder}",
                f"--grpc_python_out={folder}",
                *sorted(str(proto) for proto in PROTOS.rglob("*.proto")),
            ],
            check=True,
        )
        # Generated for package grpc.testing, which is no part of the installed package grpc.
        import grpc

        generated = str(pathlib.Path(folder) / "grpc")
        grpc.__path__.append(generated)
        stack.callback(grpc.__path__.remove, generated)
        from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc

        return empty_pb2, messages_pb2, test_pb2_grpc


empty_pb2, messages_pb2, test_pb2_grpc = _generate()


def zeros(size):
    """A payload of zeros."""
    return messages_pb2.Payload(body=bytes(size))
