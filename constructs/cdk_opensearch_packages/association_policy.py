"""What a provider may do with a domain, for the associations of a stack."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from aws_cdk import CfnResource, Stack
from constructs import Construct

from .domain import AssociatedDomain
from .stack_policy import StackPolicy, path_seen_from

if TYPE_CHECKING:
    from .provider import IPackageProvider


class AssociationPolicy(StackPolicy):
    """What one provider may do with one domain, for the associations of one stack; they alone depend on it.

    Not a statement of the ``PackagePolicy``: CloudFormation changes that before it deletes an association that has left
    the template. This one goes after the last association with its domain. See
    docs/decisions/0006-a-policy-for-each-domain.md

    Its statements have no ids: the inline policies of a role share 10,240 characters.
    """

    @classmethod
    def get_or_create(cls, stack: Stack, provider: "IPackageProvider", domain: AssociatedDomain) -> "AssociationPolicy":
        """Returns the policy that ``stack`` adds to the role of ``provider`` for ``domain``.

        It is another one for a domain of another name, also where the same construct stands for it.
        """
        name = domain.known_name
        which = ["path", path_seen_from(stack, domain.construct)] if name is None else ["name", name]
        identity = json.dumps([path_seen_from(stack, provider), *which])
        construct_id = f"OpenSearchAssociationPolicy{sha256(identity.encode()).hexdigest()[:8]}"
        found = stack.node.try_find_child(construct_id)
        return found if isinstance(found, cls) else cls(stack, construct_id, provider)

    def __init__(self, scope: Construct, construct_id: str, provider: "IPackageProvider") -> None:
        super().__init__(scope, construct_id, provider)
        self._associations: list[CfnResource] = []

    def is_for(self, association: CfnResource) -> None:
        """Lets the policy be under the condition of its associations, where all of them are under the same one.

        A domain under a condition could not be named otherwise: CloudFormation refuses to refer to what is not there.
        """
        self._associations.append(association)

    def complete(self) -> None:
        """Takes over the condition, too, now that it is known."""
        conditions = [one.cfn_options.condition for one in self._associations]
        names = {condition and condition.logical_id for condition in conditions}
        resource = self._policy.node.default_child if self._policy else None
        if isinstance(resource, CfnResource) and len(names) == 1 and conditions[0] is not None:
            resource.cfn_options.condition = conditions[0]
        super().complete()

    def associate_packages(self, domain_arn: str) -> None:
        """Allows to put packages on the domain, to take them away, and to look at what it does meanwhile."""
        actions = [
            "es:AssociatePackages",
            "es:DescribeDomain",
            "es:DescribeDomainChangeProgress",
            "es:DissociatePackages",
            "es:ListPackagesForDomain",
        ]
        self._grant(actions, domain_arn)

    def pass_key_access_role(self, role_arn: str) -> None:
        """Allows to name a role with which a package reads its keys on the domain."""
        # Which service it is passed to is not documented: a condition on iam:PassedToService might deny it.
        self._grant(["iam:PassRole"], role_arn)
