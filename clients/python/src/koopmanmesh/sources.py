"""What can be uploaded: a file, bytes, or an array, which travels as a NumPy file."""
from __future__ import annotations

import hashlib
import io
import os
from typing import Any, Callable, Iterator, Union

import numpy as np

from koopmanmesh.run.v1 import run_pb2

from ._wire import Buffer, nested
from .tensors import raw

# A path, the content, an array, or what was uploaded before.
Content = Union[str, os.PathLike[str], bytes, bytearray, memoryview, np.ndarray, run_pb2.ArtifactRef]

# The contract allows no more in one message.
_CHUNK = 64 * 1024
_DIGEST_CHUNK = 1 << 20
_DATA = (2,)


class Source:
    """Content that can be read any number of times: once for its digest, and once for the way."""

    def __init__(self, name: str, pieces: Callable[[int], Iterator[Buffer]]) -> None:
        self.name, self._pieces = name, pieces

    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal digits."""
        digest = hashlib.sha256()
        for piece in self._pieces(_DIGEST_CHUNK):
            digest.update(piece)
        return digest.hexdigest()

    def requests(self, digest: str) -> Iterator[Any]:
        """The messages of an upload."""
        yield run_pb2.UploadArtifactRequest(header=run_pb2.ArtifactHeader(name=self.name, digest=digest))
        for piece in self._pieces(_CHUNK):
            yield nested(_DATA, piece)


def source(content: Content, name: str = "", unnamed: str = "content") -> Source:
    """What to upload. `name` is for reports; a file has its own."""
    if isinstance(content, np.ndarray):
        return Source(name or unnamed + ".npy", _array(content))
    if isinstance(content, (bytes, bytearray, memoryview)):
        view = memoryview(content).cast("B")
        return Source(name or unnamed, lambda size: _slices(view, size))
    if isinstance(content, (str, os.PathLike)):
        path = os.fspath(content)
        if not os.path.isfile(path):
            raise FileNotFoundError("there is no file '%s'" % path)
        return Source(name or os.path.basename(path), lambda size: _file(path, size))
    raise TypeError("%s can't be uploaded; expected a path, bytes or a NumPy array" % type(content).__name__)


def _file(path: str, size: int) -> Iterator[Buffer]:
    with open(path, "rb", buffering=0) as file:
        while True:
            piece = file.read(size)
            if not piece:
                return
            yield piece


def _slices(view: memoryview, size: int) -> Iterator[Buffer]:
    for at in range(0, len(view), size):
        yield view[at:at + size]


def _array(array: np.ndarray) -> Callable[[int], Iterator[Buffer]]:
    if array.dtype.hasobject:
        raise TypeError("an array of Python objects can't be uploaded; expected numbers")
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    # The header says so where the array lies column by column.
    ordered = array.T if array.flags.f_contiguous and not array.flags.c_contiguous else array

    def pieces(size: int) -> Iterator[Buffer]:
        yield header.getvalue()
        for block in blocks(ordered, size):
            yield from _slices(raw(block), size)

    return pieces


def blocks(array: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Consecutive contiguous parts along the first axis: views where the array is contiguous, else one copy at a time
    of about `size` bytes."""
    if array.flags.c_contiguous or array.ndim == 0:
        yield np.ascontiguousarray(array)
        return
    rows = max(1, size // max(1, array[:1].nbytes))
    for at in range(0, len(array), rows):
        yield np.ascontiguousarray(array[at:at + rows])
