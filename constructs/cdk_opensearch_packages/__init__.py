"""Amazon OpenSearch Service packages for the AWS CDK: made, kept current, and installed on domains.

A changed file becomes the next version of the same package, and reaches the domain in the same deployment::

    synonyms = Package(
        self,
        "Synonyms",
        package_type=PackageType.TXT_DICTIONARY,
        source=PackageSource.from_asset("dictionaries/synonyms.txt"),
    )
    association = PackageAssociation(self, "ShopSynonyms", domain=domain, packages=[synonyms])
    association.reference_path(synonyms)  # for the synonyms_path of an analyzer

AWS's own plugins and packages that something else manages are referred to by ``Package.from_package_name`` and
``Package.from_package_id``. ``AssociatedPackage`` says what goes with a package on a domain: prerequisites, a role.
``PackageProvider`` is the function that does the work; a stack has one of its own by itself.
"""

from .associated_package import AssociatedPackage
from .association import PackageAssociation
from .configuration import PackageConfiguration, RequirementLevel
from .package import IPackage, Package
from .package_type import PackageType
from .provider import IPackageProvider, PackageProvider
from .source import PackageSource

__version__ = "0.1.0"

__all__ = [
    "AssociatedPackage",
    "IPackage",
    "IPackageProvider",
    "Package",
    "PackageAssociation",
    "PackageConfiguration",
    "PackageProvider",
    "PackageSource",
    "PackageType",
    "RequirementLevel",
]
