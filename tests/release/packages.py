"""Properties of packages as templates have them: good ones, and mistakes of every kind."""

from __future__ import annotations

from typing import Any

SOURCE = {"S3BucketName": "words", "S3Key": "words.txt"}
TEXT: dict[str, Any] = {"PackageType": "TXT-DICTIONARY", "PackageContent": "sofa, couch"}
OBJECT: dict[str, Any] = {"PackageType": "TXT-DICTIONARY", "PackageSource": SOURCE}
PLUGIN: dict[str, Any] = {"PackageType": "ZIP-PLUGIN", "PackageSource": SOURCE, "EngineVersion": "OpenSearch_2.17"}
CONFIGURATION: dict[str, Any] = {
    "LicenseRequirement": "OPTIONAL",
    "LicenseFilepath": "legal/license.json",
    "ConfigurationRequirement": "NONE",
    "RequiresRestartForConfigurationUpdate": True,
}
EVERYTHING: dict[str, Any] = {
    **PLUGIN,
    "ServiceTimeout": 60,
    "PackageName": "shop-plugin",
    "PackageSource": {**SOURCE, "S3ObjectVersion": "1"},
    "SourceHash": "2",
    "PackageDescription": "d" * 700,
    "CommitMessage": "c" * 120,
    "PackageConfiguration": CONFIGURATION,
    "PackageEncryptionOptions": {"EncryptionEnabled": "true", "KmsKeyIdentifier": "alias/shop"},
    "PackageVendingOptions": {"VendingEnabled": False},
}
LEFT_OUT = dict.fromkeys(
    ("PackageName", "PackageContent", "SourceHash", "PackageDescription", "CommitMessage", "EngineVersion"), ""
)

GOOD: dict[str, dict[str, Any]] = {
    "a text": TEXT,
    "an object": OBJECT,
    "everything": EVERYTHING,
    "an empty text beside an object": {**EVERYTHING, "PackageContent": ""},
    "an empty object beside a text": {**TEXT, "PackageSource": {"S3BucketName": "", "S3Key": ""}},
    "options that are empty": {**OBJECT, **LEFT_OUT},
    "an empty version": {**OBJECT, "PackageSource": {**SOURCE, "S3ObjectVersion": ""}},
    "numbers": {**OBJECT, "PackageDescription": 5, "SourceHash": 1.5, "CommitMessage": True},
    "a number as a text": {**OBJECT, "PackageType": "PACKAGE-CONFIG", "ServiceTimeout": "3600"},
    "a license": {**TEXT, "PackageType": "PACKAGE-LICENSE", "PackageContent": '{"licensee": "shop"}'},
    "empty members": {
        **EVERYTHING,
        "PackageConfiguration": {
            **CONFIGURATION,
            "LicenseFilepath": "",
            "RequiresRestartForConfigurationUpdate": "",
        },
    },
    "adoption": {**TEXT, "AdoptPackageID": "F123", "AdoptFrom": "old/Words"},
}

