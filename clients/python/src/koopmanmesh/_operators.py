"""Calls about operators of data: rows in, an operator out, predictions and matrices of it."""
from __future__ import annotations

from typing import Any, BinaryIO, Iterator, Mapping, Optional, Sequence, Union

import numpy as np

from koopmanmesh.operator.v1 import operator_pb2, options_pb2

from . import _methods
from ._calls import Call, Collector
from ._collect import Tensors, Written
from ._messages import build
from ._safetensors import Matrices, Reader
from ._wire import nested
from .tensors import frame_messages

_OPERATOR_FILE = (2,)
_FILE_CHUNK = 512 * 1024


def options(method: str, rank: Any, others: Mapping[str, Any]) -> options_pb2.FitOptions:
    """FitOptions; what is no field of it is an option of the method itself."""
    known = options_pb2.FitOptions.DESCRIPTOR.fields_by_name
    fields = {name: value for name, value in others.items() if name in known}
    own = {name: _text(value) for name, value in others.items() if name not in known and value is not None}
    found = build(options_pb2.FitOptions, {"method": method, **fields})
    for name, value in own.items():
        found.method_options[name] = value
    if isinstance(rank, options_pb2.RankRule):
        found.rank.CopyFrom(rank)
    elif rank is not None:
        found.rank.text = str(rank)
    return found


def fit(requests: Any) -> Call[operator_pb2.FitResponse]:
    """The fit of what a FitEncoder makes of the caller's rows."""
    return Call(_methods.FIT, requests)


def merge(summary_ids: Sequence[str], keep: bool) -> Call[operator_pb2.MergeResponse]:
    return Call(_methods.MERGE, operator_pb2.MergeRequest(summary_ids=summary_ids, keep_summary=keep))


def methods() -> Call[operator_pb2.ListMethodsResponse]:
    return Call(_methods.LIST_METHODS, operator_pb2.ListMethodsRequest())


def predict(operator: Union[str, bytes], history: Any, steps: int, inputs: Optional[Any],
            max_bytes: int) -> Call[np.ndarray]:
    """The next states after a history: [width] for one state, or [k, width] in the order of time."""
    if isinstance(operator, str):
        header = operator_pb2.PredictHeader(operator_id=operator, steps=steps)
    else:
        header = operator_pb2.PredictHeader(operator_bytes=len(operator), steps=steps)

    def requests() -> Iterator[Any]:
        yield operator_pb2.PredictRequest(header=header)
        if not isinstance(operator, str):
            file = memoryview(operator)
            for at in range(0, len(file), _FILE_CHUNK):
                yield nested(_OPERATOR_FILE, file[at:at + _FILE_CHUNK])
        yield from frame_messages((3,), operator_pb2.PredictRequest, "history", _rows(history, "history"))
        if inputs is not None:
            yield from frame_messages((3,), operator_pb2.PredictRequest, "inputs", _rows(inputs, "inputs"))

    return Call(_methods.PREDICT, requests(), collect=lambda: _Prediction("", max_bytes))


class _Prediction(Tensors):
    def result(self) -> Any:
        _, tensors = super().result()
        return tensors["states"]


class _Report(Collector[Any]):
    """The report at the head of an operator's stream, whose file is left out."""

    def __init__(self) -> None:
        self._report: Any = None

    def accept(self, message: Any) -> None:
        if not isinstance(message, memoryview):
            self._report = message.report

    def result(self) -> Any:
        return self._report


class _Matrices(Collector[Matrices]):
    def __init__(self, max_bytes: int) -> None:
        self._reader = Reader(max_bytes)

    def accept(self, message: Any) -> None:
        if isinstance(message, memoryview):
            self._reader.accept(message)

    def result(self) -> Matrices:
        return self._reader.result()


class _File(Written):
    def accept(self, message: Any) -> None:
        if isinstance(message, memoryview):
            super().accept(message)


def report(operator_id: str) -> Call[Any]:
    return _get(operator_id, _Report)


def matrices(operator_id: str, max_bytes: int) -> Call[Matrices]:
    return _get(operator_id, lambda: _Matrices(max_bytes))


def download(operator_id: str, file: BinaryIO) -> Call[int]:
    return _get(operator_id, lambda: _File(file, lambda _: b""))


def _get(operator_id: str, collect: Any) -> Call[Any]:
    return Call(
        _methods.GET_OPERATOR, operator_pb2.GetOperatorRequest(operator_id=operator_id), collect=collect)


def _rows(given: Any, name: str) -> np.ndarray:
    rows = np.atleast_2d(np.asarray(given))
    if rows.ndim != 2:
        raise ValueError("%s has shape %s, expected rows of features" % (name, list(rows.shape)))
    return rows


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, float) else str(value)
