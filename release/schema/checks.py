"""What the rules for cfn-lint need in order to run the provider's own checks, where there is no botocore."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from release.schema.model import member_of
from release.schema.resource_type import ResourceType


def checks(resource_types: Iterable[ResourceType], model: ServiceModel) -> dict[str, Any]:
    """The resource types, and the part of the API's model that their tables name.

    Args:
        resource_types: the types that the provider serves.
        model: botocore's model of the service.
    """
    resource_types = [*resource_types]
    return {
        "resourceTypes": {one.name: _resource_type(one) for one in resource_types},
        "requests": _requests(resource_types, model),
    }


def _resource_type(one: ResourceType) -> dict[str, Any]:
    said: dict[str, Any] = {
        "read": f"{one.read.__module__}:{one.read.__qualname__}",
        "attributes": [*one.attributes],
    }
    if listed := one.attributes_of_each:
        said["attributesOfEach"] = {"property": listed, "most": one.limits[listed]["maxItems"]}
    return said


def _requests(resource_types: Iterable[ResourceType], model: ServiceModel) -> dict[str, Any]:
    """The members that the tables name, and those that others are checked by, too, by their requests."""
    found: dict[str, dict[str, Any]] = {}
    for one in resource_types:
        named = [described.shape for described in one.table.values() if described.shape]
        for request, member in (*named, *chain(*one.like.values())):
            found.setdefault(request, {})[member] = _written(member_of(model, request, member))
    return found


def _written(shape: Shape) -> dict[str, Any]:
    """A shape under the names of botocore's own attributes."""
    written: dict[str, Any] = {"type_name": shape.type_name}
    if isinstance(shape, StructureShape):
        written["required_members"] = shape.required_members
        written["members"] = {name: _written(member) for name, member in shape.members.items()}
    elif isinstance(shape, ListShape):
        written["member"] = _written(shape.member)
    else:
        rules = ("enum", "min", "max", "pattern")
        written["metadata"] = {name: shape.metadata[name] for name in rules if shape.metadata.get(name)}
    return written