MISTAKES: dict[str, dict[str, Any]] = {
    # Names that there are not.
    "a misspelt property": {**TEXT, "PackageTypo": "x"},
    "a property like no other": {**TEXT, "Colour": "red"},
    "an unknown property that is empty": {**TEXT, "PackageTypo": ""},
    "an unknown property that is a map": {**TEXT, "Tags": {"Team": "search"}},
    "an attribute as a property": {**TEXT, "PackageVersion": "v1"},
    "a property in other letters": {**TEXT, "packageName": "words"},
    "two unknown properties": {**TEXT, "Colour": "red", "Size": 1},
    "an unknown member": {**OBJECT, "PackageSource": {**SOURCE, "Bucket": "words"}},
    "an unknown member that is empty": {**OBJECT, "PackageSource": {**SOURCE, "Bucket": ""}},
    "an unknown member of options": {**TEXT, "PackageConfiguration": {**CONFIGURATION, "Licence": "x"}},
    # What is required.
    "no type": {"PackageContent": "x"},
    "an empty type": {**TEXT, "PackageType": ""},
    "no source": {"PackageType": "TXT-DICTIONARY"},
    "an empty text": {**TEXT, "PackageContent": ""},
    "an empty source": {**OBJECT, "PackageSource": ""},
    "a source of empty strings": {**OBJECT, "PackageSource": {"S3BucketName": "", "S3Key": ""}},
    "neither type nor source": {},
    "no key": {**OBJECT, "PackageSource": {"S3BucketName": "words"}},
    "an empty key": {**OBJECT, "PackageSource": {**SOURCE, "S3Key": ""}},
    "no bucket": {**OBJECT, "PackageSource": {"S3Key": "words.txt"}},
    "a source without anything": {**OBJECT, "PackageSource": {}},
    "a required option that is missing": {**TEXT, "PackageConfiguration": {"LicenseRequirement": "NONE"}},
    "a required option that is empty": {
        **TEXT,
        "PackageConfiguration": {"LicenseRequirement": "NONE", "ConfigurationRequirement": ""},
    },
    "vending options without anything": {**TEXT, "PackageVendingOptions": {}},
    "a key of KMS alone": {**TEXT, "PackageEncryptionOptions": {"KmsKeyIdentifier": "alias/shop"}},
    # Other types.
    "a list for a text": {**TEXT, "PackageContent": ["a"]},
    "a map for a text": {**TEXT, "PackageName": {"Name": "words"}},
    "an empty list for a text": {**TEXT, "PackageDescription": []},
    "an empty map for a text": {**TEXT, "SourceHash": {}},
    "a list for a type": {**TEXT, "PackageType": ["TXT-DICTIONARY"]},
    "a text for a map": {**OBJECT, "PackageSource": "s3://words/words.txt"},
    "a list for a map": {**OBJECT, "PackageSource": [SOURCE]},
    "a number for a map": {**TEXT, "PackageVendingOptions": 1},
    "a boolean for a map": {**TEXT, "PackageVendingOptions": True},
    "a list for a member": {**OBJECT, "PackageSource": {**SOURCE, "S3Key": ["words.txt"]}},
    "a map for a boolean": {**TEXT, "PackageVendingOptions": {"VendingEnabled": {"Value": True}}},
    "a map for a version": {**OBJECT, "PackageSource": {**SOURCE, "S3ObjectVersion": {"Id": "1"}}},
    # One of several values.
    "an unknown type": {**TEXT, "PackageType": "DICTIONARY"},
    "a type in other letters": {**TEXT, "PackageType": "txt-dictionary"},
    "a number for a type": {**TEXT, "PackageType": 1},
    "an unknown requirement": {**TEXT, "PackageConfiguration": {**CONFIGURATION, "LicenseRequirement": "MAYBE"}},
    "a boolean for a requirement": {**TEXT, "PackageConfiguration": {**CONFIGURATION, "LicenseRequirement": True}},
    # Booleans.
    "yes for true": {**TEXT, "PackageVendingOptions": {"VendingEnabled": "yes"}},
    "True for true": {**TEXT, "PackageVendingOptions": {"VendingEnabled": "True"}},
    "1 for true": {**TEXT, "PackageEncryptionOptions": {"EncryptionEnabled": 1}},
    "a word for an optional boolean": {
        **TEXT,
        "PackageConfiguration": {**CONFIGURATION, "RequiresRestartForConfigurationUpdate": "never"},
    },
    # Lengths.
    "a name too short": {**TEXT, "PackageName": "ab"},
    "a name too long": {**TEXT, "PackageName": "a" * 257},
    "a description too long": {**TEXT, "PackageDescription": "d" * 701},
    "a description too long for the API, too": {**TEXT, "PackageDescription": "d" * 1025},
    "a commit message too long": {**TEXT, "CommitMessage": "c" * 121},
    "a text too long": {**TEXT, "PackageContent": "c" * 256_001},
    "a bucket's name too short": {**OBJECT, "PackageSource": {**SOURCE, "S3BucketName": "a"}},
    "a key too long": {**OBJECT, "PackageSource": {**SOURCE, "S3Key": "k" * 1025}},
    "a key of KMS too long": {
        **TEXT,
        "PackageEncryptionOptions": {"EncryptionEnabled": True, "KmsKeyIdentifier": "k" * 501},
    },
    # Patterns.
    "a name with a capital": {**TEXT, "PackageName": "Words"},
    "a name with a blank": {**TEXT, "PackageName": "shop words"},
    "a number as a name": {**TEXT, "PackageName": 12345},
    "a name with a quotation mark": {**TEXT, "PackageName": 'shop-"words"'},
    "a name in another script": {**TEXT, "PackageName": "слова"},
    "a name with two mistakes": {**TEXT, "PackageName": "A"},
    "an engine version without an engine": {**PLUGIN, "EngineVersion": "2.17"},
    "a number as an engine version": {**PLUGIN, "EngineVersion": 2.17},
    "an engine version of three parts": {**PLUGIN, "EngineVersion": "OpenSearch_2.17.0"},
    "a path that leaves the package": {
        **TEXT,
        "PackageConfiguration": {**CONFIGURATION, "LicenseFilepath": "../license.json"},
    },
    "a name for an id": {**TEXT, "AdoptPackageID": "my-words"},
    "a package of AWS's own": {**TEXT, "AdoptPackageID": "G123456789"},
    "an ARN for a bucket's name": {**OBJECT, "PackageSource": {**SOURCE, "S3BucketName": "arn:aws:s3:::words"}},
    "an address for a bucket's name": {**OBJECT, "PackageSource": {**SOURCE, "S3BucketName": "w.s3.amazonaws.com"}},
    "a URL for a key": {**OBJECT, "PackageSource": {**SOURCE, "S3Key": "s3://words/words.txt"}},
    "a URL in capitals for a key": {**OBJECT, "PackageSource": {**SOURCE, "S3Key": "S3://words/words.txt"}},
    # Numbers.
    "no time": {**TEXT, "ServiceTimeout": 0},
    "no time, as a text": {**TEXT, "ServiceTimeout": "0"},
    "more than CloudFormation's hour": {**TEXT, "ServiceTimeout": 3601},
    "less than no time": {**TEXT, "ServiceTimeout": -1},
    "half a second": {**TEXT, "ServiceTimeout": 0.5},
    "a word for a number": {**TEXT, "ServiceTimeout": "long"},
    "a list for a number": {**TEXT, "ServiceTimeout": [60]},
    # Several properties together.
    "both sources": {**TEXT, **OBJECT},
    "both sources of a plugin": {**PLUGIN, "PackageContent": "x"},
    "an engine version of a dictionary": {**TEXT, "EngineVersion": "OpenSearch_2.17"},
    "an engine version of a license": {
        **OBJECT,
        "PackageType": "PACKAGE-LICENSE",
        "EngineVersion": "OpenSearch_2.17",
    },
    "a plugin without an engine version": {**OBJECT, "PackageType": "ZIP-PLUGIN"},
    "a plugin with an empty engine version": {**PLUGIN, "EngineVersion": ""},
    "a plugin in the template": {**TEXT, "PackageType": "ZIP-PLUGIN", "EngineVersion": "OpenSearch_2.17"},
    "a configuration in the template": {**TEXT, "PackageType": "PACKAGE-CONFIG"},
    "a license that is neither JSON nor XML": {**TEXT, "PackageType": "PACKAGE-LICENSE"},
    "an owner without a package": {**TEXT, "AdoptFrom": "old/Words"},
    "an owner with an empty package": {**TEXT, "AdoptPackageID": "", "AdoptFrom": "old/Words"},
    "much at once": {
        "PackageTypo": "x",
        "PackageName": "W",
        "PackageSource": {"S3Key": "arn:x", "Bucket": ["words"]},
        "PackageVendingOptions": {"VendingEnabled": "yes"},
        "ServiceTimeout": "long",
    },
}
