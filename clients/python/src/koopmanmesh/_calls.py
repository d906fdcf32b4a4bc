"""What a call is before anyone makes it: the blocking and the asynchronous client make the same ones."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, AsyncIterable, AsyncIterator, Callable, Generic, Iterable, Iterator, Optional, TypeVar, Union

from ._methods import Method

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Collector(Generic[T_co]):
    """Puts the messages of a stream together."""

    def accept(self, message: Any) -> None:
        """The next message; a memoryview where it holds bulk bytes only."""
        raise NotImplementedError

    def result(self) -> T_co:
        """What came, after the last message."""
        raise NotImplementedError


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call.

    request: a message; for a method that streams requests an iterable of messages, or of their bytes, or what returns
        one for each attempt.
    result: makes of a response what the caller gets.
    collect: of a method that streams responses, makes a collector.
    """

    method: Method
    request: Any
    result: Callable[[Any], T] = lambda response: response  # type: ignore[assignment]
    collect: Optional[Callable[[], Collector[T]]] = None


class Requests:
    """The requests of a call, whose own failure is kept: gRPC would only say that the call was cancelled."""

    def __init__(self, messages: Union[Iterable[Any], AsyncIterable[Any]]) -> None:
        self._messages = messages
        self._fail: Callable[[], Any] = lambda: None
        self.failure: Optional[BaseException] = None

    def on_failure(self, fail: Callable[[], Any]) -> None:
        """What ends the call where the messages can't be made; at once, if that has happened."""
        self._fail = fail
        if self.failure is not None:
            fail()

    def raise_failure(self) -> None:
        """Raises what the messages could not be made for, whatever the service said of those that came before."""
        if self.failure is not None:
            raise self.failure from None

    def __iter__(self) -> Iterator[Any]:
        assert not isinstance(self._messages, AsyncIterable)
        try:
            yield from self._messages
        except Exception as failure:  # Whatever it is, it is the caller's.
            self._failed(failure)

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            if isinstance(self._messages, AsyncIterable):
                async for message in self._messages:
                    yield message
            else:
                for message in self._messages:
                    yield message
        except Exception as failure:  # As above.
            self._failed(failure)

    def _failed(self, failure: BaseException) -> None:
        self.failure = failure
        self._fail()
