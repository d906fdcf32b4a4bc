"""gRPC's published interop cases, run by the official Python library against a server.

    /usr/bin/python3 interop_client.py --port 10000 --case all

Prints a line of JSON for each case: its name, whether it passed, and what went wrong. The case "-" reads lines of
"NAME PORT" from standard input and runs each as it comes. Exit status: 0 all passed, 1 one failed, 2 usage.
"""

import argparse
import json
import random
import sys
import time
import traceback

import grpc

import interop_stubs as stubs
from interop_calls import Requests, Run, ask, expect, expect_status, expect_zeros, large_request, raw_responses
from interop_stubs import messages_pb2 as messages
from interop_stubs import test_pb2_grpc, zeros

CALL_TIMEOUT = 60
STATUS_MESSAGE = "test status message"
SPECIAL_STATUS_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
YES = messages.BoolValue(value=True)
NO = messages.BoolValue(value=False)


def empty_unary(run):
    expect(run.stub.EmptyCall(stubs.empty_pb2.Empty(), timeout=CALL_TIMEOUT), stubs.empty_pb2.Empty(), "the response")


def large_unary(run):
    expect_zeros(run.stub.UnaryCall(large_request(), timeout=CALL_TIMEOUT).payload, stubs.LARGE_RESPONSE)


def client_streaming(run):
    requests = [messages.StreamingInputCallRequest(payload=zeros(size)) for size in stubs.REQUEST_SIZES]
    response = run.stub.StreamingInputCall(iter(requests), timeout=CALL_TIMEOUT)
    expect(response.aggregated_payload_size, 74922, "the aggregated payload size")


def server_streaming(run):
    request = messages.StreamingOutputCallRequest(
        response_parameters=[messages.ResponseParameters(size=size) for size in stubs.RESPONSE_SIZES]
    )
    responses = list(run.stub.StreamingOutputCall(request, timeout=CALL_TIMEOUT))
    expect(len(responses), 4, "the number of responses")
    for response, size in zip(responses, stubs.RESPONSE_SIZES):
        expect_zeros(response.payload, size)


def ping_pong(run):
    requests = Requests()
    responses = run.stub.FullDuplexCall(iter(requests), timeout=CALL_TIMEOUT)
    for request_size, response_size in zip(stubs.REQUEST_SIZES, stubs.RESPONSE_SIZES):
        requests.write(ask(response_size, request_size))
        expect_zeros(next(responses).payload, response_size)
    requests.close()
    expect(list(responses), [], "what follows the fourth response")


def empty_stream(run):
    expect(list(run.stub.FullDuplexCall(iter(()), timeout=CALL_TIMEOUT)), [], "the responses")


def client_compressed_unary(run):
    expect_status(
        grpc.StatusCode.INVALID_ARGUMENT,
        lambda: run.stub.UnaryCall(large_request(expect_compressed=YES), timeout=CALL_TIMEOUT),
    )
    for expected, compression in ((YES, grpc.Compression.Gzip), (NO, grpc.Compression.NoCompression)):
        request = large_request(expect_compressed=expected)
        response = run.stub.UnaryCall(request, timeout=CALL_TIMEOUT, compression=compression)
        expect_zeros(response.payload, stubs.LARGE_RESPONSE)


def client_compressed_streaming(run):
    compressed = messages.StreamingInputCallRequest(payload=zeros(27182), expect_compressed=YES)
    expect_status(
        grpc.StatusCode.INVALID_ARGUMENT,
        lambda: run.stub.StreamingInputCall(iter([compressed]), timeout=CALL_TIMEOUT),
    )
    # A client of this library can't say of a single message that it shan't be compressed. It doesn't compress what
    # grows by it, though: so the second payload is noise instead of zeros.
    noise = random.Random(271828).randbytes(45904)
    plain = messages.StreamingInputCallRequest(payload=messages.Payload(body=noise), expect_compressed=NO)
    response = run.stub.StreamingInputCall(
        iter([compressed, plain]), timeout=CALL_TIMEOUT, compression=grpc.Compression.Gzip
    )
    expect(response.aggregated_payload_size, 73086, "the aggregated payload size")


