"""How long, and how often, what breaks is begun again."""
from __future__ import annotations

import random
import time
from typing import Optional

from ._methods import Method
from .errors import Unavailable, Unreachable

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


class Patience:
    """Counts from the moment that a connection is wanted and there is none."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: Optional[float] = None
        self._pause = _FIRST_PAUSE

    def heard(self) -> None:
        """The service answered."""
        self._since, self._pause = None, _FIRST_PAUSE

    def missed(self) -> None:
        """There is no connection."""
        if self._since is None:
            self._since = time.monotonic()

    def left(self) -> float:
        """Seconds until it is over."""
        return self._seconds - (0.0 if self._since is None else time.monotonic() - self._since)

    def pause(self) -> float:
        """Seconds to wait before the next attempt. Raises Unreachable when patience is over."""
        self.missed()
        if self.left() <= 0:
            raise Unreachable("UNAVAILABLE", "", "no service answered for %.3g seconds" % self._seconds)
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause


class Budget:
    """Attempts that may be made again: where most calls of a client fail, trying again makes it worse (gRFC A6)."""

    _MOST = 10.0
    _FOR_A_SUCCESS = 0.1

    def __init__(self) -> None:
        self._left = self._MOST

    def succeeded(self) -> None:
        """A call did."""
        self._left = min(self._MOST, self._left + self._FOR_A_SUCCESS)

    def failed(self) -> bool:
        """A call did not; whether it may be made again."""
        self._left = max(0.0, self._left - 1)
        return self._left > self._MOST / 2


class Attempts:
    """Of an idempotent call, as long as no response has come of it."""

    def __init__(self, method: Method, attempts: int, budget: Budget) -> None:
        self._left = attempts - 1 if method.idempotent else 0
        self._pause, self._budget = _FIRST_PAUSE, budget

    def heard(self) -> None:
        """A response came: what follows can't be begun again."""
        self._left = 0

    def succeeded(self) -> None:
        """The call did."""
        self._budget.succeeded()

    def pause(self, broken: Unavailable) -> float:
        """Seconds to wait before the next attempt. Raises what broke where there is none."""
        if not self._budget.failed() or self._left == 0:
            raise broken
        self._left -= 1
        pause, self._pause = random.uniform(0, self._pause), min(2 * self._pause, _LONGEST_PAUSE)
        return pause
