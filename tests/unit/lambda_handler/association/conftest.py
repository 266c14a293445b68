"""A shop that searches with OpenSearch."""

from __future__ import annotations

import pytest

from tests.unit.lambda_handler.association.shop import DOMAIN, ENGINE, Shop
from tests.unit.lambda_handler.harness import Cloud


@pytest.fixture
def shop(cloud: Cloud) -> Shop:
    cloud.model.add_domain(DOMAIN, ENGINE)
    return Shop(cloud)
