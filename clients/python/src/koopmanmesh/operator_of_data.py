"""A Koopman operator of data, as the blocking client sees it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from koopmanmesh.operator.v1 import operator_pb2, report_pb2

from . import _operators
from ._safetensors import Matrices

if TYPE_CHECKING:
    from .client import Client


class OperatorFacts:
    """What a fit says about its operator."""

    def __init__(self, response: Any) -> None:
        self._response = response

    @property
    def id(self) -> str:
        """SHA-256 of the operator's file, which names it for good."""
        return str(self._response.operator_id)

    @property
    def summary_id(self) -> str:
        """Names the kept summary; empty where none was kept."""
        return str(self._response.summary_id)

    @property
    def report(self) -> report_pb2.OperatorReport:
        """The contract's message: docs/operators.md."""
        return self._response.report

    @property
    def eigenvalues(self) -> np.ndarray:
        """Of one step, descending modulus; complex."""
        return np.array([complex(pair.value.re, pair.value.im) for pair in self.report.eigenpairs], np.complex128)

    def __repr__(self) -> str:
        report = self.report
        return "<operator %s: %s, rank %d of %d observables>" % (
            self.id[:12], report.method, report.rank, report.observables)


class Operator(OperatorFacts):
    """An operator that is stored by the mesh."""

    def __init__(self, client: Client, response: operator_pb2.FitResponse) -> None:
        super().__init__(response)
        self._client = client

    def predict(self, history: Any, steps: int, inputs: Any = None) -> np.ndarray:
        """The next states, [steps, width].

        history: the state now, [width], or the newest states in the order of time, [k, width] with k >= delays.
        inputs: [steps, input_width], of an operator with control.
        """
        return self._client.predict(self, history, steps, inputs)

    def matrices(self) -> Matrices:
        """The tensors of the operator's file by name (docs/operators.md), each byte of which is copied once."""
        return self._client._do(_operators.matrices(self.id, self._client._connection.max_tensor_bytes))

    def download(self, file: BinaryIO) -> int:
        """Writes the operator's safetensors file; returns its length."""
        return self._client._do(_operators.download(self.id, file))
