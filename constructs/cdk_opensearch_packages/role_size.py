"""How much of what a role can hold its inline policies take.

The limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from aws_cdk import Annotations, Stack
from aws_cdk.aws_iam import Policy
from constructs import IConstruct

if TYPE_CHECKING:
    from .provider import IPackageProvider

_INLINE_POLICIES = 10_240
# What CloudFormation puts in the place of these is at least as long.
_SHORTEST = {"AWS::Partition": 3, "AWS::AccountId": 12, "AWS::Region": 9, "AWS::StackId": 60}
_SHORTEST_ARN = len("arn:aws:s3:::abc")


# Of each provider, the policies that stacks of the app add to its role.
_ADDED: WeakKeyDictionary["IPackageProvider", list[Policy]] = WeakKeyDictionary()


def count_policy(provider: "IPackageProvider", policy: Policy) -> None:
    """Says that ``policy`` will be one of the role's."""
    _ADDED.setdefault(provider, []).append(policy)


def check_role_size(scope: IConstruct, provider: "IPackageProvider") -> None:
    """Makes it an error when the policies of the app certainly have no room in the role of ``provider``."""
    own = [child for child in provider.node.children if isinstance(child, Policy)]
    size = sum(least_size(policy) for policy in (*own, *_ADDED.get(provider, [])))
    if size > _INLINE_POLICIES:
        Annotations.of(scope).add_error(
            f"'provider' has a role whose inline policies hold {_INLINE_POLICIES:,} characters, got at least {size:,} "
            "for its packages and associations in this app; give some of them another provider, or put the objects of "
            "packages under shorter keys"
        )


def least_size(policy: Policy) -> int:
    """The characters that a policy has at least; IAM counts no white space."""
    resolved = Stack.of(policy).resolve(policy.document.to_json())
    return len(json.dumps(_shortest(resolved), separators=(",", ":")))


def _shortest(value: Any) -> Any:
    """The document with the shortest text in the place of what only CloudFormation knows."""
    if isinstance(value, list):
        return [_shortest(one) for one in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["Ref"]:
        return "x" * _SHORTEST.get(value["Ref"], 1)
    if list(value) == ["Fn::Join"]:
        separator, parts = value["Fn::Join"]
        return separator.join(str(_shortest(part)) for part in parts) if isinstance(parts, list) else "x"
    if list(value) == ["Fn::GetAtt"] and value["Fn::GetAtt"][1] == "Arn":
        return "x" * _SHORTEST_ARN
    if len(value) == 1 and next(iter(value)).startswith("Fn::"):
        return "x"
    return {key: _shortest(one) for key, one in value.items()}
