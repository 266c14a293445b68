"""The principal of a provider whose role is not known here: it grants to nobody and says what to grant.

The CDK's own ``UnknownPrincipal`` does the same, but a bucket cannot be granted to it: it belongs to no account.
"""

import json

import jsii
from aws_cdk import Annotations, Stack
from aws_cdk.aws_iam import AddToPrincipalPolicyResult, IPrincipal, PolicyStatement, PrincipalPolicyFragment
from constructs import Construct, DependencyGroup


@jsii.implements(IPrincipal)
class UnknownRole:
    """Stands for the role of an imported provider."""

    def __init__(self, provider: Construct) -> None:
        self._provider = provider

    @property
    def grant_principal(self) -> IPrincipal:
        """The principal to grant to: this one."""
        return self

    @property
    def assume_role_action(self) -> str:
        """The action with which the role is assumed."""
        return "sts:AssumeRole"

    @property
    def principal_account(self) -> str | None:
        """The account of the role, taken to be the one of the stack."""
        return Stack.of(self._provider).account

    @property
    def policy_fragment(self) -> PrincipalPolicyFragment:
        """What would name the role in the policy of a resource."""
        raise ValueError(
            f"a policy has to name the role of the provider '{self._provider.node.path}', which is not known; give it "
            "as 'role' to PackageProvider.from_service_token"
        )

    def add_to_principal_policy(self, statement: PolicyStatement) -> AddToPrincipalPolicyResult:
        """Warns instead of granting."""
        granted = json.dumps(Stack.of(self._provider).resolve(statement.to_statement_json()))
        Annotations.of(self._provider).add_warning_v2(
            "cdk-opensearch-packages:grantToUnknownRole",
            f"nothing was granted, because the role of this provider is not known: add this statement to the policy "
            f"of the role, or give the role as 'role' to PackageProvider.from_service_token: {granted}",
        )
        return AddToPrincipalPolicyResult(statement_added=True, policy_dependable=DependencyGroup())
