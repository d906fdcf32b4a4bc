"""The server of gRPC's published interop test on the official Python library.

    /usr/bin/python3 interop_server.py --port 10000

Prints its port and serves until its standard input ends.
"""

import argparse
import concurrent.futures
import gzip
import sys
import time

import grpc

import interop_stubs as stubs
from interop_stubs import messages_pb2 as messages
from interop_stubs import zeros

STATUS_CODES = {code.value[0]: code for code in grpc.StatusCode}


class Received:
    """A request and whether it came compressed. The server is told not to decompress, so it sees which is which."""

    def __init__(self, data, message_type):
        # A message of these types never begins with gzip's magic number.
        self.compressed = data[:2] == b"\x1f\x8b"
        self.message = message_type.FromString(gzip.decompress(data) if self.compressed else data)


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    if stubs.TRAILING_KEY in metadata:
        context.set_trailing_metadata(((stubs.TRAILING_KEY, metadata[stubs.TRAILING_KEY]),))
    if stubs.INITIAL_KEY in metadata:
        context.send_initial_metadata(((stubs.INITIAL_KEY, metadata[stubs.INITIAL_KEY]),))


def check_compression(received, context):
    if received.message.HasField("expect_compressed"):
        expected = received.message.expect_compressed.value
        if received.compressed != expected:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"expect_compressed is {expected}, but the flag of the message is {received.compressed}",
            )


def echo_status(request, context):
    if request.HasField("response_status") and request.response_status.code != 0:
        context.abort(STATUS_CODES[request.response_status.code], request.response_status.message)


def empty_call(received, context):
    return stubs.empty_pb2.Empty()


def unary_call(received, context):
    request = received.message
    if request.response_compressed.value:
        context.set_compression(grpc.Compression.Gzip)
    echo_metadata(context)
    check_compression(received, context)
    echo_status(request, context)
    return messages.SimpleResponse(payload=zeros(request.response_size))


def answer(request, context):
    echo_status(request, context)
    for asked in request.response_parameters:
        time.sleep(asked.interval_us / 1_000_000)
        if not asked.compressed.value:
            context.disable_next_message_compression()
        yield messages.StreamingOutputCallResponse(payload=zeros(asked.size))


def streaming_output_call(received, context):
    if any(asked.compressed.value for asked in received.message.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    echo_metadata(context)
    yield from answer(received.message, context)


def streaming_input_call(requests, context):
    echo_metadata(context)
    size = 0
    for received in requests:
        check_compression(received, context)
        size += len(received.message.payload.body)
    return messages.StreamingInputCallResponse(aggregated_payload_size=size)


def full_duplex_call(requests, context):
    echo_metadata(context)
    for received in requests:
        yield from answer(received.message, context)


def handlers():
    empty = stubs.empty_pb2.Empty
    output = messages.StreamingOutputCallRequest
    methods = {
        "EmptyCall": (grpc.unary_unary_rpc_method_handler, empty_call, empty),
        "UnaryCall": (grpc.unary_unary_rpc_method_handler, unary_call, messages.SimpleRequest),
        "StreamingOutputCall": (grpc.unary_stream_rpc_method_handler, streaming_output_call, output),
        "StreamingInputCall": (
            grpc.stream_unary_rpc_method_handler, streaming_input_call, messages.StreamingInputCallRequest,
        ),
        "FullDuplexCall": (grpc.stream_stream_rpc_method_handler, full_duplex_call, output),
    }  # fmt: skip
    return grpc.method_handlers_generic_handler(
        "grpc.testing.TestService",
        {
            name: kind(
                behaviour,
                request_deserializer=lambda data, message_type=message_type: Received(data, message_type),
                response_serializer=lambda response: response.SerializeToString(),
            )
            for name, (kind, behaviour, message_type) in methods.items()
        },
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), help="serve over TLS with these PEM files")
    flags = parser.parse_args()
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(max_workers=32), options=(("grpc.per_message_decompression", 0),)
    )
    server.add_generic_rpc_handlers((handlers(),))
    address = f"{flags.host}:{flags.port}"
    if flags.tls:
        certificate, key = (open(file, "rb").read() for file in flags.tls)
        port = server.add_secure_port(address, grpc.ssl_server_credentials(((key, certificate),)))
    else:
        port = server.add_insecure_port(address)
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(grace=None).wait()


if __name__ == "__main__":
    main()
