"""The kinds of package that the service knows."""

from dataclasses import dataclass
from typing import ClassVar

from .arguments import check_text


@dataclass(frozen=True)
class PackageType:
    """What a package is, in the words of the API.

    See https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreatePackage.html

    Attributes:
        value: The type as the API writes it, such as ``TXT-DICTIONARY``.
    """

    value: str

    def __post_init__(self) -> None:
        check_text("value", self.value, optional=False)
        if not self.value:
            raise ValueError("'value' must be the name of a type in the API, such as 'TXT-DICTIONARY', got ''")

    TXT_DICTIONARY: ClassVar["PackageType"]
    """A dictionary for an analyzer, with synonyms, stop words, or the words of a language."""

    ZIP_PLUGIN: ClassVar["PackageType"]
    """A plugin for one engine version, as a ``.zip`` archive."""

    PACKAGE_LICENSE: ClassVar["PackageType"]
    """The license of a third-party plugin, a ``.json`` or ``.xml`` file."""

    PACKAGE_CONFIG: ClassVar["PackageType"]
    """The configuration of a third-party plugin, as a ``.zip`` archive."""

    @staticmethod
    def of(value: str) -> "PackageType":
        """Names a type that the API knows and this library does not name yet.

        Args:
            value: The type as the API writes it. Where it is one of the constants, it is equal to that constant.

        Raises:
            TypeError: ``value`` is no string.
            ValueError: ``value`` is empty.
        """
        return PackageType(value)

    def __str__(self) -> str:
        return self.value


PackageType.TXT_DICTIONARY = PackageType("TXT-DICTIONARY")
PackageType.ZIP_PLUGIN = PackageType("ZIP-PLUGIN")
PackageType.PACKAGE_LICENSE = PackageType("PACKAGE-LICENSE")
PackageType.PACKAGE_CONFIG = PackageType("PACKAGE-CONFIG")