def server_compressed_unary(run):
    unary_call = raw_responses(run, "unary_unary", "UnaryCall", messages.SimpleResponse)
    for asked in (YES, NO):
        compressed, response = unary_call(large_request(response_compressed=asked), timeout=CALL_TIMEOUT)
        expect(compressed, asked.value, "whether the response is compressed")
        expect_zeros(response.payload, stubs.LARGE_RESPONSE)
    # And once more as a client would that doesn't look.
    response = run.stub.UnaryCall(large_request(response_compressed=YES), timeout=CALL_TIMEOUT)
    expect_zeros(response.payload, stubs.LARGE_RESPONSE)


def server_compressed_streaming(run):
    request = messages.StreamingOutputCallRequest(
        response_parameters=[
            messages.ResponseParameters(size=31415, compressed=YES),
            messages.ResponseParameters(size=92653, compressed=NO),
        ]
    )
    output_call = raw_responses(run, "unary_stream", "StreamingOutputCall", messages.StreamingOutputCallResponse)
    raw = list(output_call(request, timeout=CALL_TIMEOUT))
    expect([compressed for compressed, _ in raw], [True, False], "which responses are compressed")
    plain = list(run.stub.StreamingOutputCall(request, timeout=CALL_TIMEOUT))
    for responses in ([response for _, response in raw], plain):
        expect(len(responses), 2, "the number of responses")
        expect_zeros(responses[0].payload, 31415)
        expect_zeros(responses[1].payload, 92653)


def cancel_after_begin(run):
    requests = Requests()
    call = run.stub.StreamingInputCall.future(iter(requests), timeout=CALL_TIMEOUT)
    call.cancel()
    expect(call.code(), grpc.StatusCode.CANCELLED, "the status")
    expect(call.cancelled(), True, "whether the call is cancelled")
    requests.close()


def cancel_after_first_response(run):
    requests = Requests(ask(31415, 27182))
    responses = run.stub.FullDuplexCall(iter(requests), timeout=CALL_TIMEOUT)
    expect_zeros(next(responses).payload, 31415)
    responses.cancel()
    expect_status(grpc.StatusCode.CANCELLED, lambda: next(responses))
    expect(responses.code(), grpc.StatusCode.CANCELLED, "the status")
    requests.close()


def timeout_on_sleeping_server(run):
    requests = Requests(messages.StreamingOutputCallRequest(payload=zeros(27182)))
    responses = run.stub.FullDuplexCall(iter(requests), timeout=0.001)
    expect_status(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(responses))
    requests.close()


def custom_metadata(run):
    metadata = ((stubs.INITIAL_KEY, "test_initial_metadata_value"), (stubs.TRAILING_KEY, b"\xab\xab\xab"))
    response, unary = run.stub.UnaryCall.with_call(large_request(), timeout=CALL_TIMEOUT, metadata=metadata)
    expect_zeros(response.payload, stubs.LARGE_RESPONSE)
    request = ask(stubs.LARGE_RESPONSE, stubs.LARGE_REQUEST)
    duplex = run.stub.FullDuplexCall(iter([request]), timeout=CALL_TIMEOUT, metadata=metadata)
    (response,) = duplex
    expect_zeros(response.payload, stubs.LARGE_RESPONSE)
    for call in (unary, duplex):
        headers, trailers = dict(call.initial_metadata()), dict(call.trailing_metadata())
        expect(headers.get(stubs.INITIAL_KEY), "test_initial_metadata_value", "the header")
        expect(trailers.get(stubs.TRAILING_KEY), b"\xab\xab\xab", "the trailer")


