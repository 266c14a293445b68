"""`Custom::OpenSearchPackage`, told to its users."""

from __future__ import annotations

from typing import Any

from lambda_handler.opensearch import Package as Described
from lambda_handler.package import rules
from lambda_handler.package.attributes import attributes
from lambda_handler.package.table import PACKAGE_PROPERTIES, read
from lambda_handler.package_types import CONFIGURATION, PLUGIN
from release.schema.resource_type import (
    COMMON_CHANGES,
    COMMON_LIMITS,
    COMMON_TEXTS,
    NO_EFFECT,
    NOT_EMPTY,
    REPLACEMENT,
    ResourceType,
    Rule,
)

_EMPTY = {"type": "string", "maxLength": 0}

# Says nothing of a type that there is not: that it is wrong is said once.
_OF_UNKNOWN_TYPE = {
    "properties": {
        "PackageType": {
            "type": "string",
            "pattern": f"^(?!({'|'.join([*rules.TEXT_TYPES, PLUGIN, CONFIGURATION])})$)",
        }
    },
    "required": ["PackageType"],
}


def _is(*types: str) -> dict[str, Any]:
    return {"type": "string", "enum": [*types]}


_RULES: tuple[Rule, ...] = (
    Rule(
        "either PackageSource or PackageContent is required, and not both",
        {
            "oneOf": [
                {"required": ["PackageSource"]},
                {"required": ["PackageContent"], "properties": {"PackageContent": NOT_EMPTY}},
            ]
        },
    ),
    Rule(
        f"EngineVersion is required for {PLUGIN}, and allowed for nothing else",
        {
            "anyOf": [
                {
                    "required": ["EngineVersion"],
                    "properties": {"PackageType": _is(PLUGIN), "EngineVersion": NOT_EMPTY},
                },
                {"properties": {"PackageType": _is(*rules.TEXT_TYPES, CONFIGURATION), "EngineVersion": _EMPTY}},
                _OF_UNKNOWN_TYPE,
            ]
        },
    ),
    Rule(
        f"PackageContent is for {' and '.join(rules.TEXT_TYPES)}: another type needs PackageSource",
        {
            "anyOf": [
                {"properties": {"PackageType": _is(*rules.TEXT_TYPES)}},
                {"properties": {"PackageContent": _EMPTY}},
                _OF_UNKNOWN_TYPE,
            ]
        },
    ),
    Rule(
        "AdoptFrom is only for AdoptPackageID",
        {
            "anyOf": [
                {"properties": {"AdoptFrom": _EMPTY}},
                {"required": ["AdoptPackageID"], "properties": {"AdoptPackageID": NOT_EMPTY}},
            ]
        },
    ),
)

_TEXTS = {
    **COMMON_TEXTS,
    "PackageName": "The name of the package. Default: derived from the stack, the logical id, the type and the vending "
    "options; at most 28 characters.",
    "PackageType": "The type of the package.",
    "PackageSource": "The object in S3 that the package is imported from. Give either this or PackageContent.",
    "PackageSource.S3BucketName": "The name of the bucket, which has to be in the stack's Region.",
    "PackageSource.S3Key": "The key of the object.",
    "PackageSource.S3ObjectVersion": "The version of the object, where its bucket keeps versions. Another version is "
    "another content.",
    "PackageContent": "The text itself, for dictionaries and licenses (JSON or XML): at most 256,000 bytes in UTF-8, "
    "and at most 400,000 characters when written as JSON in ASCII. Give either this or PackageSource.",
    "SourceHash": "Any text. When it changes, the source is imported again: so you say that an object has new content.",
    "PackageDescription": "The description of the package. The provider adds a mark behind it.",
    "CommitMessage": "Recorded with the version that an update makes.",
    "EngineVersion": "The engine version that a plugin is built for, such as OpenSearch_2.17.",
    "PackageConfiguration": "What the package needs of the domains that it is associated with.",
    "PackageConfiguration.LicenseRequirement": "Whether the package needs a license.",
    "PackageConfiguration.LicenseFilepath": "The path of the license's file, relative to the package.",
    "PackageConfiguration.ConfigurationRequirement": "Whether the package needs a configuration.",
    "PackageConfiguration.RequiresRestartForConfigurationUpdate": "Whether another configuration needs a blue/green "
    "deployment of the domain.",
    "PackageEncryptionOptions": "The key that encrypts the package.",
    "PackageEncryptionOptions.EncryptionEnabled": "Whether the package is encrypted with a key of its own.",
    "PackageEncryptionOptions.KmsKeyIdentifier": "The KMS key, which the provider's role has to be allowed to use.",
    "PackageVendingOptions": "Whether other accounts can be given the package.",
    "PackageVendingOptions.VendingEnabled": "Whether the package can be vended to others.",
    "AdoptPackageID": "The PackageID of a package that exists. Create takes it over instead of making one.",
    "AdoptFrom": "`<stack name>/<logical id>`, as the mark of the package to adopt says them: agrees to take it over "
    "from that resource.",
    "PackageID": "The id of the package, the same as `Ref`. Indexes name it: `analyzers/<PackageID>`.",
    "PackageVersion": "The version that is available: `v1`, `v2`, …",
    "AvailablePackageVersion": "The same as PackageVersion, under the API's name.",
    "PackageStatus": "The status after the last deployment: `AVAILABLE`.",
    "PackageOwner": "The account that owns the package.",
    "CreatedAt": "When the package was created: ISO 8601, UTC.",
    "LastUpdatedAt": "When the package was last updated: ISO 8601, UTC.",
    "AvailablePluginProperties.Name": "The name in a plugin's descriptor.",
    "AvailablePluginProperties.Version": "The version in a plugin's descriptor.",
    "AvailablePluginProperties.ClassName": "The class in a plugin's descriptor.",
    "AvailablePluginProperties.Description": "The description in a plugin's descriptor.",
    "AvailablePluginProperties.UncompressedSizeInBytes": "The size of a plugin once it is unpacked.",
}

