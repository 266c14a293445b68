"""What a question is, and what becomes of it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verification.lab import Lab

# What the answers to "is it accepted?" mean.
REFUSALS = {
    "accept": "it is accepted",
    "conflict": "it is refused with ConflictException",
    "validation": "it is refused with ValidationException",
}


class Needs(Enum):
    """What a question cannot be asked without."""

    NOTHING = ""
    DOMAIN = "a domain: DOMAIN=<name>"
    KEY = "a customer managed key of AWS KMS: KEY=<ARN>"


class UndecidedError(Exception):
    """What AWS did answers the question in none of the ways that are known; the text says what it did."""


@dataclass(frozen=True)
class Answer:
    """What AWS did.

    Attributes:
        value: a value of the field that the question settles.
        evidence: what was seen, in one sentence. The calls are recorded beside it.
    """

    value: Any
    evidence: str


@dataclass(frozen=True)
class Question:
    """One thing that is not known about the service.

    Attributes:
        asks: the question in words.
        settles: the field of `local_aws.packages.Behaviour` that the answer is a value of.
        ask: puts it to the service. Raises `UndecidedError`.
        meanings: what each answer means; empty where it is a number or a text that stands for itself.
        imports: how many imports of a package it waits for; for the estimate of the time.
        associations: how many associations and dissociations it waits for, likewise.
        needs: what it cannot be asked without.
        agrees: whether what AWS did is what the model assumes.
    """

    asks: str
    settles: str
    ask: Callable[[Lab], Answer]
    meanings: Mapping[Any, str]
    imports: int = 0
    associations: int = 0
    needs: Needs = Needs.NOTHING
    agrees: Callable[[Any, Any], bool] = operator.eq
