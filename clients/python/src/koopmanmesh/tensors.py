"""How arrays travel: a layout of named tensors for snapshots, and frames of a header and chunks for everything else."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import numpy as np

from koopmanmesh.tensor.v1 import tensor_pb2
from koopmanmesh.training.v1 import report_pb2

# Bytes of a snapshot in one message; the contract allows 1 MiB.
_SNAPSHOT_CHUNK = 256 * 1024

_DTYPES = {
    tensor_pb2.ELEMENT_TYPE_FLOAT32: np.dtype("<f4"),
    tensor_pb2.ELEMENT_TYPE_FLOAT64: np.dtype("<f8"),
    tensor_pb2.ELEMENT_TYPE_INT64: np.dtype("<i8"),
    tensor_pb2.ELEMENT_TYPE_UINT8: np.dtype("u1"),
}


class Layout:
    """Names and shapes of what a snapshot holds, and its element type: float64 where an array is, else float32."""

    def __init__(self, shapes: Mapping[str, Tuple[int, ...]], double: bool) -> None:
        if not shapes:
            raise ValueError("a snapshot holds at least one tensor, got none")
        self.shapes = {name: tuple(int(extent) for extent in shape) for name, shape in shapes.items()}
        self.element_type = tensor_pb2.ELEMENT_TYPE_FLOAT64 if double else tensor_pb2.ELEMENT_TYPE_FLOAT32
        self.dtype = _DTYPES[self.element_type]
        self.values = sum(int(np.prod(shape, dtype=np.int64)) for shape in self.shapes.values())

    @staticmethod
    def of(tensors: Mapping[str, Any]) -> Layout:
        """The layout of arrays."""
        arrays = {name: np.asarray(tensor) for name, tensor in tensors.items()}
        for name, array in arrays.items():
            if array.dtype.kind != "f":
                raise TypeError("'%s' holds %s; floating-point numbers can be watched" % (name, array.dtype))
        return Layout({name: array.shape for name, array in arrays.items()},
                      any(array.dtype.itemsize > 4 for array in arrays.values()))

    def empty(self) -> Tuple[np.ndarray, Dict[str, np.ndarray]]:
        """A new snapshot to be filled: all of it, and each tensor as a view of it."""
        whole = np.empty(self.values, self.dtype)
        views, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape, dtype=np.int64))
            views[name] = whole[at:at + size].reshape(shape)
            at += size
        return whole, views

    def pack(self, tensors: Mapping[str, Any]) -> np.ndarray:
        """The arrays one after the other, in the layout's order: the one copy that is made of them."""
        if len(tensors) != len(self.shapes):
            raise ValueError("a snapshot of this run holds %d tensors, got %d" % (len(self.shapes), len(tensors)))
        whole, views = self.empty()
        for name, view in views.items():
            if name not in tensors:
                raise ValueError("the snapshot holds no '%s', which the first one held" % name)
            array = np.asarray(tensors[name])
            if array.shape != view.shape:
                raise ValueError("'%s' has shape %s, expected %s" % (name, list(array.shape), list(view.shape)))
            np.copyto(view, array, casting="same_kind")
        return whole

    def messages(self) -> List[report_pb2.ParameterTensor]:
        """The layout as the contract says it."""
        return [report_pb2.ParameterTensor(name=name, shape=shape) for name, shape in self.shapes.items()]


def chunks(snapshot: np.ndarray) -> Iterator[bytes]:
    """A snapshot's bytes, in the pieces that travel."""
    view = memoryview(snapshot).cast("B")
    for at in range(0, len(view), _SNAPSHOT_CHUNK):
        yield bytes(view[at:at + _SNAPSHOT_CHUNK])


class Assembler:
    """Puts frames together to arrays, one after the other, each in its own memory."""

    def __init__(self) -> None:
        self._header: Optional[tensor_pb2.TensorHeader] = None
        self._data = bytearray()

    def accept(self, frame: tensor_pb2.TensorFrame) -> Optional[Tuple[str, np.ndarray]]:
        """Takes the next frame; returns the name and the array that it completes, or None."""
        if frame.HasField("header"):
            self._header, self._data = frame.header, bytearray()
        elif self._header is None:
            raise ValueError("a chunk of %d bytes came before any header" % len(frame.chunk.data))
        else:
            self._data += frame.chunk.data
        header = self._header
        if header is None or len(self._data) < header.byte_length:
            return None
        if len(self._data) > header.byte_length:
            raise ValueError(
                "'%s' got %d bytes, its header says %d" % (header.name, len(self._data), header.byte_length))
        array = np.frombuffer(self._data, _DTYPES[header.element_type]).reshape(tuple(header.shape))
        self._header = None
        return header.name, array
