"""Reasons for what a check of the app, such as cdk-nag, finds in what this library makes."""

import re
from typing import Any

import aws_cdk
from aws_cdk import Stack
from constructs import IConstruct

# The packs of cdk-nag that check the baselines of frameworks. Their rules bear the same names.
BASELINES = ("HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321")


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Says why ``construct`` is right although ``rule`` finds fault with it.

    An older CDK has no acknowledgements of findings; they are left out there.
    """
    validations = getattr(aws_cdk, "Validations", None)
    if validations is not None:
        validations.of(construct).acknowledge(aws_cdk.Acknowledgment(id=rule, reason=reason))


def acknowledge_in_baselines(construct: IConstruct, rule: str, reason: str) -> None:
    """Says why ``construct`` is right although ``rule`` of the baselines' packs finds fault with it."""
    for baseline in BASELINES:
        acknowledge(construct, f"{baseline}-{rule}", reason)


def acknowledge_inline_policies(construct: IConstruct) -> None:
    """Says why the policies below ``construct`` are no managed ones."""
    reason = "It allows one role what one construct needs, and is made, changed and deleted with that construct."
    acknowledge_in_baselines(construct, "IAMNoInlinePolicy", reason)


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
