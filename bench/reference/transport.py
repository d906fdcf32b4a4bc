"""The rival of bench/Transport: official grpcio (C core) at both ends, as fast as Python allows.

Messages are the bytes of koopmanmesh.tensor.v1.TensorFrame, made and read here without a protobuf runtime, which would only
copy: a frame is joined from its prefix and a view of the matrix (one copy), and its data goes from the received bytes into
the matrix (one copy). `server` prints its port and serves until standard input closes; `client ADDRESS` answers a line with a
line: `send CHUNK` and `receive CHUNK` with seconds, `unary CONCURRENCY COUNT` with the microseconds of p50 and p99 and calls a
second.
"""

import sys
import threading
import time
from concurrent import futures

import grpc
import numpy

SERVICE = "/koopmanmesh.bench.v1.TransportService/"
MATRIX_BYTES = 256 << 20
OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.optimization_target", "throughput"),
]


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def int_of(message):
    """Field 1, a varint."""
    return sum((byte & 127) << (7 * i) for i, byte in enumerate(message[1:]))


def prefix_of(length):
    """What stands before the data of a chunk: TensorFrame.chunk = 2, TensorChunk.data = 1."""
    inner = b"\x0a" + varint(length)
    return b"\x12" + varint(len(inner) + length) + inner


class Matrix:
    """float32, 256 MiB, cut into frames or filled from them."""

    def __init__(self):
        self.values = numpy.ones(MATRIX_BYTES // 4, numpy.float32)
        self.bytes = memoryview(self.values).cast("B")

    def frames(self, chunk):
        whole = prefix_of(chunk)
        for start in range(0, MATRIX_BYTES, chunk):
            part = self.bytes[start:start + chunk]
            yield (whole if len(part) == chunk else prefix_of(len(part))) + part

    def fill(self, frames):
        start, prefix = 0, b"?"
        for frame in frames:
            if not frame.startswith(prefix):
                if frame.startswith(b"\x0a"):
                    continue  # TensorFrame.header = 1
                prefix = next(p for n in range(12) if (p := prefix_of(len(frame) - n)) and len(p) == n)
            length = len(frame) - len(prefix)
            self.bytes[start:start + length] = memoryview(frame)[len(prefix):]
            start += length
        assert start == MATRIX_BYTES, start
        return start


def serve():
    matrix = Matrix()

    def send(requests, context):
        return b"\x08" + varint(matrix.fill(requests))

    def receive(request, context):
        return matrix.frames(int_of(request))

    handlers = {
        "Echo": grpc.unary_unary_rpc_method_handler(lambda request, context: request),
        "Send": grpc.stream_unary_rpc_method_handler(send),
        "Receive": grpc.unary_stream_rpc_method_handler(receive),
    }
    server = grpc.server(futures.ThreadPoolExecutor(64), options=OPTIONS)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE.strip("/"), handlers),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(0)


def unary(channel, concurrency, count):
    echo = channel.unary_unary(SERVICE + "Echo")
    request = bytes([10, 64]) + bytes(64)
    each = count // concurrency
    times = numpy.zeros((concurrency, each))

    def work(mine):
        for i in range(each):
            begin = time.perf_counter()
            echo(request, timeout=60)
            mine[i] = time.perf_counter() - begin

    threads = [threading.Thread(target=work, args=(mine,)) for mine in times]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    p50, p99 = numpy.percentile(times, [50, 99]) * 1e6
    return f"{p50:.1f} {p99:.1f} {each * concurrency / seconds:.0f}"


def answer(channel, matrix, words):
    if words[0] == "unary":
        return unary(channel, int(words[1]), int(words[2]))
    begin = time.perf_counter()
    if words[0] == "send":
        channel.stream_unary(SERVICE + "Send")(matrix.frames(int(words[1])))
    else:
        matrix.fill(channel.unary_stream(SERVICE + "Receive")(b"\x08" + varint(int(words[1]))))
    return f"{time.perf_counter() - begin:.6f}"


def client(address):
    matrix = Matrix()
    with grpc.insecure_channel(address, options=OPTIONS) as channel:
        print(f"grpcio {grpc.__version__}, Python {sys.version.split()[0]}, NumPy {numpy.__version__}", flush=True)
        for line in sys.stdin:
            print(answer(channel, matrix, line.split()), flush=True)


if __name__ == "__main__":
    serve() if sys.argv[1] == "server" else client(sys.argv[2])
