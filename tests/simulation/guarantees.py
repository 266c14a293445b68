"""The guarantees: what users rely on, whatever goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Guarantee(Enum):
    """What users rely on."""

    ONE_PACKAGE = "one request makes at most one package at a time"
    ONE_VERSION = "one request makes at most one version when its deliveries follow one another"
    ONE_CHANGE = "one request changes a domain once for all packages, unless that fails"
    PATIENT = "a domain that shows that it is busy, or has just refused or failed, is asked for nothing"
    NOTHING_FOREIGN = "nothing is written that is not this resource's"
    WAS_THERE = "what was on a domain before is there after an operation that is undone"
    IN_TIME = "a response comes before ServiceTimeout"
    REAL_ID = "the response has the real id wherever something exists"
    ONE_RESPONSE = "each invocation responds once or continues, and all deliveries of a request give the same response"
    SECRETS = "no signature and no content in a log or a response"
    LIMITS = "a response fits into CloudFormation's limit"
    RETAINED = "what a Retain policy kept stays"
    NOTHING_UNAWAITED = "a request that CloudFormation does not wait for any more writes nothing"
    NOTHING_LATE = "a request that is older than its ServiceTimeout writes nothing"
    NO_ORPHAN = "nothing is left after Delete"
    NO_COPY = "no staged copy is left"
    AS_WANTED = "SUCCESS means that all is as the template says"
    SOON = "a request is responded to as soon as its end is sure"
    NAMED = "the reason of a failure names the action that was denied"
    PASSES = "a fault that passes fails no request that has time left"


@dataclass(frozen=True)
class Violation:
    """A guarantee that did not hold."""

    guarantee: Guarantee
    what: str

    def __str__(self) -> str:
        return f"{self.guarantee.value}: {self.what}"
