"""Packages that are installed on a domain."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import CfnResource, Duration, RemovalPolicy, Resource
from aws_cdk.aws_iam import IRole
from aws_cdk.aws_opensearchservice import IDomain
from constructs import Construct, IConstruct

from .arguments import check_type, wrong_type
from .associated_package import AssociatedPackage, associated_packages, is_package, reference_to
from .association_checks import check_package
from .association_policy import AssociationPolicy
from .attribute_of_package import attribute_of_package
from .custom_resource import declare_custom_resource, provider_for
from .domain import domain_of
from .identity import identity_of
from .imported_package import PackageByName
from .package import IPackage
from .provider import IPackageProvider
from .version_for import version_for

# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-packages.html has no other form of a path.
_BEFORE_ID_IN_PATH = "analyzers/"


class PackageAssociation(Resource):
    """Packages that are installed on a domain of Amazon OpenSearch Service.

    All of them reach the domain in one change, so plugins cost one blue/green deployment and not one each. (Two
    associations with plugins for one domain wait for each other, and an hour may be too short for both.) A package
    that gets a new version or is added to the list is associated, one that leaves the list is dissociated, and the
    rest stays as it is. What is not in the list is never touched. Before a package leaves the list, no index may use it
    any more: the service refuses to dissociate a dictionary that an index uses, and the domain hangs while a plugin is
    dissociated that an index uses.

    A new version of a package of the same stack, or of one that is nested in it or that it is nested in, reaches the
    domain in the deployment that makes it. In another stack than the package, it does so when the association's stack
    is deployed, where synthesis can tell new content from old: for a file, for a text, and for an object with
    ``object_version`` or ``source_hash``; otherwise there is a warning at synthesis. Such a package cannot be replaced
    by another one (another name, type or engine version) while the association uses it: CloudFormation changes no id
    that another stack imports.

    See https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-packages.html,
    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-plugins.html,
    https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_AssociatePackages.html and
    https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DissociatePackages.html

    Args:
        scope: The construct that the association belongs to.
        id: The name of the construct within ``scope``. Before you give it another name, see ``removal_policy``.
        domain: The domain. Another domain takes another association: the packages reach it before they leave the old
            one (with ``wait=False``, it has accepted them). A domain that ``Domain.from_domain_endpoint`` imports goes
            by its own name, without the ``search-`` or ``vpc-`` of the endpoint.
        packages: The packages, 1 to 20, in any order, which may change (but see ``package_version`` about other
            stacks). An ``AssociatedPackage`` stands for one with prerequisites or a role for a key store. A
            prerequisite that another association puts on the domain does not come first by itself: let this one depend
            on the other with ``association.node.add_dependency(other)``.
        wait: Whether a deployment waits until the packages are on the domain. Without that it goes on as soon as the
            service has accepted the change, for which a busy domain is waited for all the same. What is not known then,
            such as ``package_version`` of a package that was not there before, is an empty string until a property
            changes, and nobody is told of what fails later. For domains whose blue/green deployment takes longer than
            the hour that CloudFormation waits at most. When the association is deleted, it waits in any case. Default:
            it waits.
        timeout: How long a deployment waits for the domain, from one minute to one hour. Default: one hour.
        removal_policy: What happens to the packages on the domain when the association leaves the stack. Default: they
            leave the domain. So they do when the association gets another ``id`` or moves into another construct: it is
            deleted after the new one was made, which found the packages on the domain. A package that goes from one
            association to another in one deployment also leaves it, for a while or for good. Set
            ``RemovalPolicy.RETAIN`` in a deployment before; docs/associations.md has the steps.
        provider: The provider that associates the packages. It cannot be changed once the association exists. Default:
            the one that the packages of the stack share.

    Raises:
        TypeError: An option is of another type.
        ValueError: An option is wrong in a way that is known at synthesis; the message says what to change.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        domain: IDomain,
        packages: Sequence[IPackage | AssociatedPackage],
        wait: bool = True,
        timeout: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
        provider: IPackageProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        target = domain_of(self, domain)
        associated = associated_packages(packages)
        check_type("wait", wait, bool, "True or False", optional=False)
        for one in associated:
            check_package(self, one, target)
        provider = provider_for(self, provider)
        policy = AssociationPolicy.get_or_create(self.stack, provider, target)
        policy.associate_packages(target.arn)
        roles = [one.key_access_role for one in associated if one.key_access_role is not None]
        for role in roles:
            policy.pass_key_access_role(role.role_arn)
        self._packages = [one.package for one in associated]
        self._resource = declare_custom_resource(
            self,
            "Custom::OpenSearchPackageAssociation",
            {
                "DomainName": target.name,
                "Packages": [_entry(self, one) for one in associated],
                "Wait": None if wait else False,
            },
            provider=provider,
            timeout=timeout,
            removal_policy=removal_policy,
        )
        policy.is_for(cast(CfnResource, self.node.default_child))
        self._come_after(domain, policy, roles)

    @property
    def association_id(self) -> str:
        """What ``Ref`` gives: the association's own id, another one for another domain. Returns a token."""
        return self._resource.ref

    def package_id(self, package: IPackage) -> str:
        """Returns a token: the ``PackageID`` of a package of the list, also of one that is known by its name.

        For one that is known by its name, what ``package_version`` says about other stacks goes here, too.

        Raises:
            TypeError: ``package`` is no package.
            ValueError: ``package`` is not in the list.
        """
        return self._attribute("PackageID", package, "")

    def reference_path(self, package: IPackage) -> str:
        """Returns a token: where a dictionary is on the domain, such as ``analyzers/F123456789``.

        An analyzer of an index says it as its ``synonyms_path``, ``stopwords_path`` or ``user_dictionary``.

        Another stack may use it, and is then deployed after the association's. The path is written from the
        ``PackageID`` there, so whatever changes in ``packages`` changes no export that the other stack imports. For a
        package that is known by its name, what ``package_version`` says about other stacks goes here, too.

        Raises:
            TypeError: ``package`` is no package.
            ValueError: ``package`` is not in the list.
        """
        return self._attribute("ReferencePath", package, _BEFORE_ID_IN_PATH)

    def package_version(self, package: IPackage) -> str:
        """Returns a token: the version on the domain, such as ``v2``.

        It is for the association's own stack. CloudFormation neither changes nor deletes what another stack imports, so
        that stack would refuse new versions, and another order of ``packages``. It exports no empty string either,
        which is what ``wait=False`` may give. Hand it over by a parameter of SSM.

        Raises:
            TypeError: ``package`` is no package.
            ValueError: ``package`` is not in the list.
        """
        return self._attribute("PackageVersion", package)

    def domain_package_status(self, package: IPackage) -> str:
        """Returns a token: the status of a package on the domain after the last deployment, such as ``ACTIVE``.

        It is for the association's own stack, as ``package_version`` is.

        Raises:
            TypeError: ``package`` is no package.
            ValueError: ``package`` is not in the list.
        """
        return self._attribute("DomainPackageStatus", package)

    def _attribute(self, name: str, package: IPackage, before_id: str | None = None) -> str:
        """Returns a token. With ``before_id``, the attribute consists of that and of the ``PackageID``."""
        if not is_package(package):
            raise wrong_type("package", package, "one of the association's packages")
        identity = identity_of(package)
        places = [place for place, one in enumerate(self._packages) if identity.is_same_as(identity_of(one))]
        if not places:
            known = ", ".join(f"'{one.node.path}'" for one in self._packages)
            raise ValueError(
                f"'package' must be one of the association's packages {known}, got '{package.node.path}'; add it to "
                "'packages'"
            )
        listed = self._packages[places[0]]
        attribute = self._resource.get_att_string(f"{name}.{places[0]}")
        if before_id is None or isinstance(listed, PackageByName):
            return attribute
        return attribute_of_package(self, here=attribute, elsewhere=f"{before_id}{listed.package_id}")

    def _come_after(self, domain: IDomain, policy: AssociationPolicy, roles: Sequence[IRole]) -> None:
        """Lets the domain and what is allowed there be complete before, and stay until the packages have left.

        Access policies of the domain are a change of it, and it takes one change at a time.
        """
        before: list[IConstruct] = [policy, *roles]
        if not self.node.path.startswith(f"{domain.node.path}/"):
            before.append(domain)
        self._resource.node.add_dependency(*before)


def _entry(association: PackageAssociation, associated: AssociatedPackage) -> dict[str, object]:
    """What the property ``Packages`` says of a package."""
    role = associated.key_access_role
    prerequisites = [value for one in associated.prerequisites for value in reference_to(one).values()]
    return {
        **reference_to(associated.package),
        "PackageVersion": version_for(association, associated.package),
        "PrerequisitePackageIDList": prerequisites or None,
        "AssociationConfiguration": role
        and {"KeyStoreAccessOption": {"KeyAccessRoleArn": role.role_arn, "KeyStoreAccessEnabled": True}},
    }
