"""As much of protobuf's wire format as is read and written by hand.

Two things need it: bulk bytes, which protobuf would copy twice on their way between a message and an array, and
messages whose classes are in packages that this one can do without (google.rpc's details, grpc.health.v1).
"""
from __future__ import annotations

from typing import Iterator, List, Optional, Sequence, Tuple, Union

Buffer = Union[bytes, bytearray, memoryview]

_LENGTH_DELIMITED = 2


def varint(value: int) -> bytes:
    """An unsigned number."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def read_varint(message: Buffer, at: int) -> Tuple[int, int]:
    """The number at a place, and the place after it."""
    value, shift = 0, 0
    while shift < 70:
        if at >= len(message):
            raise ValueError("a message ends within a number, after %d bytes" % at)
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
    raise ValueError("a number of a message has more than 10 bytes")


def field(number: int, *parts: Buffer) -> List[Buffer]:
    """A field of bytes, given in parts: nothing of it is copied before the whole message is joined."""
    return [bytes((number << 3 | _LENGTH_DELIMITED,)) + varint(sum(len(part) for part in parts)), *parts]


def nested(path: Sequence[int], data: Buffer) -> bytes:
    """A message that holds nothing but bytes at a path of fields; the one copy that is made of them."""
    parts: List[Buffer] = [data]
    for number in reversed(path):
        parts = field(number, *parts)
    return b"".join(parts)


def bytes_at(message: Buffer, path: Sequence[int]) -> Optional[memoryview]:
    """The bytes at a path of fields, without a copy; None where the message holds anything else."""
    view = memoryview(message)
    for number in path:
        if len(view) == 0 or view[0] != (number << 3 | _LENGTH_DELIMITED):
            return None
        length, at = read_varint(view, 1)
        if at + length != len(view):
            return None
        view = view[at:]
    return view


def fields(message: Buffer) -> Iterator[Tuple[int, Union[int, bytes]]]:
    """The fields of a message: numbers for varints, bytes for strings, bytes and messages; others are left out."""
    at = 0
    while at < len(message):
        key, at = read_varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = read_varint(message, at)
            yield key >> 3, value
        elif kind == _LENGTH_DELIMITED:
            length, at = read_varint(message, at)
            if at + length > len(message):
                raise ValueError("a field of %d bytes begins %d bytes before its message ends" % (
                    length, len(message) - at))
            yield key >> 3, bytes(message[at:at + length])
            at += length
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError("a field has the wire type %d, which is not used any more" % kind)


def text(message: Buffer, number: int) -> str:
    """A field of text; empty where there is none."""
    found = ""
    for key, value in fields(message):
        if key == number and isinstance(value, bytes):
            found = value.decode("utf-8", "replace")
    return found


def messages(message: Buffer, number: int) -> List[bytes]:
    """All messages in a repeated field."""
    return [value for key, value in fields(message) if key == number and isinstance(value, bytes)]


def number(message: Buffer, key: int) -> int:
    """A varint; 0 where there is none."""
    found = 0
    for at, value in fields(message):
        if at == key and isinstance(value, int):
            found = value
    return found
