"""What the interop client's cases make their calls with, and hold the answers against."""

import gzip
import queue

import grpc

import interop_stubs as stubs
from interop_stubs import messages_pb2 as messages
from interop_stubs import test_pb2_grpc, zeros


class Requests:
    """A request stream that is written to while the call is under way."""

    def __init__(self, *first):
        self._queue = queue.Queue()
        for request in first:
            self.write(request)

    def write(self, request):
        self._queue.put(request)

    def close(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


class Run:
    """One case's channel."""

    def __init__(self, flags, port):
        self.flags = flags
        self.port = port
        self.channel = self.connect()
        self.stub = test_pb2_grpc.TestServiceStub(self.channel)

    def connect(self, *options):
        target = f"{self.flags.host}:{self.port}"
        # Channels of a process share connections unless told otherwise.
        options = (("grpc.use_local_subchannel_pool", 1), *options)
        if not self.flags.tls:
            return grpc.insecure_channel(target, options)
        with open(self.flags.tls, "rb") as file:
            return grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()), options)


def expect(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what} is {actual!r}; expected {expected!r}")


def expect_zeros(payload, size):
    expect(len(payload.body), size, "the payload's size")
    expect(payload.body, bytes(size), "the payload")


def expect_status(code, call, message=None):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code(), code, f"the status ({error.details()!r})")
        if message is not None:
            expect(error.details(), message, "the status message")
    else:
        raise AssertionError(f"the call succeeded; expected {code}")


def large_request(**more):
    return messages.SimpleRequest(response_size=stubs.LARGE_RESPONSE, payload=zeros(stubs.LARGE_REQUEST), **more)


def ask(response_size, request_size):
    return messages.StreamingOutputCallRequest(
        response_parameters=[messages.ResponseParameters(size=response_size)], payload=zeros(request_size)
    )


def raw_responses(run, kind, method, response_type):
    """A method of a channel that leaves messages compressed, so that the flag is seen; returns (flag, message)."""

    def read(data):
        # A message of these types never begins with gzip's magic number.
        compressed = data[:2] == b"\x1f\x8b"
        return compressed, response_type.FromString(gzip.decompress(data) if compressed else data)

    channel = run.connect(("grpc.per_message_decompression", 0))
    return getattr(channel, kind)(
        f"/grpc.testing.TestService/{method}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=read,
    )
