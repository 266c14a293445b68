"""What ministack's CloudFormation passes over in a template: a role's permissions boundary, and a function's VPC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Provisioned = tuple[str, dict[str, Any]]
Apply = Callable[[str, dict[str, Any]], None]
# Where the properties are among the arguments of ministack's functions.
OF_CREATE, OF_UPDATE = 1, 2


def complete(handlers: dict[str, dict[str, Any]]) -> None:
    """Complete ministack's `_RESOURCE_HANDLERS`."""
    for resource_type, apply in (("AWS::IAM::Role", _set_boundary), ("AWS::Lambda::Function", _set_vpc)):
        handler = handlers[resource_type]
        handler["create"] = _and_then(handler["create"], apply, OF_CREATE)
        handler["update"] = _and_then(handler["update"], apply, OF_UPDATE)


def _and_then(original: Callable[..., Provisioned], apply: Apply, place: int) -> Callable[..., Provisioned]:
    def provision(*positional: Any) -> Provisioned:
        name, attributes = original(*positional)
        apply(name, positional[place])
        return name, attributes

    return provision


def _set_boundary(name: str, properties: dict[str, Any]) -> None:
    from ministack.services import iam  # noqa: PLC0415 - reads its environment when imported

    iam._roles[name]["PermissionsBoundary"] = properties.get("PermissionsBoundary")


def _set_vpc(name: str, properties: dict[str, Any]) -> None:
    from ministack.services import lambda_svc  # noqa: PLC0415 - the same

    vpc = lambda_svc._vpc_config_with_id(properties.get("VpcConfig"))
    lambda_svc._functions[name]["config"]["VpcConfig"] = vpc
