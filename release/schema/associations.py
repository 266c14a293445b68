"""`Custom::OpenSearchPackageAssociation`, told to its users."""

from __future__ import annotations

from lambda_handler.association.attributes import ATTRIBUTE_NAMES
from lambda_handler.association.rules import MOST_PACKAGES
from lambda_handler.association.table import ASSOCIATION_PROPERTIES, read
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

_PACKAGE_ID = ("UpdatePackageRequest", "PackageID")
_PACKAGE_NAME = ("CreatePackageRequest", "PackageName")

_RULES = (
    Rule(
        "either PackageID or PackageName is required, and not both",
        {
            "oneOf": [
                {"required": ["PackageID"], "properties": {"PackageID": NOT_EMPTY}},
                {"required": ["PackageName"], "properties": {"PackageName": NOT_EMPTY}},
            ]
        },
        "Packages[]",
    ),
)

_KEY_STORE = "Packages[].AssociationConfiguration.KeyStoreAccessOption"
_TEXTS = {
    **COMMON_TEXTS,
    "DomainName": "The name of the domain.",
    "Packages": "The packages that are on the domain, each once. What is not listed is never touched.",
    "Packages[]": "A package of a domain, and what goes with it there.",
    "Packages[].PackageID": "The id of the package: the `Ref` of a `Custom::OpenSearchPackage`.",
    "Packages[].PackageName": "The name of the package, AWS's own (`analysis-nori`) or the account's. It means the one "
    "of that name that fits the engine version of the domain.",
    "Packages[].PackageVersion": "Any text. Another one says that there is something to apply, so give the "
    "version of the package: `!GetAtt Synonyms.PackageVersion`. The domain gets the version that is available.",
    "Packages[].PrerequisitePackageIDList": "The packages that have to be on the domain before this one, or come to it "
    "with it: for a plugin's license and configuration, the plugin.",
    "Packages[].PrerequisitePackageIDList[]": "The id or the name of a package.",
    "Packages[].AssociationConfiguration": "How the package is on the domain.",
    _KEY_STORE: "The key store from which the package reads its keys.",
    f"{_KEY_STORE}.KeyAccessRoleArn": "The role with which the package reads its keys. The provider's role has to be "
    "allowed to pass it.",
    f"{_KEY_STORE}.KeyStoreAccessEnabled": "Whether the package reads keys from a key store.",
    "Wait": "Whether Create and Update wait until the packages are on the domain. `false`: they succeed as soon as the "
    "service has accepted the change, for which a busy domain is waited for all the same. The attributes are then "
    "those of that moment, until a property changes. Default: `true`.",
    "Id": "The association's own id: the domain and whose association it is, such as "
    "`shop-search/3f0c…-91ab…`. `Ref` returns it, and no attribute does.",
    "PackageID": "The id of the package.",
    "ReferencePath": "What an index names a dictionary by, such as `analyzers/F123456789`.",
    "PackageVersion": "The version on the domain: `v1`, `v2`, … Empty while it is not there yet (`Wait: false`).",
    "DomainPackageStatus": "The status on the domain after the last deployment, such as `ACTIVE`.",
}

_DICTIONARY_EXAMPLE = """\
Parameters:
  DomainName:
    Type: String
Resources:
  Synonyms:
    Type: Custom::OpenSearchPackage
    Properties:
      ServiceToken: !ImportValue opensearch-packages-ServiceToken
      PackageType: TXT-DICTIONARY
      PackageContent: |
        sofa, couch
  ShopPackages:
    Type: Custom::OpenSearchPackageAssociation
    Properties:
      ServiceToken: !ImportValue opensearch-packages-ServiceToken
      DomainName: !Ref DomainName
      Packages:
      - PackageID: !Ref Synonyms
        PackageVersion: !GetAtt Synonyms.PackageVersion
      - PackageName: analysis-nori
Outputs:
  SynonymsPath:
    Value: !GetAtt ShopPackages.ReferencePath
  NoriID:
    Value: !GetAtt ShopPackages.PackageID.1
"""
_PLUGIN_EXAMPLE = """\
Parameters:
  LicenseID:
    Type: String
  ConfigurationID:
    Type: String
  KeyAccessRoleArn:
    Type: String
Resources:
  ShopPackages:
    Type: Custom::OpenSearchPackageAssociation
    Properties:
      ServiceToken: !ImportValue opensearch-packages-ServiceToken
      DomainName: shop-search
      Packages:
      - PackageName: shop-analysis
      - PackageID: !Ref LicenseID
        PrerequisitePackageIDList: [shop-analysis]
      - PackageID: !Ref ConfigurationID
        PrerequisitePackageIDList: [shop-analysis]
        AssociationConfiguration:
          KeyStoreAccessOption:
            KeyStoreAccessEnabled: true
            KeyAccessRoleArn: !Ref KeyAccessRoleArn
      Wait: false
"""

ASSOCIATION = ResourceType(
    name="Custom::OpenSearchPackageAssociation",
    description="Packages that are installed on a domain of Amazon OpenSearch Service.",
    table=ASSOCIATION_PROPERTIES,
    read=read,
    required=("ServiceToken", "DomainName", "Packages"),
    conditional=("Packages[].PackageID", "Packages[].PackageName"),
    identifier="Id",
    attributes=ATTRIBUTE_NAMES,
    attributes_of_each="Packages",
    texts=_TEXTS,
    like={
        "Packages[].PackageName": (_PACKAGE_NAME,),
        "Packages[].PrerequisitePackageIDList[]": (_PACKAGE_ID, _PACKAGE_NAME),
    },
    limits={
        **COMMON_LIMITS,
        "Packages": {"minItems": 1, "maxItems": MOST_PACKAGES, "uniqueItems": True},
        "Wait": {"type": ["boolean", "string"], "enum": [True, False, "true", "false"]},
    },
    on_change={**COMMON_CHANGES, "DomainName": REPLACEMENT, "Wait": NO_EFFECT},
    rules=_RULES,
    examples={
        "A dictionary, and a plugin of AWS's own": _DICTIONARY_EXAMPLE,
        "A plugin, its license and its configuration": _PLUGIN_EXAMPLE,
    },
)
