"""Watching a run from a trainer that is a coroutine: the same run (_session), waited for by await."""
from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, AsyncIterator, Callable, Mapping, Optional, Union

import grpc
import numpy as np

from koopmanmesh.training.v1 import report_pb2, training_pb2

from . import _methods
from ._calls import Call
from ._session import Attempt, Reply, Session, messages
from .tensors import Layout
from .watch import _PROPOSE_JUMP, _PROPOSE_LIMIT, Proposal, Watched, keeps, outcome, proposal

if TYPE_CHECKING:
    from .aio import Client


class _Stream:
    """A task of its own talks to the service."""

    def __init__(self, begin: Callable[[AsyncIterator[Any]], Any], session: Session) -> None:
        self._begin, self._session = begin, session
        self._changed = asyncio.Condition()
        self._given_up = False
        self._task = asyncio.ensure_future(self._run())

    async def until(self, condition: Callable[[], bool], before: Callable[[], None] = lambda: None) -> None:
        """Does something, then waits until it holds; raises what ended the run."""
        async with self._changed:
            before()
            self._changed.notify_all()
            await self._changed.wait_for(lambda: self._session.failure is not None or condition())
            self._session.raise_failure()

    async def abort(self) -> None:
        """Ends the stream where it is."""
        async with self._changed:
            self._session.abort()
            self._changed.notify_all()
        await asyncio.wait([self._task])

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _run(self) -> None:
        while True:
            try:
                await self._converse()
            except grpc.RpcError as error:
                self._session.broken(error)
            except asyncio.CancelledError:
                if self._session.failure is None and not self._given_up:
                    # The task itself was cancelled, not a call of it.
                    self._session.fail(RuntimeError("the event loop ended before the watch was finished"))
                    raise
            except Exception as failure:  # Whatever it is, the trainer must hear of it.
                self._session.fail(failure)
            pause = self._session.next_pause()
            await self._tell()
            if pause is None:
                return
            await asyncio.sleep(pause)

    async def _converse(self) -> None:
        """One connection, from its header to its end."""
        attempt = self._session.connect()
        call = attempt.call = await self._begin(self._requests(attempt))
        patience = asyncio.get_running_loop().call_later(
            max(0.0, self._session.patience.left()), lambda: self._give_up(call))
        try:
            async for response in call:
                patience.cancel()
                self._session.receive(attempt, response)
                await self._tell()
            self._session.finished()
        finally:
            patience.cancel()
            call.cancel()
            self._session.disconnected(attempt)
            await self._tell()

    def _give_up(self, call: Any) -> None:
        self._given_up = True
        call.cancel()

    async def _requests(self, attempt: Attempt) -> AsyncIterator[Any]:
        yield self._session.header
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._session.has_next(attempt))
                outgoing = self._session.take_next(attempt)
            if outgoing is None:
                return
            for message in messages(outgoing):
                yield message


class Watch(Watched):
    """A run that is being watched: `async with client.training(weights) as watch`. Options as koopmanmesh.Watch.

    For one task at a time; callbacks are called by the task that calls its methods.
    """

    def __init__(self, client: Client, tensors: Union[Mapping[str, Any], Layout], **options: Any) -> None:
        super().__init__(tensors, **options)
        self._client = client
        self._stream: Optional[_Stream] = None

    async def begin(self) -> Watch:
        """Begins the watch, in place of `async with`."""
        self._stream = _Stream(
            lambda requests: self._client._begin(Call(_methods.WATCH_TRAINING, requests), wait_for_ready=True),
            self._session)
        await self._until(lambda: self._session.started is not None)
        return self

    async def snapshot(self, step: int, tensors: Mapping[str, Any], **scalars: Optional[float]) -> None:
        """Sends a snapshot; it is copied, so the arrays may change right after. Scalars as koopmanmesh.Watch."""
        await self.send(step, self.layout.pack(tensors), **scalars)

    async def send(self, step: int, values: np.ndarray, **scalars: Optional[float]) -> None:
        """The same for values that lie as Layout.empty says; they are not copied and must not change any more."""
        told = self._scalars(step, scalars)
        await self._until(lambda: self._session.has_room(values))
        self._session.put(step, told, values)
        await self._until(lambda: True)
        self._newest = step

    async def flush(self) -> None:
        """Waits until everything that was sent is stored."""
        await self._until(lambda: self._session.is_flushed)

    async def propose(self) -> Proposal:
        """Weights ahead of the last snapshot. Say what became of them by `decide`."""
        return proposal(await self._ask(_PROPOSE_JUMP))

    async def propose_limit(self) -> Proposal:
        """The predicted limit of the training, to be looked at: nothing is to be decided."""
        return proposal(await self._ask(_PROPOSE_LIMIT))

    async def decide(
            self, proposal: Proposal, loss_before: float, loss_after: float, seconds: float = 0.0) -> bool:
        """Tells the losses at the last snapshot and at the proposal; True: keep the proposal, False: go back."""
        return keeps(await self._ask(outcome(proposal, loss_before, loss_after, seconds)))

    async def finish(self) -> report_pb2.TrainingReport:
        """Ends the run and returns its report."""
        if self.report is None:
            self._session.closing = True
            await self._until(lambda: self._session.done)
            self.report = self._session.report
        return self.report

    async def abort(self) -> None:
        """Ends the watch without a report; what was sent and acknowledged stays stored, and can be resumed."""
        if self._stream is not None:
            await self._stream.abort()

    async def __aenter__(self) -> Watch:
        return await self.begin()

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            await self.finish()
        else:
            await self.abort()

    async def _ask(self, command: training_pb2.WatchTrainingRequest) -> Reply:
        self._session.ask(command)
        await self._until(lambda: self._session.reply is not None)
        assert self._session.reply is not None
        return self._session.reply

    async def _until(self, condition: Callable[[], bool]) -> None:
        if self._stream is None:
            raise RuntimeError("the watch has not begun; say async with, or await watch.begin()")
        try:
            await self._stream.until(condition)
        finally:
            self._deliver(self._session.take_events())
