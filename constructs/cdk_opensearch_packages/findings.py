"""Reasons for what a check of the app, such as cdk-nag, finds in what this library makes."""

import re
from typing import Any

import aws_cdk
from aws_cdk import Stack
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Says why ``construct`` is right although ``rule`` finds fault with it.

    An older CDK has no acknowledgements of findings; they are left out there.
    """
    validations = getattr(aws_cdk, "Validations", None)
    if validations is not None:
        validations.of(construct).acknowledge(aws_cdk.Acknowledgment(id=rule, reason=reason))


def acknowledge_wildcard(policy: IConstruct, resource: str, reason: str) -> None:
    """Says why ``policy`` allows something on ``resource``, which is an ARN with a wildcard."""
    written = _as_cdk_nag_writes(Stack.of(policy).resolve(resource))
    acknowledge(policy, f"AwsSolutions-IAM5[Resource::{written}]", reason)


def _as_cdk_nag_writes(value: Any) -> str:
    match value:
        case {"Fn::Join": [separator, [*parts]]}:
            return str(separator).join(map(_as_cdk_nag_writes, parts))
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^!][^}]*)\}", r"<\1>", text)
        case {"Fn::GetAtt": [*names]}:
            return f"<{'.'.join(names)}>"
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return str(value)