_DICTIONARY_EXAMPLE = """\
Resources:
  Synonyms:
    Type: Custom::OpenSearchPackage
    Properties:
      ServiceToken: !ImportValue opensearch-packages-ServiceToken
      PackageType: TXT-DICTIONARY
      PackageContent: |
        sofa, couch
        laptop, notebook
Outputs:
  PackageID:
    Value: !Ref Synonyms
"""
_PLUGIN_EXAMPLE = """\
Resources:
  Analysis:
    Type: Custom::OpenSearchPackage
    Properties:
      ServiceToken: !ImportValue opensearch-packages-ServiceToken
      PackageName: shop-analysis
      PackageType: ZIP-PLUGIN
      EngineVersion: OpenSearch_2.17
      PackageSource:
        S3BucketName: my-plugins
        S3Key: shop-analysis.zip
        S3ObjectVersion: 3sL4kqtJlcpXroDTDmJ
Outputs:
  Version:
    Value: !GetAtt Analysis.PackageVersion
"""

PACKAGE = ResourceType(
    name="Custom::OpenSearchPackage",
    description="A package of Amazon OpenSearch Service: a dictionary, a plugin, a license or a configuration.",
    table=PACKAGE_PROPERTIES,
    read=read,
    required=("ServiceToken", "PackageType"),
    conditional=("PackageSource", "PackageContent", "EngineVersion"),
    identifier="PackageID",
    attributes=tuple(attributes(Described({}))),
    texts=_TEXTS,
    limits={
        **COMMON_LIMITS,
        "PackageDescription": {"maxLength": rules.LONGEST_DESCRIPTION},
        "CommitMessage": {"maxLength": rules.LONGEST_COMMIT_MESSAGE},
        # What begins with G is AWS's own.
        "AdoptPackageID": {"pattern": r"^F[0-9]+$|^pkg-[a-f0-9]+$"},
        # In characters, of which each takes a byte at least.
        "PackageContent": {"maxLength": rules.LONGEST_CONTENT},
        "PackageSource.S3BucketName": {"pattern": f"^{rules.BUCKET_NAME.pattern}$"},
        "PackageSource.S3Key": {"pattern": f"^{rules.OBJECT_KEY.pattern}"},
    },
    on_change={
        **COMMON_CHANGES,
        "CommitMessage": NO_EFFECT,
        "AdoptPackageID": NO_EFFECT,
        "AdoptFrom": NO_EFFECT,
        "PackageName": REPLACEMENT,
        "PackageType": REPLACEMENT,
        "EngineVersion": REPLACEMENT,
        "PackageVendingOptions": REPLACEMENT,
    },
    rules=_RULES,
    examples={"A dictionary in the template": _DICTIONARY_EXAMPLE, "A plugin in S3": _PLUGIN_EXAMPLE},
)
