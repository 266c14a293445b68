"""A package of Amazon OpenSearch Service."""

from typing import Protocol

from aws_cdk import CustomResource, Duration, RemovalPolicy, Resource, Stack
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_opensearchservice import EngineVersion
from constructs import Construct, IConstruct

from . import checks
from .configuration import PackageConfiguration, configuration_property
from .grants import PackageGrants
from .package_type import PackageType
from .provider import IPackageProvider, PackageProvider
from .source import PackageSource, S3Object


class IPackage(IConstruct, Protocol):
    """A package, whether this app manages it or something else does."""

    @property
    def package_id(self) -> str:
        """The ``PackageID``: indexes name it, in paths such as ``analyzers/F123456789``."""

    @property
    def package_version(self) -> str | None:
        """The version that is available, such as ``v2``, or None where it is not known."""


class Package(Resource):
    """A package of Amazon OpenSearch Service: a dictionary, a plugin, a license or a configuration.

    A changed source makes a new version of the same package, so indexes keep working with its id. A changed name,
    type, engine version or vending makes a new package.

    See https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-packages.html

    Args:
        scope: The construct that it belongs to.
        id: Its name within ``scope``.
        package_type: What it is.
        source: Where its content comes from.
        package_name: Its name, 3 to 256 characters: a lower-case letter, then lower-case letters, digits and
            hyphens. More than 28 get a warning, because the service may refuse them. Default: made from the stack
            and the logical id, stable and unique.
        description: What people should know about it, at most 700 characters. Default: none.
        engine_version: The engine that a plugin was built for; for plugins only, and required there.
        commit_message: What is recorded with the version that an update makes, at most 120 characters; the service
            takes none for the first version. Default: none.
        configuration: What a plugin asks of the domains that install it. Default: nothing.
        encryption_key: The key that encrypts the package at the service. The provider is allowed to use it; the
            policy of a key of another account has to allow it too. Default: a key that AWS owns.
        vending_enabled: Whether other accounts may be given the package. Default: the service decides.
        removal_policy: What happens when it leaves the stack. Default: it is deleted.
        timeout: How long a deployment waits for the service, from one minute to one hour. Default: one hour.
        provider: The function that manages it. It cannot be changed once the package exists. Default: the one that
            the stack's packages share.

    Raises:
        ValueError: An option is wrong in a way that is known at synthesis; the message says what to change.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        package_type: PackageType,
        source: PackageSource,
        package_name: str | None = None,
        description: str | None = None,
        engine_version: EngineVersion | None = None,
        commit_message: str | None = None,
        configuration: PackageConfiguration | None = None,
        encryption_key: IKey | None = None,
        vending_enabled: bool | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
        timeout: Duration | None = None,
        provider: IPackageProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        timeout = timeout or Duration.hours(1)
        checks.check_name(self, package_name)
        checks.check_length("description", description, 700)
        checks.check_length("commit_message", commit_message, 120)
        checks.check_engine_version(package_type, engine_version)
        checks.check_timeout(timeout)
        config = source.bind(self, package_type, engine_version)
        provider = provider or PackageProvider.get_or_create(self)
        checks.check_region(self, provider)
        self._resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::OpenSearchPackage",
            service_token=provider.service_token,
            service_timeout=timeout,
            removal_policy=removal_policy,
            properties={
                "PackageName": package_name,
                "PackageType": package_type.value,
                **config.properties,
                "PackageDescription": description or None,
                "CommitMessage": commit_message or None,
                "EngineVersion": engine_version and engine_version.version,
                "PackageConfiguration": configuration and configuration_property(configuration),
                "PackageEncryptionOptions": encryption_key
                and {"EncryptionEnabled": True, "KmsKeyIdentifier": encryption_key.key_arn},
                "PackageVendingOptions": None if vending_enabled is None else {"VendingEnabled": vending_enabled},
            },
        )
        # Without it apply_removal_policy would not find the resource.
        self.node.default_child = self._resource.node.default_child
        # The log group and the permissions have to outlive the last request.
        self._resource.node.add_dependency(provider)
        self._grant(provider, config.s3_object, encryption_key)

    @staticmethod
    def from_package_id(
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        package_id: str,
        package_version: str | None = None,
    ) -> IPackage:
        """Refers to a package that something else manages.

        Args:
            scope: The construct that the reference belongs to.
            id: Its name within ``scope``.
            package_id: The ``PackageID``, such as ``F123456789``.
            package_version: The version that is available, such as ``v2``. Default: not known.
        """
        return _ImportedPackage(scope, id, package_id, package_version)

    @property
    def package_id(self) -> str:
        """The ``PackageID`` as a token: indexes name it, in paths such as ``analyzers/F123456789``."""
        return self._resource.ref

    @property
    def package_version(self) -> str:
        """The version that is available, such as ``v2``, as a token."""
        return self._resource.get_att_string("PackageVersion")

    @property
    def package_name(self) -> str:
        """The name, given or made, as a token."""
        return self._resource.get_att_string("PackageName")

    @property
    def package_type(self) -> str:
        """The type in the words of the API, as a token."""
        return self._resource.get_att_string("PackageType")

    @property
    def package_status(self) -> str:
        """The status after the last deployment, as a token."""
        return self._resource.get_att_string("PackageStatus")

    @property
    def package_owner(self) -> str:
        """The account that owns the package, as a token."""
        return self._resource.get_att_string("PackageOwner")

    def _grant(self, provider: IPackageProvider, s3_object: S3Object | None, key: IKey | None) -> None:
        if provider.role is None or (s3_object is None and key is None):
            return
        grants = PackageGrants.get_or_create(Stack.of(self), provider, provider.role)
        if s3_object is not None:
            grants.read_object(s3_object)
        if key is not None:
            grants.encrypt_packages(key)
        self._resource.node.add_dependency(grants)


class _ImportedPackage(Resource):
    def __init__(self, scope: Construct, construct_id: str, package_id: str, package_version: str | None) -> None:
        super().__init__(scope, construct_id)
        self.package_id = package_id
        self.package_version = package_version
