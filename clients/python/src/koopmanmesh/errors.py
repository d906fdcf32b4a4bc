"""What a service refused, as exceptions."""
from __future__ import annotations

from typing import Iterator, Tuple

import grpc

_DETAILS = "grpc-status-details-bin"
_ERROR_INFO = "google.rpc.ErrorInfo"
_BAD_REQUEST = "google.rpc.BadRequest"


class KoopmanMeshError(Exception):
    """A call failed.

    status: gRPC's name of the kind of error, e.g. "INVALID_ARGUMENT".
    reason: UPPER_SNAKE, e.g. "TRAINING_NOT_FOUND"; empty where the service gave none.
    message: one sentence.
    field: path of the request's field that is wrong, where one is.
    """

    def __init__(self, status: str, reason: str, message: str, field: str = "") -> None:
        super().__init__("%s (%s)" % (message, ", ".join(part for part in (status, reason, field) if part)))
        self.status = status
        self.reason = reason
        self.message = message
        self.field = field


class Unreachable(KoopmanMeshError):
    """No service answered for as long as the client was told to wait."""


def from_rpc(error: grpc.RpcError) -> KoopmanMeshError:
    """The exception for a failed call; reads google.rpc.Status where the service sent it."""
    reason, field = "", ""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS:
            reason, field = _read(value)
    kind = Unreachable if error.code() == grpc.StatusCode.UNAVAILABLE and not reason else KoopmanMeshError
    return kind(error.code().name, reason, error.details() or "the call failed without a message", field)


def _read(status: bytes) -> Tuple[str, str]:
    """Reason and field of a google.rpc.Status, whose Python classes need a package that this one can do without."""
    reason, field = "", ""
    for number, detail in _fields(status):
        if number == 3:
            any_of = dict(_fields(detail))
            name = any_of.get(1, b"").decode().rpartition("/")[2]
            content = dict(_fields(any_of.get(2, b"")))
            if name == _ERROR_INFO:
                reason = content.get(1, b"").decode()
            elif name == _BAD_REQUEST:
                field = dict(_fields(content.get(1, b""))).get(1, b"").decode()
    return reason, field


def _fields(message: bytes) -> Iterator[Tuple[int, bytes]]:
    """The fields of a protobuf message that have a length: strings, bytes and messages."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 2:
            length, at = _varint(message, at)
            yield key >> 3, message[at:at + length]
            at += length
        elif kind == 0:
            _, at = _varint(message, at)
        else:
            at += 8 if kind == 1 else 4


def _varint(message: bytes, at: int) -> Tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def is_broken_connection(error: grpc.RpcError) -> bool:
    """Whether the stream broke, rather than being refused: then the same can be tried again.

    The services give a reason with every refusal; what comes without one was said by the transport.
    """
    if error.code() == grpc.StatusCode.UNAVAILABLE:
        return True
    transport = (
        grpc.StatusCode.ABORTED, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
    return error.code() in transport and not from_rpc(error).reason
