"""The benchmark of a whole regional quota."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from benchmarks import claims
from benchmarks.quota import BURST, PACKAGES, Throttled, deploy


def test_the_service_takes_so_many_calls_a_second_and_a_burst() -> None:
    now = 0.0
    service = Throttled(lambda: now, rate=2)
    for _ in range(BURST):
        service.cross("DescribePackages", dict)
    with pytest.raises(ClientError, match="ThrottlingException"):
        service.cross("DescribePackages", dict)
    service.cross("HeadObject", dict)  # of another service
    now = 0.5
    service.cross("DescribePackages", dict)
    assert (service.taken, service.throttled) == (BURST + 1, 1)


def test_a_stack_that_uses_the_whole_quota_takes_hardly_longer_than_one_package() -> None:
    one, every = deploy(1, 5), deploy(PACKAGES, 5)
    assert every.throttled > PACKAGES, "the service throttles"
    assert [claim.text for claim in claims.of_quota(one, every, 5) if not claim.holds] == []
