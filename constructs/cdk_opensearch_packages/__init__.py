"""Amazon OpenSearch Service packages for the AWS CDK.

::

    synonyms = Package(
        self,
        "Synonyms",
        package_type=PackageType.TXT_DICTIONARY,
        source=PackageSource.from_asset("dictionaries/synonyms.txt"),
    )
    association = PackageAssociation(self, "ShopSynonyms", domain=domain, packages=[synonyms])
    association.reference_path(synonyms)  # for the synonyms_path of an analyzer
"""

from .associated_package import AssociatedPackage
from .association import PackageAssociation
from .configuration import PackageConfiguration, RequirementLevel
from .package import IPackage, Package
from .package_type import PackageType
from .provider import IPackageProvider, PackageProvider
from .source import PackageSource

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
