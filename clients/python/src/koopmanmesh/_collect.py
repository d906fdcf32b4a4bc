"""What streams of responses are put together to."""
from __future__ import annotations

from typing import Any, BinaryIO, Callable, Dict, Optional, Tuple, TypeVar

import numpy as np

from ._calls import Collector
from .tensors import Assembler

R = TypeVar("R")


class Tensors(Collector[Tuple[Any, Dict[str, np.ndarray]]]):
    """A first message of its own, where there is one, then tensors; all of them together within a limit."""

    def __init__(self, first: str, max_bytes: int) -> None:
        self._first, self._left = first, max_bytes
        self._assembler = Assembler(max_bytes)
        self._said: Any = None
        self._tensors: Dict[str, np.ndarray] = {}

    def accept(self, message: Any) -> None:
        if isinstance(message, memoryview):
            self._keep(self._assembler.append(message))
        elif self._first and message.HasField(self._first):
            self._said = getattr(message, self._first)
        elif message.tensor.HasField("header"):
            self._keep(self._assembler.begin(message.tensor.header))

    def result(self) -> Tuple[Any, Dict[str, np.ndarray]]:
        self._assembler.end()
        return self._said, self._tensors

    def _keep(self, completed: Optional[Tuple[str, np.ndarray]]) -> None:
        if completed is not None:
            self._tensors[completed[0]] = completed[1]
            self._left -= completed[1].nbytes
            self._assembler = Assembler(self._left)


class Merged(Collector[Any]):
    """A report in pieces."""

    def __init__(self, report: Any) -> None:
        self._report = report

    def accept(self, message: Any) -> None:
        self._report.MergeFrom(message.report)

    def result(self) -> Any:
        return self._report


class Written(Collector[int]):
    """Bytes that go to a file as they come; the number of them."""

    def __init__(self, file: BinaryIO, part: Callable[[Any], bytes]) -> None:
        self._file, self._part, self._count = file, part, 0

    def accept(self, message: Any) -> None:
        self._count += self._file.write(message if isinstance(message, memoryview) else self._part(message))

    def result(self) -> int:
        return self._count
