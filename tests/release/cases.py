"""Properties of each resource type: good ones, and mistakes of every kind, with what the provider makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.session import get_session

from lambda_handler.association import properties as association_properties
from lambda_handler.errors import PropertyError
from lambda_handler.ownership import Owner
from lambda_handler.package import properties as package_properties
from release.schema.associations import ASSOCIATION
from release.schema.packages import PACKAGE
from release.schema.resource_type import ResourceType
from tests.release import associations, packages

MODEL = get_session().get_service_model("opensearch")
OWNER = Owner("arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1", "Words", "request")
Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Cases:
    """The cases of a resource type.

    Attributes:
        type: the resource type.
        good: what the provider accepts, by its name.
        mistakes: what it refuses, by its name.
        parse: how the provider reads what CloudFormation delivers.
    """

    type: ResourceType
    good: Mapping[str, Properties]
    mistakes: Mapping[str, Properties]
    parse: Callable[[dict[str, Any]], object]

    def accept(self, properties: Properties) -> None:
        """Has the provider read these properties, which it has to accept."""
        self.parse(delivered({"ServiceToken": "arn", **properties}))

    def refusal(self, properties: Properties) -> list[str]:
        """Everything that the provider says of these properties, which it has to refuse."""
        with pytest.raises(PropertyError) as error:
            self.accept(properties)
        return str(error.value).split("; ")


PACKAGES = Cases(PACKAGE, packages.GOOD, packages.MISTAKES, lambda raw: package_properties.parse(raw, OWNER, MODEL))
ASSOCIATIONS = Cases(
    ASSOCIATION, associations.GOOD, associations.MISTAKES, lambda raw: association_properties.parse(raw, MODEL)
)
ALL = (PACKAGES, ASSOCIATIONS)
GOOD = [pytest.param(one, name, id=f"{one.type.slug}-{name}") for one in ALL for name in one.good]
MISTAKES = [pytest.param(one, name, id=f"{one.type.slug}-{name}") for one in ALL for name in one.mistakes]


def delivered(value: Any) -> Any:
    """What CloudFormation makes of a value: every scalar becomes a string."""
    if isinstance(value, dict):
        return {name: delivered(one) for name, one in value.items()}
    if isinstance(value, list):
        return [delivered(one) for one in value]
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
