"""The kinds of package that the service knows."""

from enum import StrEnum


class PackageType(StrEnum):
    """What a package is, in the words of the API.

    See https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreatePackage.html
    """

    TXT_DICTIONARY = "TXT-DICTIONARY"
    """A dictionary for an analyzer: synonyms, stop words, words of a language."""

    ZIP_PLUGIN = "ZIP-PLUGIN"
    """A plugin for one engine version, as a ``.zip`` archive."""

    PACKAGE_LICENSE = "PACKAGE-LICENSE"
    """The license of a third-party plugin, a ``.json`` or ``.xml`` file."""

    PACKAGE_CONFIG = "PACKAGE-CONFIG"
    """The configuration of a third-party plugin, as a ``.zip`` archive."""