def status_code_and_message(run):
    status = messages.EchoStatus(code=grpc.StatusCode.UNKNOWN.value[0], message=STATUS_MESSAGE)
    request = messages.SimpleRequest(response_status=status)
    expect_status(
        grpc.StatusCode.UNKNOWN, lambda: run.stub.UnaryCall(request, timeout=CALL_TIMEOUT), STATUS_MESSAGE
    )
    streamed = messages.StreamingOutputCallRequest(response_status=status)
    expect_status(
        grpc.StatusCode.UNKNOWN,
        lambda: list(run.stub.FullDuplexCall(iter([streamed]), timeout=CALL_TIMEOUT)),
        STATUS_MESSAGE,
    )


def special_status_message(run):
    status = messages.EchoStatus(code=grpc.StatusCode.UNKNOWN.value[0], message=SPECIAL_STATUS_MESSAGE)
    request = messages.SimpleRequest(response_status=status)
    expect_status(
        grpc.StatusCode.UNKNOWN, lambda: run.stub.UnaryCall(request, timeout=CALL_TIMEOUT), SPECIAL_STATUS_MESSAGE
    )


def unimplemented_method(run):
    expect_status(
        grpc.StatusCode.UNIMPLEMENTED,
        lambda: run.stub.UnimplementedCall(stubs.empty_pb2.Empty(), timeout=CALL_TIMEOUT),
    )


def unimplemented_service(run):
    stub = test_pb2_grpc.UnimplementedServiceStub(run.channel)
    expect_status(
        grpc.StatusCode.UNIMPLEMENTED,
        lambda: stub.UnimplementedCall(stubs.empty_pb2.Empty(), timeout=CALL_TIMEOUT),
    )


def soak(run, call):
    limit = run.flags.soak_max_latency_ms / 1000
    failures = []
    for number in range(run.flags.soak_iterations):
        begin = time.monotonic()
        try:
            call()
            latency = time.monotonic() - begin
            if latency > limit:
                failures.append(f"call {number} took {latency:.3f} s")
        except (AssertionError, grpc.RpcError) as error:
            failures.append(f"call {number}: {error}")
    expect(failures, [], f"what failed of {run.flags.soak_iterations} calls")


def rpc_soak(run):
    soak(run, lambda: large_unary(run))


def channel_soak(run):
    def call():
        fresh = Run(run.flags, run.port)
        with fresh.channel:
            large_unary(fresh)

    soak(run, call)


CASES = {
    case.__name__: case
    for case in (
        empty_unary, large_unary, client_streaming, server_streaming, ping_pong, empty_stream,
        client_compressed_unary, client_compressed_streaming, server_compressed_unary, server_compressed_streaming,
        cancel_after_begin, cancel_after_first_response, timeout_on_sleeping_server, custom_metadata,
        status_code_and_message, special_status_message, unimplemented_method, unimplemented_service,
        rpc_soak, channel_soak,
    )
}  # fmt: skip


def run_case(name, port, flags):
    run = Run(flags, port)
    try:
        with run.channel:
            CASES[name](run)
        detail = ""
    except Exception:  # whatever it is, it is what the case has to report
        detail = traceback.format_exc()
    print(json.dumps({"case": name, "passed": not detail, "detail": detail}), flush=True)
    return not detail


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--case", required=True, choices=[*CASES, "all", "-"])
    parser.add_argument("--tls", metavar="CA", help="call over TLS and trust the authorities of this PEM file")
    parser.add_argument("--soak-iterations", type=int, default=10, metavar="N")
    parser.add_argument("--soak-max-latency-ms", type=int, default=1000, metavar="N")
    flags = parser.parse_args()
    if flags.case == "-":
        orders = (line.split() for line in sys.stdin)
    else:
        orders = ((name, flags.port) for name in (CASES if flags.case == "all" else [flags.case]))
    passed = [run_case(name, int(port), flags) for name, port in orders]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
