"""Rows of a fit as they travel: read where the caller's arrays have them, copied once into each message."""
from __future__ import annotations

from typing import Any, AsyncIterable, AsyncIterator, Iterable, Iterator, List, Optional, Tuple

import numpy as np

from koopmanmesh.operator.v1 import operator_pb2, options_pb2

from ._messages import enum_value
from ._wire import Buffer, field, varint
from .tensors import dtype_of, element_type, raw

_CHUNK = 256 * 1024
_SUMMARY = options_pb2.DESCRIPTOR.enum_types_by_name["SummaryKind"]

# Fields of FitChunk, and its own in FitRequest.
_ROWS, _STATES, _SUCCESSORS, _INPUTS, _TIMES, _END = 1, 2, 3, 4, 5, 6
_CHUNK_FIELD = 2
_PAIRED = ("successors", "inputs", "times")

# What belongs together: states, then successors, inputs and times, or None for each that there is not.
Part = Tuple[Any, Optional[Any], Optional[Any], Optional[Any]]


class FitEncoder:
    """Makes the messages of one fit: a header from the first rows, then chunks.

    one_trajectory: consecutive parts go on where the last one ended, rather than begin a new trajectory.
    """

    def __init__(self, options: options_pb2.FitOptions, *, time_step: float = 0.0, summary: Any = 0,
                 keep_summary: bool = False, observables_of: str = "", one_trajectory: bool = False) -> None:
        self._header = operator_pb2.FitHeader(
            options=options, summary=enum_value(_SUMMARY, summary), keep_summary=keep_summary,
            observables_of=observables_of)
        self._header.data.time_step = time_step
        self._one_trajectory = one_trajectory
        self._dtype: Optional[np.dtype] = None
        self._given: Tuple[bool, ...] = ()

    def requests(self, parts: Iterable[Part]) -> Iterator[Any]:
        """The messages of a stream of rows."""
        for part in parts:
            yield from self._part(part)
        self._require_rows()

    async def async_requests(self, parts: AsyncIterable[Part]) -> AsyncIterator[Any]:
        """The same of rows that come when they come."""
        async for part in parts:
            for message in self._part(part):
                yield message
        self._require_rows()

    def _part(self, part: Part) -> Iterator[Any]:
        arrays = [None if given is None else _matrix(given, name) for given, name in zip(
            part, ("states",) + _PAIRED)]
        states = arrays[0]
        assert states is not None
        if self._dtype is None:
            yield self._begin(arrays)
        self._check(arrays)
        pairs = arrays[1] is not None
        rows = max(1, _CHUNK // max(1, sum(self._row_bytes(array) for array in arrays)))
        for at in range(0, len(states), rows):
            last = at + rows >= len(states)
            yield self._chunk([None if a is None else a[at:at + rows] for a in arrays],
                              last and not pairs and not self._one_trajectory)

    def _begin(self, arrays: List[Optional[np.ndarray]]) -> operator_pb2.FitRequest:
        states, successors, inputs, _ = arrays
        assert states is not None
        data = self._header.data
        data.kind = options_pb2.DATA_KIND_TRAJECTORIES if successors is None else options_pb2.DATA_KIND_PAIRS
        data.width = states.shape[1]
        data.input_width = 0 if inputs is None else inputs.shape[1]
        data.element_type = element_type(states)
        self._dtype = dtype_of(data.element_type)
        self._given = tuple(array is not None for array in arrays)
        return operator_pb2.FitRequest(header=self._header)

    def _check(self, arrays: List[Optional[np.ndarray]]) -> None:
        states = arrays[0]
        assert states is not None
        data = self._header.data
        widths = (data.width, data.width, data.input_width, 1)
        if tuple(array is not None for array in arrays) != self._given:
            raise ValueError("every part of the data has the same arrays: with or without successors, inputs, times")
        for array, width, name in zip(arrays, widths, ("states",) + _PAIRED):
            # Nothing follows the last row of a trajectory, so that its input may be missing.
            missing = 1 if name == "inputs" and not self._given[1] and not self._one_trajectory else 0
            if array is not None and array.shape not in ((len(states), width), (len(states) - missing, width)):
                raise ValueError("%s has shape %s, expected %s" % (name, list(array.shape), [len(states), width]))

    def _row_bytes(self, array: Optional[np.ndarray]) -> int:
        return 0 if array is None else 8 * array.shape[1]

    def _chunk(self, arrays: List[Optional[np.ndarray]], end: bool) -> bytes:
        states, successors, inputs, times = arrays
        assert states is not None and self._dtype is not None
        parts: List[Buffer] = [bytes((_ROWS << 3,)) + varint(len(states))]
        for number, array, dtype in (
                (_STATES, states, self._dtype), (_SUCCESSORS, successors, self._dtype),
                (_INPUTS, inputs, self._dtype), (_TIMES, times, np.dtype("<f8"))):
            if array is not None:
                if len(array) < len(states):
                    array = np.concatenate([array, np.zeros((1, array.shape[1]))])
                # Of contiguous rows of the stream's own type a view; of others a copy, one chunk at a time.
                parts += field(number, raw(np.ascontiguousarray(array, dtype)))
        if end:
            parts.append(bytes((_END << 3, 1)))
        return b"".join(field(_CHUNK_FIELD, *parts))

    def _require_rows(self) -> None:
        if self._dtype is None:
            raise ValueError("a fit needs rows, got none")


def parts(states: Any, successors: Any, inputs: Any, times: Any) -> Iterator[Part]:
    """What the caller gave, part by part: a matrix is one, a stack of matrices or an iterable as many as it holds."""
    others = (successors, inputs, times)
    # Lists of numbers, and of lists of them, are one matrix; lists of arrays are many.
    plain = isinstance(states, (list, tuple)) and not any(hasattr(one, "__array__") for one in states)
    if plain or hasattr(states, "__array__"):
        states = np.asarray(states)
        if states.ndim <= 2:
            yield (states, *others)
            return
    iterators = [None if other is None else iter(other) for other in others]
    for index, part in enumerate(states):
        try:
            paired = [None if one is None else next(one) for one in iterators]
        except StopIteration:
            raise ValueError("states has more than %d parts, what belongs to it has no more" % index) from None
        yield (part, *paired)


async def async_parts(states: AsyncIterable[Any]) -> AsyncIterator[Part]:
    """The same of an asynchronous stream; a tuple of it is states, successors, inputs and times, as far as given."""
    async for given in states:
        part = list(given) if isinstance(given, tuple) else [given]
        yield (part + [None] * 3)[0], (part + [None] * 3)[1], (part + [None] * 3)[2], (part + [None] * 3)[3]


def _matrix(given: Any, name: str) -> np.ndarray:
    """Rows of features; a vector is rows of one feature."""
    array = np.asarray(given)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.ndim != 2 or array.dtype.kind not in "fiub":
        raise ValueError("%s has shape %s of %s, expected rows of real numbers" % (
            name, list(array.shape), array.dtype))
    return array
