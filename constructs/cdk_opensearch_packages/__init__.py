"""Amazon OpenSearch Service packages for the AWS CDK.

::

    synonyms = Package(
        self,
        "Synonyms",
        package_type=PackageType.TXT_DICTIONARY,
        source=PackageSource.from_asset("dictionaries/synonyms.txt"),
    )
    synonyms.package_id  # for analyzers/<PackageID>
"""

from .configuration import PackageConfiguration, RequirementLevel
from .package import IPackage, Package
from .package_type import PackageType
from .provider import IPackageProvider, PackageProvider
from .source import PackageSource

__all__ = [
    "IPackage",
    "IPackageProvider",
    "Package",
    "PackageConfiguration",
    "PackageProvider",
    "PackageSource",
    "PackageType",
    "RequirementLevel",
]
