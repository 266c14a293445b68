"""What a run is going to do, said before it does it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from verification.account import Account
from verification.ours import PREFIX
from verification.question import Needs, Question

# What was seen, roughly: an import takes some tens of seconds, an association of a dictionary two to three minutes.
SECONDS_OF_IMPORT, SECONDS_OF_ASSOCIATION, SECONDS_BESIDES = 40, 150, 15
COLUMN, WIDTH = 10, 90


@dataclass(frozen=True)
class Plan:
    """What is asked, where, and what was found there."""

    account: Account
    bucket: str
    domain: str
    key: str
    questions: Mapping[str, Question]
    remains: list[str]
    report: Path
    minutes: float

    def __str__(self) -> str:
        rows = [
            ("in", f"account {self.account.account_id}, Region {self.account.region}{self._elsewhere()}"),
            ("asks", self._asks()),
            ("makes", f"a bucket {self.bucket}, and packages {PREFIX}…, a few at a time"),
            ("changes", self._changes()),
            ("takes", f"about {self._minutes()} minutes, at most {self.minutes:.0f} and the time to clean up"),
            ("costs", "some hundred requests to S3: less than 0.01 USD; packages cost nothing"),
            ("removes", "everything that it has made, also when it fails or is interrupted"),
            ("writes", str(self.report)),
        ]
        if self.remains:
            rows.insert(1, ("first", f"removes what an earlier run has left: {', '.join(self.remains)}"))
        return "\n".join(line for name, text in rows for line in _row(name, text))

    def _elsewhere(self) -> str:
        return "" if self.account.is_aws else f", at {self.account.host}, which is not AWS"

    def _asked(self) -> list[Question]:
        there = {Needs.NOTHING: True, Needs.DOMAIN: bool(self.domain), Needs.KEY: bool(self.key)}
        return [one for one in self.questions.values() if there[one.needs]]

    def _asks(self) -> str:
        asked = self._asked()
        missing = sorted({one.needs.value for one in self.questions.values()} - {one.needs.value for one in asked})
        left_open = (
            f"; not asked without {' and '.join(missing)}: {len(self.questions) - len(asked)}" if missing else ""
        )
        return f"{len(asked)} questions{left_open}"

    def _changes(self) -> str:
        if not self.domain:
            return "nothing that was there before"
        return (
            f"the domain {self.domain}: dictionaries are associated with it and taken off again, one after the other. "
            "No index uses them, and by all that is known that takes no blue/green deployment. "
            "Meanwhile the domain takes no other change."
        )

    def _minutes(self) -> int:
        asked = self._asked()
        imports, associations = sum(one.imports for one in asked), sum(one.associations for one in asked)
        seconds = SECONDS_OF_IMPORT * imports + SECONDS_OF_ASSOCIATION * associations + SECONDS_BESIDES * len(asked)
        return round(seconds / 60)


def _row(name: str, text: str) -> list[str]:
    lines = textwrap.wrap(text, WIDTH) or [""]
    return [f"  {name if number == 0 else '':<{COLUMN}}{line}" for number, line in enumerate(lines)]
