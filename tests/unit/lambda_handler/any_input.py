"""Any input: values that a template or AWS may say, and what has to be true of the response to all of them."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lambda_handler.cloudformation.response import LONGEST_BODY
from tests.support.responses import Response

some_text = st.text(st.characters(), max_size=60)  # half surrogates and control characters, too
repeatedly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def scalars_and(*likely: str) -> st.SearchStrategy[Any]:
    """Scalars of JSON, and some that are likely to be taken for right."""
    return st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), some_text, st.sampled_from(likely))


def json_of(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any JSON of these scalars."""
    return st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(some_text, inner, max_size=3)),
        max_leaves=6,
    )


def check(response: Response) -> None:
    """It is within CloudFormation's limits, and can be shown in XML."""
    assert response.status in ("SUCCESS", "FAILED")
    assert (response.status == "FAILED") == bool(response.reason)
    assert 0 < response.size <= LONGEST_BODY
    assert response.physical_id
    assert all(isinstance(value, str) for value in response.attributes.values())
    for text in (response.reason, *response.attributes.values()):
        assert not [letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs")]


class LambdaLog(logging.Handler):
    """Lambda's own handler: what it cannot write ends the invocation."""

    def emit(self, record: logging.LogRecord) -> None:
        self.format(record).encode()


@contextmanager
def lambdas_log() -> Iterator[None]:
    """Log as Lambda does."""
    log = LambdaLog()
    logging.getLogger().addHandler(log)
    yield
    logging.getLogger().removeHandler(log)
