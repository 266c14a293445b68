"""A simulated clock that several processes share: one runs at a time, in the order of their moments."""

from __future__ import annotations

import heapq
import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from queue import SimpleQueue
from typing import ClassVar

BEGIN = datetime(2027, 1, 1, tzinfo=UTC).timestamp()


class Worker:
    """A thread that does one thing after the other: starting one costs more than most of what is done."""

    idle: ClassVar[list[Worker]] = []

    def __init__(self) -> None:
        self._given: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._serve, daemon=True).start()

    def do(self, work: Callable[[], None]) -> None:
        """Do it, beside whoever asks."""
        self._given.put(work)

    def _serve(self) -> None:
        while True:
            self._given.get()()


class Process:
    """Something that runs beside others, in a thread of its own that stops wherever it waits."""

    def __init__(self, run: Callable[[], None], ended: Callable[[BaseException | None], None]) -> None:
        self._run = run
        self._ended = ended
        self._turn = threading.Semaphore(0)
        self._worker: Worker | None = None

    def resume(self) -> None:
        """Let it begin or go on."""
        if self._worker is None:
            self._worker = Worker.idle.pop() if Worker.idle else Worker()
            self._worker.do(self._whole)
        else:
            self._turn.release()

    def wait_for_turn(self) -> None:
        """Stop here until somebody resumes it."""
        self._turn.acquire()

    def _whole(self) -> None:
        failure: BaseException | None = None
        try:
            self._run()
        except BaseException as error:  # raised again where the processes are run from
            failure = error
        assert self._worker is not None
        Worker.idle.append(self._worker)
        self._ended(failure)


class Clockwork:
    """The time, and whatever happens in it."""

    def __init__(self) -> None:
        self.time = BEGIN
        self._planned: list[tuple[float, int, Process]] = []
        self._order = count()
        self._running: Process | None = None
        self._not_beyond = math.inf
        self._control = threading.Semaphore(0)
        self._failure: BaseException | None = None

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.time

    def start(self, run: Callable[[], None], after: float = 0.0) -> None:
        """Plan a process."""
        self._plan(Process(run, self._ended), self.time + after)

    def sleep(self, seconds: float) -> None:
        """Let time pass, and with it whatever other processes do meanwhile."""
        assert seconds >= 0, "nobody sleeps backwards"
        until = self.time + seconds
        if self._running is None:
            self.run(not_beyond=until)
            self.time = max(self.time, until)
            return
        if until <= self._not_beyond and (not self._planned or self._planned[0][0] > until):
            self.time = until
            return
        process = self._running
        self._plan(process, until)
        self._control.release()
        process.wait_for_turn()

    def run(self, until: Callable[[], bool] = lambda: False, not_beyond: float = math.inf) -> None:
        """Run until every process has ended, or until that is so, or that moment has come."""
        self._not_beyond = not_beyond
        while self._planned and self._planned[0][0] <= not_beyond and not until():
            moment, _, self._running = heapq.heappop(self._planned)
            self.time = max(self.time, moment)
            self._running.resume()
            self._control.acquire()
            self._running = None
            if self._failure is not None:
                raise self._failure

    def _plan(self, process: Process, moment: float) -> None:
        heapq.heappush(self._planned, (moment, next(self._order), process))

    def _ended(self, failure: BaseException | None) -> None:
        self._failure = failure
        self._control.release()
