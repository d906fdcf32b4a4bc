"""How arrays travel: a layout of named tensors for snapshots, and frames of a header and chunks for everything else."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from koopmanmesh.tensor.v1 import tensor_pb2
from koopmanmesh.training.v1 import report_pb2

from . import _wire

# Bytes of a snapshot in one message; the contract allows 1 MiB.
_SNAPSHOT_CHUNK = 256 * 1024

# Bytes of a frame's chunk; the contract allows no more.
_FRAME_CHUNK = 64 * 1024

_DEFAULT_MAX_BYTES = 4 << 30

_DTYPES = {
    tensor_pb2.ELEMENT_TYPE_FLOAT32: np.dtype("<f4"),
    tensor_pb2.ELEMENT_TYPE_FLOAT64: np.dtype("<f8"),
    tensor_pb2.ELEMENT_TYPE_INT64: np.dtype("<i8"),
    tensor_pb2.ELEMENT_TYPE_UINT8: np.dtype("u1"),
}


def element_type(array: np.ndarray) -> int:
    """What numbers travel as: float32 where they fit it, else float64."""
    single = array.dtype.kind == "f" and array.dtype.itemsize <= 4
    return tensor_pb2.ELEMENT_TYPE_FLOAT32 if single else tensor_pb2.ELEMENT_TYPE_FLOAT64


def dtype_of(kind: int) -> np.dtype:
    """NumPy's type of an element type."""
    if kind not in _DTYPES:
        raise ValueError("element type %d is not one that this client knows" % kind)
    return _DTYPES[kind]


def raw(array: np.ndarray) -> memoryview:
    """The bytes of a C-contiguous array, without a copy."""
    return memoryview(array.reshape(-1).view(np.uint8))


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


def chunks(snapshot: np.ndarray) -> Iterator[memoryview]:
    """A snapshot's bytes, in the pieces that travel."""
    view = raw(snapshot)
    for at in range(0, len(view), _SNAPSHOT_CHUNK):
        yield view[at:at + _SNAPSHOT_CHUNK]


def frames(name: str, array: Any) -> Iterator[Tuple[Optional[tensor_pb2.TensorHeader], memoryview]]:
    """A tensor as it travels: its header once, then the bytes of each chunk. float32 stays, all else is float64."""
    given = np.asarray(array)
    kind = element_type(given)
    values = np.ascontiguousarray(given, _DTYPES[kind])
    yield tensor_pb2.TensorHeader(
        name=name, element_type=kind, shape=values.shape, byte_length=values.nbytes), memoryview(b"")
    view = raw(values)
    for at in range(0, len(view), _FRAME_CHUNK):
        yield None, view[at:at + _FRAME_CHUNK]


def frame_messages(path: Sequence[int], kind: Any, name: str, array: Any) -> Iterator[Any]:
    """The same as messages that hold a frame in their field `tensor`, which lies at `path`."""
    for header, data in frames(name, array):
        if header is not None:
            yield kind(tensor=tensor_pb2.TensorFrame(header=header))
        else:
            yield _wire.nested((*path, 2, 1), data)


class Assembler:
    """Puts frames together to arrays, one after the other. Chunks are copied once: into the array itself."""

    def __init__(self, max_bytes: int = _DEFAULT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._header: Optional[tensor_pb2.TensorHeader] = None
        self._array = np.empty(0, np.uint8)
        self._view = memoryview(b"")
        self._received = 0

    def accept(self, frame: tensor_pb2.TensorFrame) -> Optional[Tuple[str, np.ndarray]]:
        """Takes the next frame; returns the name and the array that it completes, or None."""
        return self.begin(frame.header) if frame.HasField("header") else self.append(frame.chunk.data)

    def begin(self, header: tensor_pb2.TensorHeader) -> Optional[Tuple[str, np.ndarray]]:
        """A tensor's header; returns a tensor without values at once."""
        self.end()
        dtype, shape = dtype_of(header.element_type), tuple(header.shape)
        needed = dtype.itemsize
        for extent in shape:
            needed *= extent
        if min(shape, default=0) < 0 or needed != header.byte_length:
            raise ValueError("'%s' of shape %s has %d bytes, its header says %d" % (
                header.name, list(shape), needed, header.byte_length))
        if needed > self._max_bytes:
            raise ValueError("'%s' has %d bytes, allowed are %d (max_tensor_bytes)" % (
                header.name, needed, self._max_bytes))
        self._header, self._received = header, 0
        self._array = np.empty(shape, dtype)
        self._view = raw(self._array)
        return self._completed()

    def append(self, data: _wire.Buffer) -> Optional[Tuple[str, np.ndarray]]:
        """A chunk of the tensor that began last."""
        if self._header is None:
            raise ValueError("a chunk of %d bytes came before any header" % len(data))
        after = self._received + len(data)
        if after > len(self._view):
            raise ValueError("'%s' got %d bytes, its header says %d" % (
                self._header.name, after, self._header.byte_length))
        self._view[self._received:after] = data
        self._received = after
        return self._completed()

    def end(self) -> None:
        """Says that no more chunks come."""
        if self._header is not None:
            raise ValueError("'%s' ended after %d of %d bytes" % (
                self._header.name, self._received, self._header.byte_length))

    def _completed(self) -> Optional[Tuple[str, np.ndarray]]:
        if self._header is None or self._received < len(self._view):
            return None
        name, array = self._header.name, self._array
        self._header, self._view, self._array = None, memoryview(b""), np.empty(0, np.uint8)
        return name, array
