"""What a report must not hold: account ids, credentials, signatures, and whatever is not this tool's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from verification.ours import is_ours
from verification.question import Answer, Question

ACCOUNT, ANOTHER_ACCOUNT, PRINCIPAL = "<account>", "<another account>", "<principal>"
ANOTHER_PACKAGE = "<a package that is not ours>"
_PATTERNS = (
    # Who called is in the messages of denials.
    # A name of a user or session may hold a comma, and an email address.
    (re.compile(r"arn:[\w-]+:(iam|sts):[^\s\"']*"), PRINCIPAL),
    # S3 names the account's own key, aws/s3, when an object is encrypted with it.
    (re.compile(r"arn:[\w-]+:kms:[^\s\"',]*"), "<a key of KMS>"),
    (re.compile(r"[\w.+=-]+@[\w-]+(\.[\w-]+)+"), "<email>"),
    (re.compile(r"\b(AKIA|ASIA|AROA|AIDA|AIPA|ANPA|AGPA)[A-Z0-9]{12,}\b(:[\w+=,.@-]+)?"), "<key id>"),
    (re.compile(r"((?:Signature|Security-Token|Credential)=)[^&\s\"']+", re.IGNORECASE), r"\1<removed>"),
    (re.compile(r"(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])"), ANOTHER_ACCOUNT),
)
# What DescribeDomain tells besides is about the domain's owner: its endpoint, network, access policy and log groups.
DOMAIN_MEMBERS = (
    *("Created", "Deleted", "Processing", "UpgradeProcessing", "EngineVersion", "DomainProcessingStatus"),
    "ChangeProgressDetails",
)
OF_TRANSFER = ("ResponseMetadata", "Body")
LISTS = ("PackageDetailsList", "DomainPackageDetailsList")


class Redaction:
    """Replaces what must not be told.

    `names` are texts and what stands for each; the longest is replaced first. A package is told of where it is this
    tool's, and where it is AWS's own.
    """

    def __init__(self, account: str, names: Mapping[str, str]) -> None:
        dashed = "-".join(account[place : place + 4] for place in range(0, len(account), 4))  # as the console shows it
        replaced = {account: ACCOUNT, dashed: ACCOUNT, **names}
        self._names = sorted(((text, name) for text, name in replaced.items() if text), key=lambda one: -len(one[0]))

    def of_text(self, text: str) -> str:
        """A text without them."""
        for found, name in self._names:
            text = text.replace(found, name)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text

    def of(self, answer: Answer, question: Question) -> Answer:
        """An answer without them. A value that the question knows is kept: a domain may be called `new`."""
        is_free = isinstance(answer.value, str) and answer.value not in question.meanings
        value = self.of_text(answer.value) if is_free else answer.value
        return Answer(value, self.of_text(answer.evidence))

    def of_parameters(self, parameters: Mapping[str, Any]) -> Any:
        """What a call says."""
        return self._plain({name: value for name, value in parameters.items() if name != "Body"})

    def of_answer(self, answer: Mapping[str, Any]) -> Any:
        """What AWS answers: verbatim but for what must not be told, and for the bytes and the time of the transfer."""
        told = {name: self._told(name, value) for name, value in answer.items() if name not in OF_TRANSFER}
        return self._plain(told)

    def _told(self, name: str, value: Any) -> Any:
        if name == "DomainStatus":
            return {member: value[member] for member in DOMAIN_MEMBERS if member in value}
        if name in LISTS:
            return list(self._packages(value))
        return value

    def _packages(self, listed: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
        for one in listed:
            yield one if is_ours(one) or str(one.get("PackageID", "")).startswith("G") else ANOTHER_PACKAGE

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._plain(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(one) for one in value]
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, bool | int | float) or value is None:
            return value
        return self.of_text(str(value))
