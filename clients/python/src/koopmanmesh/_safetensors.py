"""Reads a safetensors file as it comes: every byte of it is copied once, to where its array has it."""
from __future__ import annotations

import json
import struct
from typing import Any, Dict, Optional

import numpy as np

from ._wire import Buffer

# The format's own limit on its header.
_LONGEST_HEADER = 100_000_000

_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8",
    "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}


class Matrices(Dict[str, np.ndarray]):
    """Arrays by name, all of them views of one block of memory; `metadata` is what the file says of itself."""

    def __init__(self, arrays: Dict[str, np.ndarray], metadata: Dict[str, str]) -> None:
        super().__init__(arrays)
        self.metadata = metadata


class Reader:
    """Takes the pieces of a file. What its header promises is held against `max_bytes` before it is allocated."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._head = bytearray()
        self._header: Optional[Dict[str, Any]] = None
        self._data = np.empty(0, np.uint8)
        self._received = 0

    def accept(self, piece: Buffer) -> None:
        """The next piece."""
        piece = memoryview(piece)
        if self._header is None:
            piece = self._begin(piece)
        after = self._received + len(piece)
        if after > len(self._data):
            raise ValueError("the file has %d bytes of tensors or more, its header says %d" % (after, len(self._data)))
        self._data[self._received:after] = piece
        self._received = after

    def result(self) -> Matrices:
        """The arrays, after the last piece."""
        if self._header is None or self._received < len(self._data):
            raise ValueError("the file ended after %d of %d bytes of tensors" % (self._received, len(self._data)))
        metadata = self._header.get("__metadata__", {})
        return Matrices(
            {name: self._array(name, told) for name, told in self._header.items() if name != "__metadata__"}, metadata)

    def _begin(self, piece: memoryview) -> memoryview:
        """Takes the header's bytes; returns what is left of the piece."""
        wanted = 8 if len(self._head) < 8 else 8 + self._length()
        while len(piece) > 0 and len(self._head) < wanted:
            taken = min(len(piece), wanted - len(self._head))
            self._head += piece[:taken]
            piece = piece[taken:]
            if len(self._head) == 8:
                wanted = 8 + self._length()
        if len(self._head) < 8 or len(self._head) < wanted:
            return piece
        header: Dict[str, Any] = json.loads(bytes(self._head[8:]))
        size = max((told["data_offsets"][1] for name, told in header.items() if name != "__metadata__"), default=0)
        if size > self._max_bytes:
            raise ValueError("the file has %d bytes of tensors, allowed are %d (max_tensor_bytes)" % (
                size, self._max_bytes))
        self._header, self._data = header, np.empty(size, np.uint8)
        return piece

    def _length(self) -> int:
        length: int = struct.unpack("<Q", self._head[:8])[0]
        if length > _LONGEST_HEADER:
            raise ValueError("the file's header has %d bytes, expected at most %d" % (length, _LONGEST_HEADER))
        return length

    def _array(self, name: str, told: Dict[str, Any]) -> np.ndarray:
        if told["dtype"] not in _DTYPES:
            raise ValueError("'%s' is %s, expected one of %s" % (name, told["dtype"], ", ".join(_DTYPES)))
        begin, end = told["data_offsets"]
        return self._data[begin:end].view(_DTYPES[told["dtype"]]).reshape(told["shape"])
