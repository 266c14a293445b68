"""Grants on a key by the CDK's own ``IKey.grant``, kept until a policy takes them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Stack
from aws_cdk.aws_iam import AddToPrincipalPolicyResult, IPrincipal, IRole, PolicyStatement, PrincipalPolicyFragment
from aws_cdk.aws_kms import IKey
from constructs import Construct

from .findings import acknowledge_wildcard

if TYPE_CHECKING:
    from .provider import IPackageProvider


def grant_key(
    policy: Construct, key: IKey, provider: "IPackageProvider", actions: Sequence[str]
) -> list[PolicyStatement]:
    """Returns the statements that ``provider`` needs, and allows them in the policy of the key where that is needed.

    The key knows best: an alias stands for a key whose ARN is not known, and IAM ignores an alias as a resource.

    Args:
        policy: The construct that the statements are for.
        key: A key or an alias.
        provider: The provider, whose role a key's policy has to name; where it is not known, none does.
        actions: What is allowed.
    """
    if provider.role is not None:
        recipient = _Recipient(policy, provider.role)
        key.grant(recipient, *actions)
        if recipient.statements:
            return recipient.statements
    if not hasattr(key, "alias_name"):
        return [PolicyStatement(actions=[*actions], resources=[key.key_arn])]
    # What an alias grants with the feature flag @aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal; without it,
    # one that is imported by its name grants nothing.
    alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": key.alias_name}}
    return [PolicyStatement(actions=[*actions], resources=[_any_key(policy)], conditions=alias)]


def acknowledge_alias(policy: Construct, key: IKey) -> None:
    """Says why ``policy`` has a wildcard for a key that is an alias."""
    if hasattr(key, "alias_name"):
        acknowledge_wildcard(policy, _any_key(policy), "The condition of the statement names the alias of the key.")


def _any_key(scope: Construct) -> str:
    return Stack.of(scope).format_arn(service="kms", resource="key", resource_name="*")


@jsii.implements(IPrincipal)
class _Recipient:
    """The role, but for what is added to its policies: that is kept here."""

    def __init__(self, policy: Construct, principal: IRole) -> None:
        self._policy = policy
        self._principal = principal
        self.statements: list[PolicyStatement] = []

    @property
    def grant_principal(self) -> IPrincipal:
        return self

    @property
    def assume_role_action(self) -> str:
        return self._principal.assume_role_action

    @property
    def principal_account(self) -> str | None:
        return self._principal.principal_account

    @property
    def policy_fragment(self) -> PrincipalPolicyFragment:
        return self._principal.policy_fragment

    def add_to_principal_policy(self, statement: PolicyStatement) -> AddToPrincipalPolicyResult:
        self.statements.append(statement)
        return AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self._policy)
