"""What a run has found: as JSON, and as a table for people."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from local_aws.packages import Behaviour
from local_aws.packages import behaviour as behaviour_module
from verification.question import Answer, Question

FORMAT = 1
AGREES, DIFFERS, OPEN = "agrees", "differs", "open"
WIDTHS = (46, 30, 30)


def assumed(question: Question) -> Any:
    """What the model does where nobody says otherwise."""
    return getattr(Behaviour(), question.settles)


def moment(seconds: float) -> str:
    """A time as reports carry it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


@dataclass
class Report:
    """What a run has found, and what it has made.

    Attributes:
        path: where it is kept; nowhere where that is `None`.
        data: what is written there.
    """

    path: Path | None
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, path: Path | None, region: str, begun: float, domain: Mapping[str, Any] | None, *, is_aws: bool
    ) -> Report:
        """A new one. Of the domain it tells the engine version alone; and whether it is AWS itself that answers."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "tool": f"cdk-opensearch-packages {version('cdk-opensearch-packages')}",
            "botocore": version("botocore"),
            "region": region,
            "is_aws": is_aws,
            "begun": moment(begun),
            "ended": None,
            "domain": {"EngineVersion": domain.get("EngineVersion")} if domain else None,
            "made": [],
            "left": [],
            "durations": {},
            "answers": {},
        }
        return cls(path, data)

    @classmethod
    def read(cls, path: Path) -> Report:
        """An older one. Raises `ValueError` where it is none."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} is not a report of `make verify-aws`: {error}") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT or "answers" not in data:
            raise ValueError(f"{path} is not a report of `make verify-aws` that this version reads.")
        return cls(path, data)

    def note(self, kind: str, name: str) -> None:
        """Keep what is about to be made, before it is."""
        self.data["made"].append({"what": kind, "name": name})
        self.save()

    def add(self, name: str, question: Question, answer: Answer, begun: float, calls: list[dict[str, Any]]) -> None:
        """Keep an answer."""
        agrees = question.agrees(assumed(question), answer.value)
        verdict = AGREES if agrees else DIFFERS
        self._add(name, question, verdict, answer.evidence, begun, calls)["seen"] = answer.value
        self.save()

    def leave_open(self, name: str, question: Question, why: str, begun: float, calls: list[dict[str, Any]]) -> None:
        """Keep that a question has no answer."""
        self._add(name, question, OPEN, why, begun, calls)
        self.save()

    def end(self, ended: float, left: list[str], durations: Iterable[tuple[str, float]]) -> None:
        """Keep how it ended."""
        self.data["ended"] = moment(ended)
        self.data["left"] = left
        waited: dict[str, list[float]] = {}
        for kind, seconds in durations:
            waited.setdefault(kind, []).append(seconds)
        self.data["durations"] = {
            kind: {"count": len(one), "least": min(one), "median": median(one), "most": max(one)}
            for kind, one in waited.items()
        }
        self.save()

    def save(self) -> None:
        """Write it, at once and as a whole."""
        if self.path:
            staging = self.path.with_suffix(".new")
            staging.write_text(json.dumps(self.data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            staging.replace(self.path)

    def _add(
        self, name: str, question: Question, verdict: str, evidence: str, begun: float, calls: list[dict[str, Any]]
    ) -> dict[str, Any]:
        told = [{**one, "at": moment(one["at"])} for one in calls]
        self.data["answers"][name] = {
            "asks": question.asks,
            "settles": question.settles,
            "assumed": assumed(question),
            "verdict": verdict,
            "evidence": evidence,
            "at": moment(begun),
            "calls": told,
        }
        added: dict[str, Any] = self.data["answers"][name]
        return added

    def verdicts(self) -> dict[str, str]:
        """The verdict on each question."""
        return {name: one["verdict"] for name, one in self.data["answers"].items()}

    def table(self, questions: Mapping[str, Question]) -> str:
        """For people: question, what the model assumes, what AWS did, and what to change."""
        rows = list(_row("question", "the model assumes", "AWS did", ""))
        for name, one in self.data["answers"].items():
            meanings = questions[name].meanings if name in questions else {}
            told = _meaning(meanings, one["seen"]) if "seen" in one else f"not known: {one['evidence']}"
            rows += _row(one["asks"], _meaning(meanings, one["assumed"]), told, one["verdict"])
        differing = [one for one in self.data["answers"].values() if one["verdict"] == DIFFERS]
        if differing:
            rows += ["", "What differs, and the line to change:", ""]
            for one in differing:
                rows += [f"  {line_to_change(one['settles'], one['seen'])}", f"      {one['evidence']}"]
        rows += ["", "How long things took, where they were waited for:", ""] if self.data["durations"] else []
        for kind, seconds in self.data["durations"].items():
            bounds = f"{seconds['least']:.1f} to {seconds['most']:.1f} s, median {seconds['median']:.1f} s"
            rows.append(f"  {kind}, {seconds['count']} times: {bounds}")
        counts = {verdict: list(self.verdicts().values()).count(verdict) for verdict in (AGREES, DIFFERS, OPEN)}
        rows += ["", ", ".join(f"{count} {verdict}" for verdict, count in counts.items())]
        if self.data.get("is_aws") is False:
            rows += ["", "It was not AWS that was asked: this says nothing about the service."]
        # Somebody else may have sent it: nothing in it may tell the terminal what to do.
        return "\n".join("".join(sign if sign.isprintable() else "\ufffd" for sign in row) for row in rows)


def line_to_change(name: str, seen: Any) -> str:
    """The line of `behaviour.py` that says the default, and what it would have to say."""
    value = json.dumps(seen) if isinstance(seen, str) else repr(seen)
    lines = Path(behaviour_module.__file__).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        declared = re.match(rf"    ({re.escape(name)}: .*) =( .*)?$", line)
        if declared:
            return f"local_aws/packages/behaviour.py:{number}: {declared[1]} = {value}"
    raise LookupError(f"Behaviour has no field {name}")


def _meaning(meanings: Mapping[Any, str], value: Any) -> str:
    return meanings.get(value, str(value) or "nothing")


def _row(*cells: str) -> Iterable[str]:
    """A row of the table, on as many lines as its longest cell needs."""
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=False)]
    for number in range(max(map(len, wrapped))):
        parts = (lines[number] if number < len(lines) else "" for lines in wrapped)
        padded = "  ".join(f"{part:<{width}}" for part, width in zip(parts, WIDTHS, strict=True))
        yield f"{padded}  {cells[-1] if number == 0 else ''}".rstrip()
