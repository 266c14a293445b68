"""A run: everything that is left of earlier ones goes, the questions are asked, everything that was made goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from verification.account import BAD_CREDENTIALS
from verification.calls import DeniedError, code_of
from verification.cleaning import Cleaner, ForeignBucketError, is_final
from verification.lab import Lab
from verification.question import Needs, Question, UndecidedError
from verification.report import Report


class LeftBehindError(Exception):
    """Something could not be removed."""

    def __init__(self, left: list[str]) -> None:
        super().__init__("\n".join(left))
        self.left = left


@dataclass
class Run:
    """Asks questions in one account and Region.

    Attributes:
        lab: what questions work with.
        cleaner: removes what is made.
        report: is told of everything.
        region: where the bucket is made.
        questions: what is asked, by name.
        until: when the last question is asked at the latest.
        tell: says how it goes.
    """

    lab: Lab
    cleaner: Cleaner
    report: Report
    region: str
    questions: Mapping[str, Question]
    until: float
    tell: Callable[[str], None] = field(default=lambda text: None)

    def __post_init__(self) -> None:
        self.lab.note = self.report.note

    def __call__(self) -> None:
        """Go through it all; what was made is removed however it ends.

        Raises:
            DeniedError: an action is not allowed.
            LeftBehindError: something could not be removed; its context is what else went wrong.
        """
        try:
            if left := self._remove("What earlier runs have left is removed."):
                raise LeftBehindError(left)
            self.report.note("bucket", "<bucket>")
            self.cleaner.make_bucket(self.region)
            self.cleaner.try_bucket()
            for name, question in self.questions.items():
                self._ask(name, question)
        finally:
            self._end()

    def _ask(self, name: str, question: Question) -> None:
        begun, before = self.lab.now(), len(self.lab.calls.record)
        self._say(question.asks)
        try:
            answer = question.ask(self._ready_for(question))
        except UndecidedError as undecided:
            self.report.leave_open(name, question, self._told(undecided), begun, self.lab.calls.record[before:])
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) in BAD_CREDENTIALS:
                raise  # they have expired
            self.report.leave_open(name, question, self._told(error), begun, self.lab.calls.record[before:])
        except LookupError as error:  # an answer lacks what it always had: that must not end the whole run
            why = f"AWS's answer was not understood: {type(error).__name__} {self._told(error)}"
            self.report.leave_open(name, question, why, begun, self.lab.calls.record[before:])
        else:
            answer = self.lab.calls.redaction.of(answer, question)
            self.report.add(name, question, answer, begun, self.lab.calls.record[before:])
        self._say(f"  {self.report.verdicts()[name]}")
        self._tidy(question)

    def _tidy(self, question: Question) -> None:
        try:
            self.cleaner.tidy(on_domain=question.needs is Needs.DOMAIN)
        except (ClientError, BotoCoreError) as error:
            if is_final(error):
                raise
            # What is left goes after the next question, or at the end.
            self._say(f"  not everything is removed yet: {error}")

    def _ready_for(self, question: Question) -> Lab:
        """The lab, where it has what the question needs. Raises `UndecidedError`."""
        there = {Needs.NOTHING: True, Needs.DOMAIN: bool(self.lab.domain), Needs.KEY: bool(self.lab.key)}
        if not there[question.needs]:
            raise UndecidedError(f"asking it needs {question.needs.value}")
        if self.lab.now() > self.until:
            raise UndecidedError("there was no time left")
        if question.needs is Needs.DOMAIN:
            self.lab.wait_for_domain()
        return self.lab

    def _end(self) -> None:
        """Remove everything, also when that is interrupted. Raises `LeftBehindError`."""
        try:
            left = self._remove("Everything is removed.")
        except KeyboardInterrupt:
            self._end()
            raise
        try:
            self.report.end(self.lab.now(), left, self.lab.durations)
        finally:  # what is left is named also when the report cannot be written
            if left:
                raise LeftBehindError(left)

    def _remove(self, what: str) -> list[str]:
        """Remove everything. Gives what is left, in words without secrets."""
        self._say(what)
        try:
            left = self.cleaner.remove()
        except (DeniedError, ForeignBucketError, ClientError, BotoCoreError) as error:
            left = [f"perhaps more than is known: {self._told(error)}"]
        return [self.lab.calls.redaction.of_text(one) for one in left]

    def _say(self, text: str) -> None:
        with suppress(OSError):  # nobody may be reading any more; that must not stop the removal
            self.tell(text)

    def _told(self, error: Exception) -> str:
        if isinstance(error, HTTPClientError | NoConnectionError):
            return type(error).__name__  # its text names proxies and other hosts of the company
        return self.lab.calls.redaction.of_text(str(error))
