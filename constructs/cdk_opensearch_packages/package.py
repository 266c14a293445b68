"""A package of Amazon OpenSearch Service."""

from typing import Protocol

from aws_cdk import Duration, IResource, RemovalPolicy
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_opensearchservice import EngineVersion
from constructs import Construct

from . import checks
from .arguments import check_length, check_type
from .configuration import PackageConfiguration, configuration_property
from .custom_resource import declare_custom_resource, policy_of, provider_for
from .imported_package import PackageById, PackageByName
from .names import check_name_is_free
from .package_attributes import PackageAttributes
from .package_type import PackageType
from .provider import IPackageProvider
from .source import PackageSource
from .version_fingerprint import VersionFingerprint


class IPackage(IResource, Protocol):
    """A package, whether this app manages it or something else does."""

    @property
    def package_id(self) -> str:
        """The ``PackageID``; indexes name it, in paths such as ``analyzers/F123456789``.

        One that is referred to by its name has none before it is associated: an error says so.
        """

    @property
    def package_version(self) -> str | None:
        """The version that is available, such as ``v2``, or None where it is not known."""


class Package(PackageAttributes):
    """A package of Amazon OpenSearch Service: a dictionary, a plugin, a license or a configuration.

    A changed source makes a new version of the same package, so indexes keep working with its id. A changed name,
    type, engine version or vending makes a new package.

    See https://docs.aws.amazon.com/opensearch-service/latest/developerguide/custom-packages.html

    Args:
        scope: The construct that the package belongs to.
        id: The name of the construct within ``scope``.
        package_type: What the package is.
        source: Where its content comes from.
        package_name: The name at the service, 3 to 256 characters: a lower-case letter, then lower-case letters,
            digits and hyphens. Default: a name made from the stack and the logical id, stable and unique.
        description: What people should know about the package, at most 700 characters. Default: no description.
        engine_version: The engine that a plugin was built for; for plugins only, and required there. Default: the
            package works with every engine version.
        commit_message: What is recorded with the version that an update makes, at most 120 characters; the service
            takes none for the first version. Default: no message.
        configuration: What a plugin requires of the domains that install it; for plugins only. Default: nothing.
        encryption_key: The key that encrypts the package at the service. The provider is allowed to use it; the
            policy of a key of another account has to allow that too. Default: a key that AWS owns.
        vending_enabled: Whether the package may be given to other accounts. Default: the service decides.
        removal_policy: What happens to the package when it leaves the stack. Default: it is deleted.
        adopt: The ``PackageID`` of a package that exists, to take over instead of making one: it keeps its id, and gets
            the source as a further version. Its name (where one is given), type and engine version must be these. It
            matters when the resource is created, and never again. Default: a new package is made.
        adopt_from: The resource that manages the package of ``adopt`` so far, as the mark in its description names it:
            ``<stack name>/<logical id>``. Agrees that this one takes it over. Default: only a package that nothing
            manages, or that was this resource's own, is adopted.
        timeout: How long a deployment waits for the service, from one minute to one hour. Default: one hour.
        provider: The provider that manages the package. It cannot be changed once the package exists. Default: the
            one that the packages of the stack share.

    Raises:
        TypeError: An option is of another type.
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
        adopt: str | None = None,
        adopt_from: str | None = None,
        provider: IPackageProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        check_type("package_type", package_type, PackageType, "a PackageType", optional=False)
        takes = "a PackageSource, such as PackageSource.from_asset(path)"
        check_type("source", source, PackageSource, takes, optional=False)
        checks.check_name(self, package_name)
        check_length("description", description, 700)
        check_length("commit_message", commit_message, 120)
        checks.check_engine_version(package_type, engine_version)
        checks.check_configuration(package_type, configuration)
        checks.check_encryption_key(self, package_type, encryption_key)
        check_type("vending_enabled", vending_enabled, bool, "True or False")
        checks.check_adoption(adopt, adopt_from)
        check_name_is_free(self, package_name, package_type, engine_version)
        provider = provider_for(self, provider)
        config = source._bind(self, package_type, engine_version)
        policy = policy_of(self, provider)
        if config.s3_object is not None:
            policy.read_object(config.s3_object)
        if encryption_key is not None:
            policy.encrypt_packages(encryption_key)
        makes_a_version: dict[str, object] = {
            **config.properties,
            "PackageDescription": description or None,
            "PackageConfiguration": configuration and configuration_property(configuration),
            "PackageEncryptionOptions": encryption_key
            and {"EncryptionEnabled": True, "KmsKeyIdentifier": encryption_key.key_arn},
        }
        self._version_fingerprint = VersionFingerprint(self, config.content_hash, makes_a_version)
        self._given_name = package_name or None
        self._engine_version = engine_version
        self._resource = declare_custom_resource(
            self,
            "Custom::OpenSearchPackage",
            {
                "PackageName": package_name or None,
                "PackageType": package_type.value,
                **makes_a_version,
                "CommitMessage": commit_message or None,
                "EngineVersion": engine_version and engine_version.version,
                "PackageVendingOptions": None if vending_enabled is None else {"VendingEnabled": vending_enabled},
                "AdoptPackageID": adopt or None,
                "AdoptFrom": adopt_from or None,
            },
            provider=provider,
            timeout=timeout,
            removal_policy=removal_policy,
        )

    @staticmethod
    def from_package_id(
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        package_id: str,
    ) -> IPackage:
        """Refers to a package that something else manages; its version is not known.

        Args:
            scope: The construct that the reference belongs to.
            id: The name of the reference within ``scope``.
            package_id: The ``PackageID``, such as ``F123456789``.

        Raises:
            ValueError: ``package_id`` cannot be the id of a package.
        """
        return PackageById(scope, id, package_id, None)

    @staticmethod
    def from_package_attributes(
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        package_id: str,
        package_version: str | None = None,
    ) -> IPackage:
        """Refers to a package that something else manages.

        Args:
            scope: The construct that the reference belongs to.
            id: The name of the reference within ``scope``.
            package_id: The ``PackageID``, such as ``F123456789``.
            package_version: The version that is available, such as ``v2``. Default: not known, so nothing in this app
                changes with it.

        Raises:
            ValueError: ``package_id`` cannot be the id of a package.
        """
        return PackageById(scope, id, package_id, package_version)

    @staticmethod
    def from_package_name(
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        package_name: str,
    ) -> IPackage:
        """Refers to the package of a name that fits the engine version of the domain it is associated with.

        That is AWS's own plugins, such as ``analysis-nori``: their ids differ in every Region and engine version. Or
        it is one's own plugin across an upgrade of the domain. Which package it is, each deployment of the association
        looks up; so ``package_id`` is an error, and the id is ``association.package_id(package)``. Where the package
        is made in the same app, nothing says so: let the association depend on it with
        ``association.node.add_dependency(package)``, or give the association the ``Package`` itself.

        See https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-plugins.html

        Args:
            scope: The construct that the reference belongs to.
            id: The name of the reference within ``scope``.
            package_name: The name at the service, such as ``analysis-nori``.

        Raises:
            TypeError: ``package_name`` is no string.
            ValueError: ``package_name`` cannot be the name of a package.
        """
        return PackageByName(scope, id, package_name)
