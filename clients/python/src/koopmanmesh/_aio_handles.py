"""One run, and one operator of data, as the client for asyncio sees them."""
from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any, AsyncIterator, BinaryIO, Optional

import numpy as np

from koopmanmesh.run.v1 import run_pb2

from . import _operators, _runs
from ._patience import Patience
from ._progress import progress as shown
from ._safetensors import Matrices
from .errors import KoopmanMeshError, Unavailable
from .operator_of_data import OperatorFacts
from .reports import Analysis, ComponentOperator, Replacement
from .run_handle import CANCEL_WITHIN, PATIENCE, require_success

if TYPE_CHECKING:
    from .aio import Client


class Run:
    """A run that was submitted; `id` names it for good, `status` is the newest that was heard of."""

    def __init__(self, client: Client, status: run_pb2.RunStatus) -> None:
        self._client, self.status = client, status

    @property
    def id(self) -> str:
        """Names the run."""
        return str(self.status.run_id)

    async def refresh(self) -> run_pb2.RunStatus:
        """The status now."""
        self.status = await self._client._do(_runs.status(self.id))
        return self.status

    async def watch(
            self, *, progress: bool = True, patience: float = PATIENCE) -> AsyncIterator[run_pb2.RunStatus]:
        """Every status until the run has ended; see koopmanmesh.Run.watch."""
        left = Patience(patience)
        with shown(progress) as bar:
            while True:
                try:
                    async for response in self._client._stream(_runs.watch(self.id)):
                        left.heard()
                        self.status = response.status
                        bar.show(self.status)
                        yield self.status
                    return
                except Unavailable:
                    await asyncio.sleep(left.pause())

    async def wait(self, *, progress: bool = True, patience: float = PATIENCE) -> run_pb2.RunStatus:
        """Watches to the end; raises RunFailed or RunCancelled where it is no success."""
        async for _ in self.watch(progress=progress, patience=patience):
            pass
        require_success(self.status)
        return self.status

    async def wait_or_cancel(self, progress: bool) -> None:
        """The same of a run whose end nobody else waits for: where the task is cancelled, so is the run."""
        try:
            await self.wait(progress=progress)
        except asyncio.CancelledError:
            try:
                await asyncio.shield(self._client.within(CANCEL_WITHIN)._do(_runs.cancel(self.id)))
            except KoopmanMeshError:
                pass  # The cancellation is what the caller asked for; a run that goes on ends by itself.
            raise

    async def cancel(self) -> run_pb2.RunStatus:
        """Stops the work; a run that has ended stays as it is."""
        self.status = await self._client._do(_runs.cancel(self.id))
        return self.status

    async def report(self) -> Analysis:
        """What an analysis found; FailedPrecondition until it has succeeded."""
        return await self._client._do(_runs.report(self.id))

    async def replacement(self) -> Replacement:
        """What a search for stand-ins found."""
        return await self._client._do(_runs.replacement(self.id))

    async def operator(self, component: int) -> ComponentOperator:
        """The operator of one component, its matrices as arrays that are copied once."""
        return await self._client._do(_runs.component(self.id, component, self._client._connection.max_tensor_bytes))

    async def download_hybrid(self, file: Optional[BinaryIO] = None, hybrid_id: str = "") -> Any:
        """Writes a hybrid's ONNX file and returns its length; without a file, returns its bytes. Empty: the chosen."""
        target = io.BytesIO() if file is None else file
        count = await self._client._do(_runs.download(self.id, hybrid_id, target))
        return target.getvalue() if isinstance(target, io.BytesIO) and file is None else count


class Operator(OperatorFacts):
    """An operator that is stored by the mesh."""

    def __init__(self, client: Client, response: Any) -> None:
        super().__init__(response)
        self._client = client

    async def predict(self, history: Any, steps: int, inputs: Any = None) -> np.ndarray:
        """The next states, [steps, width]; see koopmanmesh.Operator.predict."""
        return await self._client.predict(self, history, steps, inputs)

    async def matrices(self) -> Matrices:
        """The tensors of the operator's file by name (docs/operators.md), each byte of which is copied once."""
        return await self._client._do(_operators.matrices(self.id, self._client._connection.max_tensor_bytes))

    async def download(self, file: BinaryIO) -> int:
        """Writes the operator's safetensors file; returns its length."""
        return await self._client._do(_operators.download(self.id, file))
